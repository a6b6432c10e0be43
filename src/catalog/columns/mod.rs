//! The catalog's store: one typed column a field, text interned.

mod ends;
mod numbers;
mod texts;

pub use numbers::{CountColumn, DecimalColumn, SCALE, Scaled};
pub use texts::{Dictionary, ListColumn, OverrideColumn, Strings, TextColumn, list_items};

/// How rows are moved from a part's columns to those of the whole.
#[derive(Debug, Clone, Copy, Default)]
pub struct Moved {
    /// The first row that is moved; those before it are dropped.
    pub from: usize,
    /// How many more parts are to come, likely of the same size: columns make room for them at once, since memory that grows
    /// step by step is filled anew each time.
    pub ahead: usize,
}

impl Moved {
    /// Moves the items of a column.
    pub fn take<T: Copy, U>(self, own: &mut Vec<U>, others: &mut Vec<T>, each: impl Fn(T) -> U) {
        let taken = others.get(self.from..).unwrap_or_default();
        if own.capacity() - own.len() < taken.len() {
            own.reserve(self.room(taken.len()));
        }
        own.extend(taken.iter().map(|&item| each(item)));
        others.clear();
    }

    /// How much room is made where there is none for so many items.
    fn room(self, count: usize) -> usize {
        // Room that is not used costs nothing, but a file of any size must not ask for all memory there is.
        const MOST: usize = 1 << 12;
        count + count * self.ahead.min(MOST) * 17 / 16
    }
}
