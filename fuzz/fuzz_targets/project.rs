//! Any text as a project file is answered, and no output is written outside of the project.
#![no_main]

mod common;

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use stockrule::diagnostic::{Code, any_error};
use stockrule::project::Settings;
use stockrule::project::ProjectFile;

fuzz_target!(|text: &str| {
    let path = Path::new("shop/stockrule.yaml");
    let Ok(file) = stockrule::yaml::read::<ProjectFile>(path, text, Code::Project) else { return };
    // Patterns of files would be looked for all over the machine.
    if text.contains(['*', '?', '[']) {
        return;
    }
    let mut diagnostics = vec![];
    let settings = Settings::from_file(&file, path, text, &mut diagnostics);
    common::check(&diagnostics);
    if !any_error(&diagnostics) {
        for output in settings.outputs.files() {
            let inside = output.strip_prefix("shop").is_ok_and(|inside| inside.components().all(|c| c.as_os_str() != ".."));
            assert!(inside, "{}", output.display());
        }
    }
});
