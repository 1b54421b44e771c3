//! The command `isolint`.

use std::process::ExitCode;

/// Much is taken from the heap, on several threads.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    isolint::cli::run()
}
