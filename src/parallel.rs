//! Work on many items by all processors at once, its results in order.

use std::ops::Range;

/// So many items are worth a thread of their own.
const WORTH: usize = 10_000;

/// How many threads there can be.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Parts the numbers below `count` into ranges, one a thread, and gives what `work` makes of each, in order.
pub fn ranges<T: Send>(count: usize, work: impl Fn(Range<usize>) -> T + Sync) -> Vec<T> {
    let parts = threads().min(count / WORTH).max(1);
    let range = |part: usize| count * part / parts..count * (part + 1) / parts;
    if parts == 1 {
        return vec![work(range(0))];
    }
    std::thread::scope(|scope| {
        let work = &work;
        let others: Vec<_> = (1..parts).map(|part| scope.spawn(move || work(range(part)))).collect();
        let first = work(range(0));
        let rest = others.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        std::iter::once(first).chain(rest).collect()
    })
}

/// Lets `work` fill the items of a list, a stretch a thread; it is given the number of the stretch's first item.
pub fn fill<T: Send>(items: &mut [T], work: impl Fn(usize, &mut [T]) + Sync) {
    let parts = threads().min(items.len() / WORTH).max(1);
    let length = items.len().div_ceil(parts).max(1);
    if parts == 1 {
        return work(0, items);
    }
    std::thread::scope(|scope| {
        let work = &work;
        for (number, stretch) in items.chunks_mut(length).enumerate() {
            scope.spawn(move || work(number * length, stretch));
        }
    });
}

/// What `work` makes of each item, in order, the items taken one after the other by whoever is free.
pub fn each<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let next = std::sync::atomic::AtomicUsize::new(0);
    let take = || {
        let mut done = vec![];
        while let Some((at, item)) = {
            let at = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            items.get(at).map(|item| (at, item))
        } {
            done.push((at, work(item)));
        }
        done
    };
    let parts = threads().min(items.len()).max(1);
    let mut done: Vec<(usize, R)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..parts).map(|_| scope.spawn(take)).collect();
        let mut done = take();
        for thread in others {
            done.extend(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_stand_in_order() {
        for count in [0, 1, 9_999, 20_000, 100_003] {
            let all: Vec<usize> = ranges(count, |range| range.collect::<Vec<_>>()).concat();
            assert_eq!(all, (0..count).collect::<Vec<_>>());
            let mut filled = vec![0; count];
            fill(&mut filled, |start, part| part.iter_mut().enumerate().for_each(|(at, item)| *item = start + at));
            assert_eq!(filled, all);
        }
        let items: Vec<usize> = (0..1000).collect();
        assert_eq!(each(&items, |item| item * 2), items.iter().map(|item| item * 2).collect::<Vec<_>>());
    }
}
