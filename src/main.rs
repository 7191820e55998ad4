//! The thin binary.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match flowgate::settings::read() {
        Ok(command) => flowgate::cli::run(command),
        Err(error) => error.exit(),
    }
}
