//! The variants as inventory exports know them, gathered from all rows of all such files.

use std::borrow::Cow;

use foldhash::{HashMap, HashSet};

use super::columns::Dictionary;
use super::option_order::{Codes, OptionOrders, Order};
use crate::ids::FileId;
use crate::text;

/// What an export tells a variant by, beside its SKU: its handle and its option values, as codes of [`Items::texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ItemKey {
    pub handle: u32,
    /// In the order that [`OptionOrders`] knows of the handle, or else as the file has them.
    options: Codes,
    /// Whether nothing tells of which options the values are.
    pub is_unclear: bool,
}

impl ItemKey {
    /// The key of a variant whose values are known, but not their options: with the values sorted, so that their order does not
    /// matter.
    #[must_use]
    pub fn unordered(self) -> Self {
        let mut options = self.options;
        options.sort_unstable();
        ItemKey { options, is_unclear: true, ..self }
    }
}

/// A variant, as inventory exports know it.
#[derive(Debug, Clone)]
pub struct InventoryItem {
    /// Its handle and options; `None` where the handle is blank, which tells nothing.
    pub key: Option<ItemKey>,
    /// The code of its SKU in [`Items::skus`]; 0 for a blank one.
    pub sku: u32,
    /// Where its first row stands: the file and the line.
    pub first: (FileId, u32),
    /// How many rows it has.
    pub rows: usize,
    /// The place of its last count, and 1; 0 where it has none.
    last: usize,
}

/// The count of an item at a location.
#[derive(Debug, Clone, Copy)]
pub struct ItemCount {
    /// The location: its place in the schema; `None` for one without a name.
    pub location: Option<usize>,
    /// The count; `None` where the cell holds no whole number.
    pub count: Option<i64>,
    /// Where it stands: the file and the line.
    pub at: (FileId, u32),
    /// The place of the same item's count before it, and 1; 0 where there is none.
    before: usize,
}

/// The items of all inventory exports, in the order of their first rows.
#[derive(Default)]
pub struct Items {
    /// The items.
    pub list: Vec<InventoryItem>,
    /// The distinct handles and option values.
    texts: Dictionary,
    /// The orders of the options.
    pub options: OptionOrders,
    /// The distinct SKUs.
    pub skus: Dictionary,
    known: HashMap<(Option<ItemKey>, u32), usize>,
    counts: Vec<ItemCount>,
}

impl Items {
    /// The code of a handle or an option value, which are compared trimmed and in normalization form C; 0 for a blank one. The one
    /// value of a product without options, `Default Title`, is left out of some files.
    pub fn text(&mut self, text: &str) -> u32 {
        const NO_OPTION: &str = "Default Title";
        let text = text::without_apostrophe(text.trim());
        if text == NO_OPTION { 0 } else { self.texts.intern(&form(text)) }
    }

    /// The key of codes that stand in an inventory export, or, without a file, in the catalog, where the handle is not blank, and the order in which the file has the options, where
    /// that can be told.
    pub fn key(&mut self, file: Option<FileId>, handle: u32, names: Codes, values: Codes) -> (Option<ItemKey>, Option<Order>) {
        if handle == 0 {
            return (None, None);
        }
        let order = self.options.order(handle, file, names, values);
        let options = order.map_or(values, |order| order.map(|place| values[place]));
        (Some(ItemKey { handle, options, is_unclear: order.is_none() }), order)
    }

    /// The code of a SKU; 0 for a blank one.
    pub fn sku(&mut self, sku: &str) -> u32 {
        self.skus.intern(&form(super::sku_of(sku)))
    }

    /// The item of a row, which may be its first, and whether it is. A row that tells nothing of its variant has one of its own.
    pub fn add(&mut self, key: Option<ItemKey>, sku: u32, at: (FileId, u32)) -> (usize, bool) {
        // The rows of an item mostly stand together.
        let last = self.list.len().checked_sub(1).filter(|&last| self.list[last].key == key && self.list[last].sku == sku);
        let tells = key.is_some() || sku != 0;
        let known = last.or_else(|| self.known.get(&(key, sku)).copied()).filter(|_| tells);
        let item = known.unwrap_or(self.list.len());
        if known.is_none() {
            self.known.insert((key, sku), item);
            self.list.push(InventoryItem { key, sku, first: at, rows: 0, last: 0 });
        }
        self.list[item].rows += 1;
        (item, known.is_none())
    }

