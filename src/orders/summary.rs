//! How many order lines counted, and since when, for people and machines.

use jiff::Timestamp;

use super::movements::Movements;
use super::order_line::{Channel, Orders, Platform};
use crate::diagnostic::{Code, Diagnostic, Place};
use crate::text::thousands;

/// Where the time is from after which orders count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AsOfSource {
    /// `as_of` of the project file.
    Project,
    /// `as_of` of a snapshot.
    Snapshot,
    /// When the oldest export was written.
    Written,
    /// Nobody knows it: all orders count.
    #[default]
    Unknown,
}

impl AsOfSource {
    /// Its name for machines.
    pub fn as_str(self) -> &'static str {
        match self {
            AsOfSource::Project => "as_of",
            AsOfSource::Snapshot => "snapshot",
            AsOfSource::Written => "written",
            AsOfSource::Unknown => "unknown",
        }
    }
}

/// A gap is told where this many orders would have fallen into it, had they come as often as after it.
const EXPECTED: i128 = 50;

impl Orders {
    /// A warning where an export of orders begins long after the time since which they count: it was made for too short a time.
    /// Where orders came as often before as they do after, there is hardly such a gap by chance.
    pub fn gap(&self, as_of: Option<Timestamp>) -> Option<Diagnostic> {
        let as_of = as_of?;
        let mut found = None;
        for platform in [Platform::Shopify, Platform::Amazon] {
            let lines = self.lines.iter().filter(|line| line.platform == platform);
            let sold = || lines.clone().filter_map(|line| Some((line.sale.as_ref()?.time, line)));
            let (Some((first, line)), Some((last, _))) = (sold().min_by_key(|sold| sold.0), sold().max_by_key(|sold| sold.0))
            else {
                continue;
            };
            let gap = i128::from(first.as_second()) - i128::from(as_of.as_second());
            let span = i128::from(last.as_second()) - i128::from(first.as_second());
            let count = sold().count();
            let is_long = gap > i128::from(DAY) && span > i128::from(DAY / 4);
            let is_gap = is_long && count >= LEAST && count as i128 * gap >= EXPECTED * span;
            if is_gap && found.is_none() {
                let message = format!(
                    "the oldest of these {} order lines is of {}, but orders count since {}: those between may be missing",
                    thousands(count),
                    minutes(first),
                    minutes(as_of)
                );
                let help = "download the orders again, for all the time since the oldest export of the catalog";
                found = Some(Diagnostic::warning(Code::Orders, message).help(help).at(line.place()));
            }
        }
        found
    }
}

const DAY: i64 = 24 * 60 * 60;
/// Fewer orders tell nothing of how often they come.
const LEAST: usize = 20;

/// How many order lines counted, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrdersSummary {
    /// How many lines moved a count.
    pub counted: usize,
    /// How many lines there are, each once.
    pub lines: usize,
    /// Only orders after this time count.
    pub as_of: Option<Timestamp>,
    /// Where that time is from.
    pub from: AsOfSource,
    /// Lines that are left out for another reason than their time, with the reason.
    left_out: Vec<(usize, &'static str)>,
}

impl OrdersSummary {
    /// Tells it of orders and how they moved the counts.
    pub fn of(orders: &Orders, movements: &Movements, as_of: Option<Timestamp>, from: AsOfSource) -> Self {
        let counting = orders.lines.iter().filter_map(|line| line.sale.as_ref());
        let counting: Vec<_> = counting.filter(|sale| as_of.is_none_or(|time| sale.time > time)).collect();
        let by = |channel: Channel| counting.iter().filter(|sale| sale.channel == channel).count();
        let reasons = [
            (orders.lines.iter().filter(|line| line.sale.is_none()).count(), "cancelled"),
            (by(Channel::AmazonFba), "fulfilled by Amazon"),
            (if orders.has_amazon { by(Channel::ShopifyFromAmazon) } else { 0 }, "from Amazon, by way of Shopify"),
            (movements.without_sku, "without a SKU"),
            (movements.unknown_skus, "with a SKU that no variant has alone"),
            (movements.taking_nothing, "of variants that are off or not tracked"),
            (movements.of_nothing, "of 0 units"),
            (movements.of_unknown_packs, "of packs without a size"),
        ];
        OrdersSummary {
            counted: movements.all().len(),
            lines: orders.lines.len(),
            as_of,
            from,
            left_out: reasons.into_iter().filter(|(count, _)| *count > 0).collect(),
        }
    }

