//! Where pieces end that lie one behind the other in one piece of memory.

use std::ops::Range;

use super::Moved;

/// Where each of many pieces ends, in four bytes each.
#[derive(Debug, Clone, Default)]
pub struct Ends {
    /// The lower bits of each end.
    low: Vec<u32>,
    /// The pieces from which on the higher bits are one more: none, unless there are billions of items.
    carries: Vec<usize>,
}

/// How many bits are the lower ones. Tests have few, so that they carry as well.
const LOW: u32 = if cfg!(test) { 6 } else { 32 };

impl Ends {
    /// Adds a piece that ends here, behind all others.
    #[inline]
    pub fn push(&mut self, end: usize) {
        while self.carries.len() < high(end) {
            self.carries.push(self.low.len());
        }
        self.low.push(low(end));
    }

    /// How many pieces there are.
    pub fn len(&self) -> usize {
        self.low.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.low.is_empty()
    }

    /// Where a piece lies; behind the last one where there is no such piece.
    #[inline(always)]
    pub fn range(&self, index: usize) -> Range<usize> {
        match self.low.get(index) {
            Some(&end) if self.carries.is_empty() => {
                let start = index.checked_sub(1).map_or(0, |before| self.low[before]);
                start as usize..end as usize
            }
            _ => index.checked_sub(1).map_or(0, |before| self.end(before))..self.end(index),
        }
    }

    #[cold]
    fn end(&self, index: usize) -> usize {
        let carried = self.carries.partition_point(|first| *first <= index);
        self.low.get(index).map_or_else(|| self.last(), |&low| carried << LOW | low as usize)
    }

    /// Where the last piece ends.
    fn last(&self) -> usize {
        self.low.last().map_or(0, |&low| self.carries.len() << LOW | low as usize)
    }

    /// Moves the pieces of another list here, behind all others. The number of items that are left out before them.
    pub fn append(&mut self, other: &mut Ends, moved: Moved) -> usize {
        let (before, left_out) = (self.last(), other.range(moved.from).start);
        if high(before + other.last() - left_out) == 0 && other.carries.is_empty() {
            moved.take(&mut self.low, &mut other.low, |end| low(before + end as usize - left_out));
        } else {
            (moved.from..other.len()).for_each(|index| self.push(before + other.range(index).end - left_out));
        }
        other.clear();
        left_out
    }

    fn clear(&mut self) {
        self.low.clear();
        self.carries.clear();
    }
}

#[allow(clippy::cast_possible_truncation)] // meant
fn low(end: usize) -> u32 {
    (end as u64 & ((1 << LOW) - 1)) as u32
}

fn high(end: usize) -> usize {
    (end as u64 >> LOW) as usize
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn ends_tell_where_pieces_lie(
            first in prop::collection::vec(0_usize..40, 0..20),
            second in prop::collection::vec(0_usize..40, 0..20),
            from in 0_usize..4,
        ) {
            let ends = |lengths: &[usize]| {
                let (mut ends, mut end) = (Ends::default(), 0);
                for length in lengths {
                    end += length;
                    ends.push(end);
                }
                ends
            };
            let from = from.min(second.len());
            let (mut joined, mut other) = (ends(&first), ends(&second));
            let left_out = joined.append(&mut other, Moved { from, ahead: 1 });
            prop_assert_eq!(left_out, second[..from].iter().sum::<usize>());
            prop_assert!(other.is_empty() && other.range(0) == (0..0));
            let lengths = [first, second[from..].to_vec()].concat();
            let mut start = 0;
            for (index, length) in lengths.iter().enumerate() {
                prop_assert_eq!(joined.range(index), start..start + length);
                start += length;
            }
            prop_assert_eq!(joined.len(), lengths.len());
            prop_assert_eq!(joined.range(lengths.len() + 1), start..start);
        }
    }
}
