//! The Orders API's JSON, version 0 and 2026-01-01, and its ORDER_CHANGE notification: one response, or a list of them.
//!
//! Version 0 tells an order and its items in two responses; they are joined by the order's number, also across files.

use std::sync::Arc;

use foldhash::{HashMap, HashSet};
use serde_json::Value;

use super::order_line::{Channel, OrderLine, Platform, Sale};
use super::reading::{OrderReadOptions, is_cancelled, place, time, wrong};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::source::Source;
use crate::text::{self, thousands};

/// What the responses say of an order as a whole.
struct AmazonOrder {
    source: Arc<Source>,
    time: Option<String>,
    channel: Option<String>,
    is_cancelled: bool,
}

/// An item of an order.
struct AmazonItem {
    file: usize,
    source: Arc<Source>,
    order: String,
    id: Option<String>,
    sku: String,
    quantity: Option<i64>,
}

/// All responses of a run.
#[derive(Default)]
pub struct AmazonResponses {
    heads: HashMap<String, AmazonOrder>,
    items: Vec<AmazonItem>,
    /// The file of a list of orders that goes on in another response.
    goes_on: Option<Arc<Source>>,
    /// Whether a response holds the end of a list.
    has_end: bool,
}

impl AmazonResponses {
    /// Takes the responses of a file.
    pub fn add(&mut self, file: usize, source: &Arc<Source>, diagnostics: &mut Vec<Diagnostic>) {
        let text = source.text();
        let before = self.items.len() + self.heads.len();
        // A list of responses may also be written one after the other.
        for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
            match value {
                Ok(value) => self.walk(file, source, &value, None),
                Err(problem) => {
                    let excerpt = source.line(problem.line());
                    let place = Place::in_line(source.name(), problem.line(), problem.column().max(1), 1, excerpt);
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
            diagnostics.push(wrong("this file holds no orders that stockrule knows", help, place(source, 0)));
        }
    }

    fn walk(&mut self, file: usize, source: &Arc<Source>, value: &Value, order: Option<&str>) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.walk(file, source, value, order)),
            Value::Object(fields) => {
                if ["Orders", "orders"].iter().any(|key| fields.get(*key).is_some_and(Value::is_array)) {
                    match goes_on(fields) {
                        true => self.goes_on = Some(Arc::clone(source)),
                        false => self.has_end = true,
                    }
                }
                let text = |key: &str| fields.get(key).and_then(Value::as_str);
                let order = text("AmazonOrderId").or_else(|| text("orderId")).or(order);
                if let Some(order) = order {
                    let head = self.heads.entry(order.to_owned()).or_insert_with(|| AmazonOrder {
                        source: Arc::clone(source),
                        time: None,
                        channel: None,
                        is_cancelled: false,
                    });
                    let fulfillment = |key: &str| fields.get("fulfillment").and_then(|f| f.get(key)).and_then(Value::as_str);
                    let or = |known: &mut Option<String>, found: Option<&str>| *known = known.take().or(found.map(str::to_owned));
                    or(&mut head.time, text("PurchaseDate").or_else(|| text("createdTime")));
                    or(
                        &mut head.channel,
                        text("FulfillmentChannel").or_else(|| text("FulfillmentType")).or_else(|| fulfillment("fulfilledBy")),
                    );
                    let status = text("OrderStatus").or_else(|| fulfillment("fulfillmentStatus"));
                    head.is_cancelled |= status.is_some_and(is_cancelled);
                    for item in ["OrderItems", "orderItems"].iter().filter_map(|key| fields.get(*key)?.as_array()).flatten() {
                        self.items.push(read_item(file, source, order, item));
                    }
                }
                // Items are read above; what is only associated is not this order.
                let inner =
                    fields.iter().filter(|(key, _)| !matches!(key.as_str(), "OrderItems" | "orderItems" | "associatedOrders"));
                for (_, value) in inner {
                    self.walk(file, source, value, order);
                }
            }
            _ => {}
        }
    }

    /// The lines of all orders, each with the number of its file.
    pub fn lines(self, given: &OrderReadOptions<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<(usize, OrderLine)> {
        if let Some(source) = self.goes_on.as_ref().filter(|_| !self.has_end) {
            let message = "this list of orders goes on in a response that is not given, so that orders are missing";
            let help = "fetch the next page with its `NextToken` or `nextToken`, up to the last one, and give them all";
            diagnostics.push(wrong(message, help, place(source, 0)));
        }
        self.tell_of_missing_items(given, diagnostics);
        let mut lines = vec![];
        for item in self.items {
            let head = self.heads.get(&item.order);
            let sale = if head.is_some_and(|head| head.is_cancelled) {
                None
            } else {
                let placed = head.and_then(|head| time(head.time.as_deref()?));
                let channel = head.and_then(|head| channel(head.channel.as_deref()?));
                let quantity = item.quantity.filter(|&quantity| quantity >= 0);
                let (Some(time), Some(channel), Some(quantity)) = (placed, channel, quantity) else {
                    let order = &item.order;
                    let message =
                        format!("the items of order `{order}` come without its date, its fulfillment channel or a quantity");
                    let help = "give the response that holds the order itself as well (getOrders or getOrder)";
                    diagnostics.push(wrong(message, help, place(&item.source, 0)));
                    continue;
                };
                Some(Sale { channel, quantity, time, location: None })
            };
            let line = OrderLine {
                platform: Platform::Amazon,
                order: item.order,
                item: item.id,
                sku: item.sku,
                sale,
                source: item.source,
                line: 0,
            };
            lines.push((item.file, line));
        }
        lines
    }

    /// An error on orders that take from the merchant's stock, and of which nobody knows what: version 0 tells items apart.
    fn tell_of_missing_items(&self, given: &OrderReadOptions<'_>, diagnostics: &mut Vec<Diagnostic>) {
        let with_items: HashSet<&str> = self.items.iter().map(|item| item.order.as_str()).collect();
        let takes = |head: &AmazonOrder| {
            let is_early = head.time.as_deref().and_then(time).is_some_and(|time| !given.counts(time));
            let is_fba = head.channel.as_deref().and_then(channel) == Some(Channel::AmazonFba);
            !(head.is_cancelled || is_early || is_fba)
        };
        let missing = self.heads.iter().filter(|(order, head)| !with_items.contains(order.as_str()) && takes(head));
        let mut missing: Vec<(&String, &AmazonOrder)> = missing.collect();
        missing.sort_unstable_by_key(|(order, _)| *order);
        if let Some((order, head)) = missing.first() {
            let message = match missing.len() {
                1 => format!("order `{order}` comes without its items, so that nobody knows what it takes"),
                count => format!("{} orders come without their items, such as `{order}`", thousands(count)),
            };
            let help = "give the responses that hold the items as well (getOrderItems)";
            diagnostics.push(wrong(message, help, place(&head.source, 0)));
        }
    }
}

