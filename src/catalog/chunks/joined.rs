//! The parts of a file, joined in their order as soon as they are read.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, TryLockError};

use super::taken::Part;
use crate::catalog::Catalog;
use crate::catalog::columns::Moved;
use crate::catalog::joining::{Hashes, repeated};
use crate::parallel;
use crate::table::Oddities;

/// What the threads join their parts to.
pub struct Joining {
    waiting: Mutex<Waiting>,
    joined: Mutex<Joined>,
    /// How many parts there are.
    pub count: usize,
}

/// Parts that are about to be joined, or that could not be read, and those that have been joined.
#[derive(Default)]
struct Waiting {
    parts: BTreeMap<usize, Option<Part>>,
    spare: Vec<Part>,
}

/// The parts joined so far.
pub struct Joined {
    /// What they hold.
    pub catalog: Catalog,
    /// What was odd.
    pub odd: Oddities,
    /// How many there are: the number of the one that follows.
    next: usize,
    /// A hash of each product's handle; blank ones aside.
    handles: Vec<u64>,
    last_handle: String,
    /// How many lines end in them.
    pub lines: u32,
    /// Whether quotes are open behind them.
    in_quotes: bool,
}

impl Joining {
    /// Begins with a catalog without variants, for so many parts.
    pub fn new(base: Catalog, count: usize) -> Self {
        let (odd, last_handle) = (Oddities::default(), String::new());
        let joined = Joined { catalog: base, odd, next: 0, handles: vec![], last_handle, lines: 0, in_quotes: false };
        Joining { waiting: Mutex::default(), joined: Mutex::new(joined), count }
    }

    /// A part that has been joined, whose memory may be used again.
    pub fn spare(&self) -> Option<Part> {
        self.waiting.lock().ok()?.spare.pop()
    }

    /// Has a part joined, once those before it are: by another thread, if one is joining, since threads that wait for each
    /// other here would do so again with the next parts. A part that could not be read, or that was taken to begin inside
    /// quotes and does not, or the other way round, is read `again`, now that this is known. `None` where the file must be read
    /// as a whole.
    pub fn join(&self, number: usize, part: Option<Part>, again: impl FnMut(usize, bool) -> Option<Part>) -> Option<()> {
        self.waiting.lock().ok()?.parts.insert(number, part);
        match self.joined.try_lock() {
            Ok(mut joined) => self.join_waiting(&mut joined, again),
            Err(TryLockError::WouldBlock) => Some(()),
            Err(TryLockError::Poisoned(_)) => None,
        }
    }

    /// Joins the parts that wait and follow.
    fn join_waiting(&self, joined: &mut Joined, mut again: impl FnMut(usize, bool) -> Option<Part>) -> Option<()> {
        loop {
            let next = self.waiting.lock().ok()?.parts.remove(&joined.next);
            let Some(part) = next else { return Some(()) };
            let mut part = match part.filter(|part| part.quotes.before == joined.in_quotes) {
                Some(part) => part,
                None => again(joined.next, joined.in_quotes)?,
            };
            joined.append(&mut part, self.count - 1 - joined.next)?;
            self.waiting.lock().ok()?.spare.push(part);
        }
    }

    /// Joins what still waits, when each part has been handed over. `None` where the file must be read as a whole.
    pub fn join_rest(&self, again: impl FnMut(usize, bool) -> Option<Part>) -> Option<()> {
        self.join_waiting(&mut *self.joined.lock().ok()?, again)
    }

    /// All parts, when all are joined. `None` where the file must be read as a whole.
    pub fn finish(self) -> Option<Joined> {
        let joined = self.joined.into_inner().ok()?;
        // Handles that differ can, at worst, make us read the file as a whole.
        let handles = |range: Range<usize>| Hashes::<u64>::of(joined.handles[range].iter().copied());
        let stand_together = repeated(&parallel::ranges(joined.handles.len(), handles)).is_empty();
        (joined.next == self.count && stand_together).then_some(joined)
    }
}

impl Joined {
    /// Adds the part that follows, before so many others; `None` where its first rows would have been read otherwise after
    /// those before it.
    fn append(&mut self, part: &mut Part, ahead: usize) -> Option<()> {
        let same_product = !part.first_handle.is_empty() && part.first_handle == self.last_handle;
        if same_product && (!part.begins_with_variant || part.begins_oddly) {
            return None;
        }
        let has_rows = !part.catalog.is_empty();
        let of_product = Moved { from: usize::from(same_product), ahead };
        of_product.take(&mut self.handles, &mut part.handles, |hash| hash);
        self.catalog.append(&mut part.catalog, self.lines, same_product, ahead);
        self.odd.append(std::mem::take(&mut part.odd), self.lines);
        self.lines += part.lines;
        self.in_quotes = part.quotes.after;
        self.next += 1;
        if has_rows {
            self.last_handle.clone_from(&part.last_handle);
        }
        part.first_handle.clear();
        Some(())
    }
}
