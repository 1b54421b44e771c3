//! The same work on many things, on all processors, with the results in the order of the things.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// How many things make a task: enough that taking one costs nothing, few enough that no processor waits long.
pub(super) const TASK: usize = 256;
/// Fewer things than this are done at once, for starting threads takes longer.
const FEW: usize = 8 * TASK;

/// Does all tasks; `size` says of how many things one is, and `worker` makes what one thread needs for its share, which
/// adds the results of a task to a list.
pub(super) fn in_parallel<T, R, W>(tasks: &[T], size: impl Fn(&T) -> usize, worker: impl Fn() -> W + Sync) -> Vec<R>
where
    T: Sync,
    R: Send,
    W: FnMut(&T, &mut Vec<R>),
{
    let is_little = tasks.iter().map(size).sum::<usize>() < FEW;
    let processors = if is_little { 1 } else { thread::available_parallelism().map_or(1, NonZero::get) };
    if processors == 1 {
        let (mut work, mut results) = (worker(), Vec::new());
        tasks.iter().for_each(|task| work(task, &mut results));
        return results;
    }
    let next = AtomicUsize::new(0);
    let share = || {
        let (mut work, mut done) = (worker(), Vec::new());
        loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            let Some(task) = tasks.get(index) else { return done };
            let mut results = Vec::new();
            work(task, &mut results);
            done.push((index, results));
        }
    };
    let mut done = thread::scope(|scope| {
        // Where there are no more threads to be had, those that are there do it all.
        let another = |_| thread::Builder::new().spawn_scoped(scope, share).ok();
        let others: Vec<_> = (1..processors.min(tasks.len())).map_while(another).collect();
        let mut done = share();
        for other in others {
            match other.join() {
                Ok(results) => done.extend(results),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    let mut all = Vec::with_capacity(done.iter().map(|(_, results)| results.len()).sum());
    done.into_iter().for_each(|(_, results)| all.extend(results));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_tasks() {
        let tasks: Vec<u32> = (0..1000).collect();
        let results =
            in_parallel(&tasks, |_| TASK, || |task: &u32, results: &mut Vec<u32>| results.extend([*task, *task]));
        let expected: Vec<u32> = tasks.iter().flat_map(|task| [*task, *task]).collect();
        assert_eq!(results, expected);
    }
}