    /// Lets values whose options no names tell be of those at whose places they stand, where no value of the product stands at two
    /// places: then no other order is possible. Those that stay unclear are put in order, as [`ItemKey::unordered`] does; and the
    /// products that have any are told. `variants` are the keys of the other files.
    pub fn settle(&mut self, variants: &mut [Option<ItemKey>]) -> HashSet<u32> {
        let keys = || self.list.iter().filter_map(|item| item.key).chain(variants.iter().copied().flatten());
        let mut handles: HashSet<u32> = keys().filter(|key| key.is_unclear).map(|key| key.handle).collect();
        if handles.is_empty() {
            return handles;
        }
        let mut places: HashMap<(u32, u32), usize> = HashMap::default();
        let mut unclear: HashSet<u32> = HashSet::default();
        for ItemKey { handle, options, .. } in keys().filter(|key| handles.contains(&key.handle)) {
            for (place, &value) in options.iter().enumerate().filter(|(_, value)| **value != 0) {
                if *places.entry((handle, value)).or_insert(place) != place {
                    unclear.insert(handle);
                }
            }
        }
        handles.retain(|handle| unclear.contains(handle));
        let settle = |key: ItemKey| match unclear.contains(&key.handle) {
            true if key.is_unclear => key.unordered(),
            _ => ItemKey { is_unclear: false, ..key },
        };
        variants.iter_mut().for_each(|key| *key = key.map(settle));
        // Keys that differed may now be the same: the rows are then of one item.
        let mut known: HashMap<(Option<ItemKey>, u32), usize> = HashMap::default();
        for number in 0..self.list.len() {
            let item = &mut self.list[number];
            item.key = item.key.map(settle);
            if item.key.is_none() {
                continue;
            }
            let first = *known.entry((item.key, item.sku)).or_insert(number);
            if first != number {
                self.unite(number, first);
            }
        }
        handles
    }

    /// Frees what only more rows would ask for.
    pub fn end(&mut self) {
        self.known = HashMap::default();
    }

    /// Adds a count to an item.
    pub fn add_count(&mut self, item: usize, location: Option<usize>, count: Option<i64>, at: (FileId, u32)) {
        self.counts.push(ItemCount { location, count, at, before: self.list[item].last });
        self.list[item].last = self.counts.len();
    }

    /// Gives the rows of one item to another, which then has all of them.
    pub fn unite(&mut self, item: usize, into: usize) {
        let last = std::mem::take(&mut self.list[item].last);
        self.list[into].rows += std::mem::take(&mut self.list[item].rows);
        if last > 0 {
            let mut first = last - 1;
            while let Some(before) = self.counts[first].before.checked_sub(1) {
                first = before;
            }
            self.counts[first].before = std::mem::replace(&mut self.list[into].last, last);
        }
    }

    /// The counts of an item, by location and then in the order of the files; put into a list, whose memory is used again.
    pub fn counts_of(&self, item: usize, counts: &mut Vec<ItemCount>) {
        counts.clear();
        let mut next = self.list[item].last;
        while let Some(&count) = next.checked_sub(1).and_then(|at| self.counts.get(at)) {
            counts.push(count);
            next = count.before;
        }
        // The last one was found first.
        counts.reverse();
        counts.sort_by_key(|count| (count.location, count.at));
    }

    /// What messages call an item: its SKU, or else its handle and options.
    pub fn name(&self, item: &InventoryItem) -> String {
        match (item.sku, item.key) {
            (0, None) => "a variant without SKU and handle".to_owned(),
            (0, Some(ItemKey { handle, options, .. })) => {
                let options: Vec<_> = options.iter().filter(|code| **code != 0).map(|&code| self.texts.text(code)).collect();
                let options = if options.is_empty() { String::new() } else { format!(" ({})", options.join(" / ")) };
                format!("`{}{options}`", self.texts.text(handle))
            }
            (sku, _) => format!("`{}`", self.skus.text(sku)),
        }
    }
}

fn form(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::Borrowed(text) } else { Cow::Owned(text::nfc(text)) }
}
