//! Arguments in, exit status out; nothing else.

#[global_allocator]
static MEMORY: stockrule::memory::LargePages = stockrule::memory::LargePages;

fn main() -> std::process::ExitCode {
    stockrule::cli::main()
}
