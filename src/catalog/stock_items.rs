//! The variants as inventory exports know them, gathered from all rows of all such files.

use std::borrow::Cow;

use foldhash::HashMap;

use super::OPTIONS;
use super::columns::Dictionary;
use crate::text;

/// What an export tells a variant by, beside its SKU: its handle and its option values, as codes of [`Items::texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Key {
    handle: u32,
    options: [u32; OPTIONS],
}

/// A variant, as inventory exports know it.
#[derive(Debug, Clone)]
pub struct Item {
    /// Its handle and options; `None` where the handle is blank, which tells nothing.
    pub key: Option<Key>,
    /// The code of its SKU in [`Items::skus`]; 0 for a blank one.
    pub sku: u32,
    /// Where its first row stands: the file's number and the line.
    pub first: (u16, u32),
    /// How many rows it has.
    pub rows: usize,
    /// The place of its last count, and 1; 0 where it has none.
    last: usize,
}

/// The count of an item at a location.
#[derive(Debug, Clone, Copy)]
pub struct Count {
    /// The location: its place in the schema; `None` for one without a name.
    pub location: Option<usize>,
    /// The count; `None` where the cell holds no whole number.
    pub count: Option<i64>,
    /// Where it stands: the file's number and the line.
    pub at: (u16, u32),
    /// The place of the same item's count before it, and 1; 0 where there is none.
    before: usize,
}

/// The items of all inventory exports, in the order of their first rows.
#[derive(Default)]
pub struct Items {
    /// The items.
    pub list: Vec<Item>,
    /// The distinct handles and option values.
    texts: Dictionary,
    /// The distinct SKUs.
    pub skus: Dictionary,
    known: HashMap<(Option<Key>, u32), usize>,
    counts: Vec<Count>,
}

impl Items {
    /// The key of a handle and option values, which are compared trimmed and in normalization form C. The one value of a product
    /// without options, `Default Title`, is left out of some files.
    pub fn key(&mut self, handle: &str, options: [&str; OPTIONS]) -> Option<Key> {
        let handle = self.text(handle);
        let options = options.map(|option| self.text(option));
        (handle != 0).then_some(Key { handle, options })
    }

    /// The code of a handle or an option value; 0 for a blank one.
    pub fn text(&mut self, text: &str) -> u32 {
        const NO_OPTION: &str = "Default Title";
        let text = text.trim();
        if text == NO_OPTION { 0 } else { self.texts.intern(&form(text)) }
    }

    /// A key of codes.
    pub fn key_of(handle: u32, options: [u32; OPTIONS]) -> Option<Key> {
        (handle != 0).then_some(Key { handle, options })
    }

    /// The code of a SKU; 0 for a blank one.
    pub fn sku(&mut self, sku: &str) -> u32 {
        self.skus.intern(&form(super::sku_of(sku)))
    }

    /// The item of a row, which may be its first, and whether it is. A row that tells nothing of its variant has one of its own.
    pub fn add(&mut self, key: Option<Key>, sku: u32, at: (u16, u32)) -> (usize, bool) {
        // The rows of an item mostly stand together.
        let last = self.list.len().checked_sub(1).filter(|&last| self.list[last].key == key && self.list[last].sku == sku);
        let tells = key.is_some() || sku != 0;
        let known = last.or_else(|| self.known.get(&(key, sku)).copied()).filter(|_| tells);
        let item = known.unwrap_or(self.list.len());
        if known.is_none() {
            self.known.insert((key, sku), item);
            self.list.push(Item { key, sku, first: at, rows: 0, last: 0 });
        }
        self.list[item].rows += 1;
        (item, known.is_none())
    }

    /// Frees what only more rows would ask for.
    pub fn end(&mut self) {
        self.known = HashMap::default();
    }

    /// Adds a count to an item.
    pub fn add_count(&mut self, item: usize, location: Option<usize>, count: Option<i64>, at: (u16, u32)) {
        self.counts.push(Count { location, count, at, before: self.list[item].last });
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
    pub fn counts_of(&self, item: usize, counts: &mut Vec<Count>) {
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
    pub fn name(&self, item: &Item) -> String {
        match (item.sku, item.key) {
            (0, None) => "a variant without SKU and handle".to_owned(),
            (0, Some(Key { handle, options })) => {
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
