//! Orders of both sides, in files that overlap.

use super::super::simple::facts::{Channel, OrderLine};
use super::random::Random;

/// All orders, and what the project says of them.
#[derive(Debug, Clone, Default)]
pub struct Sales {
    /// The files, in the order in which the project names them.
    pub files: Vec<Kind>,
    /// The orders.
    pub orders: Vec<Order>,
    /// `orders_location`
    pub location: Option<String>,
}

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Shopify's orders export.
    Shopify,
    /// Amazon's All Orders report.
    AllOrders {
        /// Whether items have ids in it.
        has_ids: bool,
    },
    /// Amazon's unshipped-orders report, in which only the merchant's orders stand.
    Unshipped,
}

/// An order.
#[derive(Debug, Clone)]
pub struct Order {
    /// Where it was placed.
    pub channel: Channel,
    /// Its name.
    pub name: String,
    /// How many minutes after the snapshot.
    pub minutes_after: i64,
    /// From which location, where it says.
    pub location: Option<String>,
    /// Whether it was cancelled as a whole.
    pub is_cancelled: bool,
    /// In which of the files it stands, in order. The last one was written last.
    pub files: Vec<usize>,
    /// Whether only the last one says what was cancelled.
    pub is_cancelled_late: bool,
    /// Its lines.
    pub lines: Vec<Line>,
}

/// A line of it.
#[derive(Debug, Clone)]
pub struct Line {
    /// The SKU.
    pub sku: String,
    /// How many.
    pub quantity: i64,
    /// How many fewer the last file says: the larger quantity counts.
    pub fewer_later: i64,
    /// Whether it alone was cancelled.
    pub is_cancelled: bool,
    /// Its own number.
    pub id: usize,
}

/// The name of an importer by which Amazon's orders come to Shopify.
pub const IMPORTER: &str = "My-Importer";

/// Orders of some SKUs.
pub fn sales(random: &mut Random, skus: &[String], locations: &[String]) -> Sales {
    let has_shopify = !random.one_in(4);
    let has_amazon = !has_shopify || !random.one_in(3);
    let mut files = vec![];
    let of_amazon = |random: &mut Random| match random.below(4) {
        0 => Kind::Unshipped,
        kind => Kind::AllOrders { has_ids: kind == 1 },
    };
    for _ in 0..1 + random.below(2) {
        files.extend(Some(Kind::Shopify).filter(|_| has_shopify));
        files.extend(Some(of_amazon(random)).filter(|_| has_amazon));
    }
    random.shuffle(&mut files);
    let known: Vec<&str> =
        skus.iter().map(|sku| sku.trim()).filter(|sku| !sku.is_empty() && !sku.contains(['\n', '\t'])).collect();
    let location = if locations.is_empty() || random.one_in(2) { None } else { Some(random.pick(locations).clone()) };
    let count = if known.is_empty() { 0 } else { 1 + random.below((known.len() * 2).min(300)) };
    let mut sales = Sales { files, orders: vec![], location };
    for number in 0..count {
        let is_amazon = if has_shopify && has_amazon { random.one_in(2) } else { has_amazon };
        let channel = match (is_amazon, random.below(9)) {
            (false, 0 | 1) => Channel::AmazonInShopify,
            (false, _) => Channel::Shopify,
            (true, 0 | 1) => Channel::Fba,
            (true, 2) => Channel::Unsaid,
            (true, _) => Channel::Merchant,
        };
        let is_cancelled = random.one_in(8);
        let has_cancelled = is_amazon && random.one_in(4);
        let can_hold = |kind: Kind| match kind {
            Kind::Shopify => !is_amazon,
            Kind::AllOrders { .. } => is_amazon,
            // What is cancelled is no longer to be shipped.
            Kind::Unshipped => channel == Channel::Merchant && !is_cancelled && !has_cancelled,
        };
        let all: Vec<usize> = (0..sales.files.len()).filter(|&file| can_hold(sales.files[file])).collect();
        let mut files = random.some(&all, 2);
        if let ([], Some(first)) = (&files[..], all.first()) {
            files.push(*first);
        }
        if files.is_empty() {
            continue;
        }
        let line = |random: &mut Random, at: usize| Line {
            sku: if random.one_in(20) { "NOT-OURS".to_owned() } else { (*random.pick(&known)).to_owned() },
            quantity: random.between(0, 5),
            fewer_later: if random.one_in(8) { 2 } else { 0 },
            is_cancelled: has_cancelled && random.one_in(2),
            id: number * 10 + at,
        };
        let mut lines: Vec<Line> = (0..=random.below(3)).map(|at| line(random, at)).collect();
        if random.one_in(5) {
            // The same SKU on two lines of an order.
            let twice = lines[0].sku.clone();
            lines.push(Line { sku: twice, ..line(random, 9) });
        }
        sales.orders.push(Order {
            channel,
            name: if is_amazon { format!("114-{number:07}") } else { format!("#{}", 1000 + number) },
            minutes_after: *random.pick(&[-90, 0, 1, 30, 600, 5000]),
            // A location of which the catalog knows nothing, in another case than the catalog's, or none.
            location: match random.below(4) {
                0 if !is_amazon => Some("Elsewhere".to_owned()),
                1 | 2 if !is_amazon && !locations.is_empty() => {
                    let location = &locations[random.below(locations.len())];
                    Some(random.vary(location).trim().to_owned())
                }
                _ => None,
            },
            is_cancelled,
            is_cancelled_late: random.one_in(3),
            files,
            lines,
        });
    }
    sales
}

