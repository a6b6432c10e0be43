//! Each order line once, in whatever number of files it stands.

use foldhash::HashMap;

use super::order_line::{Channel, OrderLine, Platform, Sale};
use super::reading::OrderReadOptions;
use crate::diagnostic::{Code, Diagnostic};

/// The lines of an order with one SKU: by the platform, the order and the SKU.
pub type OrderAndSku = (Platform, String, String);

/// Each line once. It is known by its item's id, or, where the file has none, as the n-th line with this order and SKU in its
/// file; lines with ids are taken first, so that the order of the files does not matter. `found` has each line with the number of
/// its file; the lines stand in the order in which they were first found.
///
/// A line that any file says is cancelled is: nothing that was cancelled is sold again under the same number, so that a file
/// that does not say so is older. Of two quantities the larger one counts, with a warning: too few units on Amazon are mended by
/// the next export, units that are not there are not.
///
/// `before` tells of the files that go on with an order within which another was cut: how many lines of its order and SKU stand
/// before theirs.
pub fn deduplicate(
    found: Vec<(usize, OrderLine)>,
    before: HashMap<(usize, OrderAndSku), usize>,
    given: &OrderReadOptions<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<OrderLine> {
    let mut lines: Vec<(usize, OrderLine)> = vec![];
    let mut by_item: HashMap<OrderAndSku, usize> = HashMap::default();
    let mut by_number: HashMap<OrderAndSku, Vec<usize>> = HashMap::default();
    let (with_id, without): (Vec<_>, Vec<_>) = found.into_iter().enumerate().partition(|(_, (_, line))| line.item.is_some());
    let goes_on = |(_, (file, line)): &(usize, (usize, OrderLine))| {
        !before.is_empty() && before.contains_key(&(*file, (line.platform, line.order.clone(), line.sku.clone())))
    };
    let (rests, starts): (Vec<_>, Vec<_>) = without.into_iter().partition(goes_on);
    let mut numbers = before;
    for (position, (file, line)) in with_id.into_iter().chain(starts).chain(rests) {
        let group = (line.platform, line.order.clone(), line.sku.clone());
        let known = match &line.item {
            Some(item) => by_item.get(&(line.platform, line.order.clone(), item.clone())).copied(),
            None => {
                let number = numbers.entry((file, group.clone())).or_default();
                *number += 1;
                by_number.get(&group).and_then(|places| places.get(*number - 1)).copied()
            }
        };
        if let Some((first, known)) = known.and_then(|at| lines.get_mut(at)) {
            *first = position.min(*first);
            unite(known, line, given, diagnostics);
            continue;
        }
        if let Some(item) = &line.item {
            by_item.insert((line.platform, line.order.clone(), item.clone()), lines.len());
        }
        by_number.entry(group).or_default().push(lines.len());
        lines.push((position, line));
    }
    lines.sort_by_key(|(position, _)| *position);
    lines.into_iter().map(|(_, line)| line).collect()
}

/// Adds what another file, or another row, says of a line.
fn unite(known: &mut OrderLine, other: OrderLine, given: &OrderReadOptions<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let (place, other_place) = (known.place(), other.place());
    let (Some(sale), Some(second)) = (&mut known.sale, other.sale) else {
        known.sale = None;
        return;
    };
    // What has no SKU takes nothing off any count.
    let is_of_interest = !known.sku.is_empty() && (given.counts(sale.time) || given.counts(second.time));
    if sale.quantity != second.quantity && is_of_interest {
        let most = sale.quantity.max(second.quantity);
        let message = format!(
            "of `{}`, order `{}` has {} at one place and {} at another: {most} counts",
            known.sku, known.order, sale.quantity, second.quantity
        );
        let help = "the order was changed between the exports: keep only the newer file";
        let warning = Diagnostic::warning(Code::Orders, message).help(help).at(other_place);
        diagnostics.push(warning.related(place, format!("{} here", sale.quantity)));
    }
    *sale = Sale {
        channel: if sale.channel == Channel::AmazonUnsaid { second.channel } else { sale.channel },
        quantity: sale.quantity.max(second.quantity),
        time: sale.time.max(second.time),
        location: sale.location.take().or(second.location),
    };
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;
    use crate::source::Source;

    fn line(item: Option<&str>, quantity: Option<i64>) -> OrderLine {
        let sale = |quantity| Sale { channel: Channel::AmazonMerchant, quantity, time: Timestamp::UNIX_EPOCH, location: None };
        OrderLine {
            platform: Platform::Amazon,
            order: "1".to_owned(),
            item: item.map(str::to_owned),
            sku: "A".to_owned(),
            sale: quantity.map(sale),
            source: Arc::new(Source::new("x", "")),
            line: 1,
        }
    }

    fn quantities(found: Vec<(usize, OrderLine)>) -> (Vec<Option<i64>>, usize) {
        let mut told = vec![];
        let lines = deduplicate(found, HashMap::default(), &OrderReadOptions::default(), &mut told);
        (lines.into_iter().map(|line| line.sale.map(|sale| sale.quantity)).collect(), told.len())
    }

    #[test]
    fn a_line_counts_once() {
        let one = Some(1);
        // The same report twice, with a second line of the same SKU.
        assert_eq!(quantities(vec![(0, line(None, one)), (0, line(None, one)), (1, line(None, one))]), (vec![one, one], 0));
        // Ids tell lines apart, in one file or in several.
        assert_eq!(quantities(vec![(0, line(Some("a"), one)), (1, line(Some("b"), one))]), (vec![one, one], 0));
        assert_eq!(quantities(vec![(0, line(Some("a"), one)), (1, line(Some("a"), one))]), (vec![one], 0));
        assert_eq!(quantities(vec![(0, line(Some("a"), one)), (0, line(Some("a"), one))]), (vec![one], 0));
        // A file with ids and one without speak of the same lines, whichever comes first.
        assert_eq!(quantities(vec![(0, line(Some("a"), one)), (1, line(None, one))]), (vec![one], 0));
        assert_eq!(quantities(vec![(0, line(None, one)), (1, line(Some("a"), one))]), (vec![one], 0));
        let three = vec![(0, line(None, one)), (0, line(None, one)), (1, line(Some("a"), one)), (2, line(Some("b"), one))];
        assert_eq!(quantities(three), (vec![one, one], 0));
    }

    #[test]
    fn lines_stand_where_they_were_first_found() {
        let of = |order: &str, item: Option<&str>| OrderLine { order: order.to_owned(), ..line(item, Some(1)) };
        let found = vec![(0, of("2", None)), (1, of("1", Some("a"))), (1, of("2", Some("b")))];
        let lines = deduplicate(found, HashMap::default(), &OrderReadOptions::default(), &mut vec![]);
        assert_eq!(lines.iter().map(|line| line.order.as_str()).collect::<Vec<_>>(), ["2", "1"]);
    }

    #[test]
    fn files_that_disagree() {
        let (two, nine) = (Some(2), Some(9));
        assert_eq!(quantities(vec![(0, line(None, two)), (1, line(None, nine))]), (vec![nine], 1));
        assert_eq!(quantities(vec![(0, line(Some("a"), nine)), (0, line(Some("a"), two))]), (vec![nine], 1));
        // What was cancelled stays so.
        assert_eq!(quantities(vec![(0, line(None, nine)), (1, line(None, None))]), (vec![None], 0));
        assert_eq!(quantities(vec![(0, line(None, None)), (1, line(None, nine)), (2, line(None, two))]), (vec![None], 0));
    }
}