/// Whether a list of orders says that there are more: with a token for the next page.
fn goes_on(fields: &serde_json::Map<String, Value>) -> bool {
    let of_version_0 = fields.get("NextToken");
    let of_2026 = fields.get("pagination").and_then(|pagination| pagination.get("nextToken"));
    of_version_0.or(of_2026).and_then(Value::as_str).is_some_and(|token| !token.is_empty())
}

/// Who fulfils an order, in the words of either version; `None` for any other word.
fn channel(word: &str) -> Option<Channel> {
    match word.to_ascii_uppercase().as_str() {
        "MFN" | "MERCHANT" => Some(Channel::AmazonMerchant),
        "AFN" | "AMAZON" => Some(Channel::AmazonFba),
        _ => None,
    }
}

fn read_item(file: usize, source: &Arc<Source>, order: &str, item: &Value) -> AmazonItem {
    let text = |key: &str| item.get(key).and_then(Value::as_str).map(str::to_owned);
    let number = |key: &str| item.get(key).and_then(Value::as_i64);
    let product_sku =
        || item.get("product").and_then(|product| product.get("sellerSku")).and_then(Value::as_str).map(str::to_owned);
    AmazonItem {
        file,
        source: Arc::clone(source),
        order: order.to_owned(),
        id: text("OrderItemId").or_else(|| text("orderItemId")),
        sku: text::sku(&text("SellerSKU").or_else(product_sku).unwrap_or_default()).to_owned(),
        quantity: number("QuantityOrdered").or_else(|| number("quantityOrdered")).or_else(|| number("Quantity")),
    }
}