impl Sales {
    /// Whether a file of Amazon's is given.
    pub fn has_amazon(&self) -> bool {
        self.files.iter().any(|kind| *kind != Kind::Shopify)
    }

    /// All lines, each once, in the order in which the files name them first.
    pub fn lines(&self) -> Vec<OrderLine> {
        let first = |order: &&Order| order.files.iter().min().copied();
        let mut orders: Vec<&Order> = self.orders.iter().collect();
        orders.sort_by_key(first);
        let line = |order: &Order, line: &Line| OrderLine {
            channel: order.channel,
            order: order.name.clone(),
            sku: line.sku.clone(),
            quantity: line.quantity,
            minutes_after: order.minutes_after,
            location: order.location.clone(),
            is_cancelled: order.is_cancelled || line.is_cancelled,
        };
        orders.into_iter().flat_map(|order| order.lines.iter().map(move |each| line(order, each))).collect()
    }

    /// The files' names and texts.
    pub fn texts(&self, random: &mut Random) -> Vec<(String, String)> {
        let text = |(file, kind): (usize, &Kind)| {
            let orders = self.orders.iter().filter(|order| order.files.contains(&file));
            match *kind {
                Kind::Shopify => (format!("orders-export-{file}.csv"), shopify(random, orders, file)),
                Kind::AllOrders { has_ids } => (format!("all-orders-{file}.txt"), all_orders(random, orders, file, has_ids)),
                Kind::Unshipped => (format!("unshipped-orders-{file}.txt"), unshipped(orders, file)),
            }
        };
        self.files.iter().enumerate().map(text).collect()
    }
}

impl Order {
    /// When it was placed, in a time zone that lies this number of hours from Greenwich.
    fn time(&self, hours: i8, format: &str) -> String {
        let as_of: jiff::Timestamp = super::AS_OF.parse().expect("a time");
        let time = as_of + jiff::SignedDuration::from_mins(self.minutes_after);
        time.to_zoned(jiff::tz::Offset::constant(hours).to_time_zone()).strftime(format).to_string()
    }

    /// Whether a file is the last of several in which it stands.
    fn is_later(&self, file: usize) -> bool {
        self.files.len() > 1 && self.files.last() == Some(&file)
    }

    /// The quantity of a line in a file.
    fn quantity_in(&self, line: &Line, file: usize) -> i64 {
        (line.quantity - if self.is_later(file) { line.fewer_later } else { 0 }).max(0)
    }

    /// Whether a file says what was cancelled.
    fn tells_cancelled(&self, file: usize) -> bool {
        !self.is_cancelled_late || self.files.last() == Some(&file)
    }
}

