//! The command `isolint`.

use std::panic;
use std::process::ExitCode;
use std::thread::{Builder, JoinHandle};

use isolint::cli;

/// Much is taken from the heap, on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The stack of a command, in bytes: input is nested, and the first thread of a process has eight times less of it on some
/// systems than on others.
const STACK: usize = 8 << 20;

/// Runs the command on a thread of its own. While the first one only waits, all threads are spread over the processors
/// from their beginning.
fn main() -> ExitCode {
    match Builder::new().stack_size(STACK).spawn(cli::run).map(JoinHandle::join) {
        Ok(Ok(status)) => status,
        Ok(Err(panic)) => panic::resume_unwind(panic),
        // There is no thread to be had.
        Err(_) => cli::run(),
    }
}
