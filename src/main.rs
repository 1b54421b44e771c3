//! The command `isolint`.

use std::process::ExitCode;
use std::sync::mpsc;
use std::thread::{self, Builder};

use isolint::cli;

/// Much is taken from the heap, on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The stack of a command, in bytes: input is nested, and the first thread of a process has eight times less of it on some
/// systems than on others.
const STACK: usize = 8 << 20;

/// The exit status of a command that panicked, where a panic does not end the process at once.
const PANICKED: u8 = 101;

/// Runs the command on a thread of its own, while the first one waits: systems that like to keep the threads of a process
/// together leave a thread that works beside the one that started it on the same processor for some milliseconds, which
/// is as long as most commands take.
fn main() -> ExitCode {
    let (sender, receiver) = mpsc::channel();
    let command = move || {
        // If nobody receives it, the process has ended.
        let _ = sender.send(cli::run());
        // The process ends now: giving back all memory before it does would only take time.
        loop {
            thread::park();
        }
    };
    match Builder::new().name("main".to_owned()).stack_size(STACK).spawn(command) {
        Ok(_) => receiver.recv().unwrap_or(ExitCode::from(PANICKED)),
        // There is no thread to be had.
        Err(_) => cli::run(),
    }
}
