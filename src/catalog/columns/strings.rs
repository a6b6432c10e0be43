//! Texts one behind the other in one piece of memory.

use std::ops::Range;

use super::rows_from;
use crate::text;

/// The offsets of items that lie one behind the other: item `n` lies between bound `n` and bound `n + 1`, of which the first is 0.
#[derive(Debug, Clone)]
pub struct Offsets {
    bounds: Vec<usize>,
}

impl Default for Offsets {
    fn default() -> Self {
        Offsets { bounds: vec![0] }
    }
}

impl Offsets {
    /// Adds an item that ends here, behind all others.
    pub fn push(&mut self, end: usize) {
        self.bounds.push(end);
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.bounds.len() - 1
    }

    /// Where an item starts; where the last one ends if there is no such item.
    #[inline]
    pub fn start(&self, index: usize) -> usize {
        self.bounds[index.min(self.len())]
    }

    /// Where an item lies; empty where there is no such item.
    #[inline]
    pub fn range(&self, index: usize) -> Range<usize> {
        match self.bounds.get(index..) {
            Some(&[start, end, ..]) => start..end,
            _ => self.start(index)..self.start(index),
        }
    }

    /// Adds the items of another list from number `first` on, behind all others.
    pub fn append(&mut self, other: &Offsets, first: usize) {
        let (before, left_out) = (self.start(self.len()), other.start(first));
        self.bounds.extend(rows_from(&other.bounds, first + 1).iter().map(|end| before + end - left_out));
    }
}

/// Texts in one piece of memory, found by their index.
#[derive(Debug, Clone, Default)]
pub struct Strings {
    bytes: String,
    offsets: Offsets,
}

impl Strings {
    /// Adds a text.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        self.offsets.push(self.bytes.len());
    }

    /// The text at an index; blank where there is none.
    pub fn get(&self, index: usize) -> &str {
        &self.bytes[self.offsets.range(index)]
    }

    /// The bytes of the text at an index. Unlike [`Strings::get`], this need not check that characters begin and end there.
    #[inline]
    pub fn bytes(&self, index: usize) -> &[u8] {
        &self.bytes.as_bytes()[self.offsets.range(index)]
    }

    /// Whether the text at an index is nothing but white space: as a rule, its first byte tells.
    #[inline]
    pub fn is_blank(&self, index: usize) -> bool {
        match self.bytes(index) {
            [first, ..] if first.is_ascii_graphic() => false,
            _ => text::is_blank(self.get(index)),
        }
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.offsets.len()
    }

    /// The texts in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.get(index))
    }

    /// Adds the texts of another list.
    pub fn append(&mut self, other: &Strings) {
        self.bytes.push_str(&other.bytes);
        self.offsets.append(&other.offsets, 0);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn offsets_tell_where_items_lie(
            one in prop::collection::vec(0_usize..40, 0..20),
            other in prop::collection::vec(0_usize..40, 0..20),
            first in 0_usize..24,
        ) {
            let offsets = |lengths: &[usize]| {
                let (mut offsets, mut end) = (Offsets::default(), 0);
                for length in lengths {
                    end += length;
                    offsets.push(end);
                }
                offsets
            };
            let mut both = offsets(&one);
            both.append(&offsets(&other), first);
            let lengths = [&one, rows_from(&other, first)].concat();
            let mut start = 0;
            for (index, length) in lengths.iter().enumerate() {
                prop_assert_eq!(both.range(index), start..start + length);
                start += length;
            }
            prop_assert_eq!((both.len(), both.range(lengths.len() + 1)), (lengths.len(), start..start));
        }
    }
}
