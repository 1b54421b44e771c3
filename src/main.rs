//! The command `isolint`.

use std::process::ExitCode;

fn main() -> ExitCode {
    isolint::cli::run()
}
