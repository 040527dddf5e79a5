//! The `helmwright` program: arguments in, exit code out.

use std::process::ExitCode;

/// Rendering is mostly small allocations, at which this allocator is much faster than the C library's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    helmwright::cli::main()
}
