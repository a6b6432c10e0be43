//! Work on many items by all processors at once, its results in order.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use rayon::prelude::*;

/// How many items that are only looked at make it worth waking another thread.
const WORTH: usize = 10_000;
/// How many items make it worth waking another thread where something is worked out for each.
const WORTH_WORKING: usize = 2_000;
/// How many items a range has at most whose results are taken in order: they are then still in the processor's cache.
const AT_HAND: usize = 1 << 15;

/// Parts the numbers below `count` into ranges, some for each thread, and gives what `work` makes of each, in order.
pub fn ranges<T: Send>(count: usize, work: impl Fn(Range<usize>) -> T + Send + Sync) -> Vec<T> {
    // Several for each thread, since not all are equally fast.
    let ranges = parts(count, |threads| threads * 4);
    if ranges.len() == 1 { ranges.into_iter().map(work).collect() } else { ranges.into_par_iter().map(work).collect() }
}

/// The ranges that numbers below `count` are parted into: at least one, at most `most` of the number of threads, and none shorter than [`WORTH`].
fn parts(count: usize, most: impl Fn(usize) -> usize) -> Vec<Range<usize>> {
    let worth = (count / WORTH).max(1);
    // To be asked how many threads there are starts them.
    let parts = if worth == 1 { 1 } else { worth.min(most(rayon::current_num_threads())) };
    (0..parts).map(|part| count * part / parts..count * (part + 1) / parts).collect()
}

/// Calls `work` with each number below `count`, and `take` with each number and its result, in order, as soon as it is there. Each
/// thread has a state of its own, made by `start`.
///
/// # Errors
/// The first one of `take`, after which nothing more is given to it.
pub fn in_order<S, T: Send, E>(
    count: usize,
    start: impl Fn() -> S + Sync,
    work: impl Fn(&mut S, usize) -> T + Sync,
    mut take: impl FnMut(usize, T) -> Result<(), E>,
) -> Result<(), E> {
    // A thread that works itself must not wait for the others.
    if count == 1 || rayon::current_thread_index().is_some() {
        let mut state = start();
        return (0..count).try_for_each(|number| take(number, work(&mut state, number)));
    }
    let (sender, receiver) = std::sync::mpsc::channel();
    let (next, has_failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    rayon::in_place_scope(|scope| {
        for _ in 0..rayon::current_num_threads() {
            let (sender, start, work, next, has_failed) = (sender.clone(), &start, &work, &next, &has_failed);
            scope.spawn(move |_| {
                let mut state = start();
                let numbers = std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
                for number in numbers.take_while(|number| *number < count && !has_failed.load(Ordering::Relaxed)) {
                    // Nobody receives any more where `take` has failed.
                    drop(sender.send((number, work(&mut state, number))));
                }
            });
        }
        drop(sender);
        let (mut waiting, mut next) = (BTreeMap::new(), 0);
        for (number, result) in receiver {
            waiting.insert(number, result);
            while let Some(result) = waiting.remove(&next) {
                take(next, result).inspect_err(|_| has_failed.store(true, Ordering::Relaxed))?;
                next += 1;
            }
        }
        Ok(())
    })
}

/// [`ranges`] in more and smaller ranges, each result given to `take` in order, as soon as it is there.
///
/// # Errors
/// The first one of `take`, after which nothing more is given to it.
pub fn ranges_in_order<T: Send, E>(
    count: usize,
    work: impl Fn(Range<usize>) -> T + Send + Sync,
    mut take: impl FnMut(T) -> Result<(), E>,
) -> Result<(), E> {
    let ranges = parts(count, |threads| (threads * 16).max(count / AT_HAND));
    in_order(ranges.len(), || (), |(), number| work(ranges[number].clone()), |_, result| take(result))
}

/// A value for each number below `count`: `work` is given the first of some numbers, and the places for their values. It is given what
/// `start` makes for each stretch of numbers, too.
pub fn fill_chunks<S, T: Clone + Default + Send>(
    count: usize,
    start: impl Fn() -> S + Send + Sync,
    work: impl Fn(&mut S, usize, &mut [T]) + Send + Sync,
) -> Vec<T> {
    let mut all = vec![T::default(); count];
    if count <= WORTH_WORKING {
        work(&mut start(), 0, &mut all);
    } else {
        let pieces = all.par_chunks_mut(WORTH_WORKING).enumerate();
        pieces.for_each_init(start, |state, (number, places)| work(state, number * WORTH_WORKING, places));
    }
    all
}

/// What `work` makes of each item, in order, by all processors at once.
pub fn map<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Send + Sync) -> Vec<R> {
    match items {
        // One item would wait for another thread to be woken.
        [] | [_] => items.iter().map(work).collect(),
        _ => items.par_iter().map(work).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_order() {
        for count in [0, 1, 9_999, 20_000, 100_003] {
            let all: Vec<usize> = ranges(count, |range| range.collect::<Vec<_>>()).concat();
            assert_eq!(all, (0..count).collect::<Vec<_>>());
            let numbered = fill_chunks(
                count,
                || 1,
                |one, first, places| {
                    (first..).zip(places).for_each(|(number, place)| *place = u32::try_from(number).expect("few") + *one);
                },
            );
            assert!(numbered.iter().map(|&number| number as usize - 1).eq(all.iter().copied()));
            let mut taken = vec![];
            let done = ranges_in_order(
                count,
                |range| range.collect::<Vec<_>>(),
                |part| {
                    taken.extend(part);
                    if taken.len() > 50_000 { Err(taken.len()) } else { Ok(()) }
                },
            );
            assert_eq!(taken, all[..taken.len()]);
            assert!(done.map_or(taken.len() > 50_000, |()| taken.len() == count));
        }
        let items: Vec<usize> = (0..1000).collect();
        let doubled: Vec<_> = items.iter().map(|item| item * 2).collect();
        assert_eq!(map(&items, |item| item * 2), doubled);
    }
}
