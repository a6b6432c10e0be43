//! The Orders API's JSON, version 0 and 2026-01-01, and its ORDER_CHANGE notification: one response, or a list of them.
//!
//! Version 0 tells an order and its items in two responses; they are joined by the order's number, also across files.

use std::path::{Path, PathBuf};

use foldhash::HashMap;
use serde_json::Value;

use super::{Channel, Line, file_place, is_cancelled, time, wrong};
use crate::diagnostic::{Code, Diagnostic, Place};

/// What the responses say of an order as a whole.
#[derive(Default)]
struct Head {
    time: Option<String>,
    channel: Option<String>,
    cancelled: bool,
}

/// An item of an order.
struct Item {
    file: usize,
    name: PathBuf,
    order: String,
    id: Option<String>,
    sku: String,
    quantity: Option<i64>,
}

/// All responses of a run.
#[derive(Default)]
pub struct Responses {
    heads: HashMap<String, Head>,
    items: Vec<Item>,
}

impl Responses {
    /// Takes the responses of a file.
    pub fn add(&mut self, file: usize, name: &Path, text: &str, diagnostics: &mut Vec<Diagnostic>) {
        let before = self.items.len() + self.heads.len();
        // A list of responses may also be written one after the other.
        for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            match value {
                Ok(value) => self.walk(file, name, &value, None),
                Err(problem) => {
                    let excerpt = text.lines().nth(problem.line().saturating_sub(1)).unwrap_or("");
                    let place = Place::new(&Place::file(name).file, problem.line(), problem.column().max(1), 1, excerpt);
                    let full = problem.to_string();
                    let reason = full.split(" at line ").next().unwrap_or(&full);
                    let message = format!("this file cannot be read as JSON: {reason}");
                    diagnostics.push(Diagnostic::error(Code::Orders, message).help("fetch the orders again").at(place));
                    return;
                }
            }
        }
        if self.items.len() + self.heads.len() == before
            && text.trim().len() > 2
            && !text.contains("\"Orders\"")
            && !text.contains("\"orders\"")
        {
            let help = "known are responses of the Orders API, version 0 and 2026-01-01, one or a list of them";
            diagnostics.push(wrong("this file holds no orders that stockrule knows".to_owned(), help, file_place(name, 1, "")));
        }
    }

    fn walk(&mut self, file: usize, name: &Path, value: &Value, order: Option<&str>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.walk(file, name, value, order)),
            Value::Object(fields) => {
                let text = |key: &str| fields.get(key).and_then(Value::as_str);
                let order = text("AmazonOrderId").or_else(|| text("orderId")).or(order);
                if let Some(order) = order {
                    let head = self.heads.entry(order.to_owned()).or_default();
                    let fulfillment = |key: &str| fields.get("fulfillment").and_then(|f| f.get(key)).and_then(Value::as_str);
                    let or = |known: &mut Option<String>, found: Option<&str>| *known = known.take().or(found.map(str::to_owned));
                    or(&mut head.time, text("PurchaseDate").or_else(|| text("createdTime")));
                    or(
                        &mut head.channel,
                        text("FulfillmentChannel").or_else(|| text("FulfillmentType")).or_else(|| fulfillment("fulfilledBy")),
                    );
                    let status = text("OrderStatus").or_else(|| fulfillment("fulfillmentStatus"));
                    head.cancelled |= status.is_some_and(is_cancelled);
                    for item in ["OrderItems", "orderItems"].iter().filter_map(|key| fields.get(*key)?.as_array()).flatten() {
                        self.items.push(read_item(file, name, order, item));
                    }
                }
                // Items are read above; what is only associated is not this order.
                let inner =
                    fields.iter().filter(|(key, _)| !matches!(key.as_str(), "OrderItems" | "orderItems" | "associatedOrders"));
                for (_, value) in inner {
                    self.walk(file, name, value, order);
                }
            }
            _ => {}
        }
    }

    /// The lines of all orders, each with the number of its file.
    pub fn lines(self, diagnostics: &mut Vec<Diagnostic>) -> Vec<(usize, Line)> {
        let mut lines = vec![];
        for item in self.items {
            let place = file_place(&item.name, 1, &format!("order {}", item.order));
            let head = self.heads.get(&item.order);
            let placed = head.and_then(|head| time(head.time.as_deref()?));
            let channel = head.and_then(|head| match head.channel.as_deref()?.to_ascii_uppercase().as_str() {
                "MFN" | "MERCHANT" => Some(Channel::AmazonMerchant),
                "AFN" | "AMAZON" => Some(Channel::AmazonFba),
                _ => None,
            });
            let (Some(time), Some(channel), Some(quantity)) = (placed, channel, item.quantity.filter(|&quantity| quantity >= 0))
            else {
                let message =
                    format!("the items of order `{}` come without its date, its fulfillment channel or a quantity", item.order);
                let help = "give the response that holds the order itself as well (getOrders or getOrder)";
                diagnostics.push(wrong(message, help, place));
                continue;
            };
            lines.push((
                item.file,
                Line {
                    channel,
                    order: item.order,
                    item: item.id,
                    sku: item.sku,
                    quantity,
                    time,
                    location: None,
                    cancelled: head.is_some_and(|head| head.cancelled),
                    place,
                },
            ));
        }
        lines
    }
}

fn read_item(file: usize, name: &Path, order: &str, item: &Value) -> Item {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |key: &str| item.get(key).and_then(Value::as_i64);
    let product_sku =
        || item.get("product").and_then(|product| product.get("sellerSku")).and_then(Value::as_str).map(str::to_owned);
    Item {
        file,
        name: name.to_path_buf(),
        order: order.to_owned(),
        id: text("OrderItemId").or_else(|| text("orderItemId")),
        sku: text("SellerSKU").or_else(product_sku).unwrap_or_default(),
        quantity: number("QuantityOrdered").or_else(|| number("quantityOrdered")).or_else(|| number("Quantity")),
    }
}