    /// A warning where no order can count, since the time after which they do is still to come. `place` is where it is said.
    pub fn oddity(&self, now: Timestamp, place: Option<&Place>) -> Option<Diagnostic> {
        let time = self.as_of.filter(|time| *time > now && self.counted == 0 && self.lines > 0)?;
        let message = format!("no order counts before {}, which is still to come", minutes(time));
        let help = match self.from {
            AsOfSource::Written | AsOfSource::Unknown => {
                "the export's own date is wrong: write when it was made as `as_of:` in the project file"
            }
            AsOfSource::Project | AsOfSource::Snapshot => {
                "write as `as_of:` when the oldest export was made, in UTC, such as 2026-11-23T04:00:00Z"
            }
        };
        let warning = Diagnostic::warning(Code::Orders, message).help(help);
        Some(match place {
            Some(place) => warning.at(place.clone()),
            None => warning,
        })
    }

    /// For people: `3 of 40 order lines count: those after 2026-11-23 04:00 UTC (…)`.
    pub fn line(&self) -> String {
        if self.lines == 0 {
            return "no order line counts: the orders files hold none".to_owned();
        }
        let verb = if self.counted == 1 { "counts" } else { "count" };
        let since = match (self.as_of, self.from) {
            (Some(time), from) => {
                let source = match from {
                    AsOfSource::Project => "`as_of`",
                    AsOfSource::Snapshot => "`as_of` of the snapshot",
                    AsOfSource::Written | AsOfSource::Unknown => "`as_of` is left out: when the oldest export was written",
                };
                format!("those after {} ({source})", minutes(time))
            }
            (None, _) => {
                "whenever they were placed (`as_of` is left out, and it is not known when the export was written)".to_owned()
            }
        };
        let left_out: Vec<_> = self.left_out.iter().map(|(count, why)| format!("{} {why}", thousands(*count))).collect();
        let left_out = if left_out.is_empty() { String::new() } else { format!("; left out: {}", left_out.join(", ")) };
        let (counted, lines) = (thousands(self.counted), thousands(self.lines));
        format!("{counted} of {lines} order lines {verb}: {since}{left_out}")
    }
}

/// A time in UTC, with its seconds only where there are any.
fn minutes(time: Timestamp) -> String {
    let format = if time.as_second() % 60 == 0 { "%Y-%m-%d %H:%M UTC" } else { "%Y-%m-%d %H:%M:%S UTC" };
    time.strftime(format).to_string()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::orders::order_line::{OrderLine, Sale};
    use crate::source::Source;

    #[test]
    fn orders_that_begin_long_after_the_snapshot() {
        let source = Arc::new(Source::new("x", ""));
        let orders = |count: i64, first: i64, every: i64| {
            let line = |number: i64| {
                let time = Timestamp::from_second(first + number * every).unwrap_or_default();
                OrderLine {
                    platform: Platform::Amazon,
                    order: number.to_string(),
                    item: None,
                    sku: "A".to_owned(),
                    sale: Some(Sale { channel: Channel::AmazonMerchant, quantity: 1, time, location: None }),
                    source: Arc::clone(&source),
                    line: 1,
                }
            };
            Orders { lines: (0..count).map(line).collect(), ..Orders::default() }
        };
        let as_of = Some(Timestamp::UNIX_EPOCH);
        let is_told = |orders: Orders| orders.gap(as_of).is_some();
        // An order an hour: ten days without any are a gap, two may be one.
        assert!(is_told(orders(100, 10 * DAY, 3600)));
        assert!(!is_told(orders(100, 2 * DAY, 3600)));
        // An order a minute: half a day is hardly more than a night.
        assert!(is_told(orders(1000, DAY + 1, 60)) && !is_told(orders(1000, DAY / 2, 60)));
        // Orders of an hour tell nothing of how often they come.
        assert!(!is_told(orders(1000, 10 * DAY, 3)));
        // Few orders tell nothing, nor do those before the snapshot.
        assert!(!is_told(orders(10, 10 * DAY, 60)) && !is_told(orders(100, -DAY, 3600)));
        assert!(orders(100, 10 * DAY, 3600).gap(None).is_none());
    }
}