fn shopify<'o>(random: &mut Random, orders: impl Iterator<Item = &'o Order>, file: usize) -> String {
    let mut text =
        "Name,Email,Financial Status,Created at,Lineitem quantity,Lineitem name,Lineitem sku,Cancelled at,Source,Location\n"
            .to_owned();
    for order in orders {
        let hours = *random.pick(&[-5, 0, 2]);
        let time = order.time(hours, "%Y-%m-%d %H:%M:%S %z");
        let first = if random.one_in(4) { random.below(order.lines.len()) } else { 0 };
        for (at, line) in order.lines.iter().enumerate() {
            let quantity = order.quantity_in(line, file);
            // Only the first line says what holds for the whole order; where somebody has sorted them, any may be the first.
            let first = |text: &str| if at == first { text.to_owned() } else { String::new() };
            let cancelled = if order.is_cancelled && order.tells_cancelled(file) { first(&time) } else { String::new() };
            let source = match order.channel {
                Channel::AmazonInShopify => *random.pick(&["amazon", "Amazon-US", "my-importer", IMPORTER]),
                _ => *random.pick(&["web", "pos", "301689896961"]),
            };
            let location = super::exports::cell(random, order.location.as_deref().unwrap_or_default());
            let sku = random.padded(&line.sku);
            let sku = super::exports::cell(random, &sku);
            let (status, source, location) = (first("paid"), first(source), first(&location));
            text.push_str(&format!(
                "{},x@example.com,{status},{time},{quantity},A thing,{sku},{cancelled},{source},{location}\n",
                order.name
            ));
        }
    }
    text
}

fn all_orders<'o>(random: &mut Random, orders: impl Iterator<Item = &'o Order>, file: usize, has_ids: bool) -> String {
    let id = if has_ids { "\torder-item-id" } else { "" };
    let mut text = format!(
        "amazon-order-id\tpurchase-date\torder-status\tfulfillment-channel\tsku\titem-status\tquantity\titem-price{id}\n"
    );
    for order in orders {
        let time = order.time(0, "%Y-%m-%dT%H:%M:%S+00:00");
        let channel = match order.channel {
            Channel::Fba => "Amazon",
            Channel::Unsaid => "",
            _ => "Merchant",
        };
        for line in &order.lines {
            let is_gone = |is_cancelled: bool| is_cancelled && order.tells_cancelled(file);
            let status = |is_cancelled: bool| if is_gone(is_cancelled) { "Cancelled" } else { "Shipped" };
            let (order_status, item_status) = (status(order.is_cancelled), status(line.is_cancelled));
            // The quantity of what is cancelled is blank, or 0, now and then.
            let quantity = match random.below(4) {
                0 if is_gone(order.is_cancelled || line.is_cancelled) => String::new(),
                1 if is_gone(order.is_cancelled || line.is_cancelled) => "0".to_owned(),
                _ => order.quantity_in(line, file).to_string(),
            };
            let id = if has_ids { format!("\t{}", line.id) } else { String::new() };
            let sku = random.padded(&line.sku);
            text.push_str(&format!(
                "{}\t{time}\t{order_status}\t{channel}\t{sku}\t{item_status}\t{quantity}\t9.99{id}\n",
                order.name
            ));
        }
    }
    text
}

fn unshipped<'o>(orders: impl Iterator<Item = &'o Order>, file: usize) -> String {
    let mut text =
        "order-id\torder-item-id\tpurchase-date\tpayments-date\tsku\tproduct-name\tquantity-purchased\tquantity-shipped\t\
                    quantity-to-ship\n"
            .to_owned();
    for order in orders {
        let time = order.time(0, "%Y-%m-%dT%H:%M:%S+00:00");
        for line in &order.lines {
            let (quantity, Line { sku, id, .. }) = (order.quantity_in(line, file), line);
            text.push_str(&format!("{}\t{id}\t{time}\t{time}\t{sku}\tA thing\t{quantity}\t0\t{quantity}\n", order.name));
        }
    }
    text
}
