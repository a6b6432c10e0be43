//! The project: its file, the settings that come of it, what is read of the files that it names, and the stages run on them.
//!
//! [`open()`] reads the project file; [`prepare`] runs the stages up to the decisions, with what a [`Session`] has kept of the run
//! before; [`emit()`] checks and writes the outputs of a run.

mod amazon_quantities;
mod apply_orders;
mod catalog_entry;
mod columns_needed;
mod emission;
mod emission_result;
mod file_list;
mod inputs;
mod offers_by_sku;
mod open;
mod patterns;
mod pipes;
mod prepared_emission;
mod prepared_run;
mod program;
mod project_file;
mod requirements;
mod revisions;
mod rule_files;
mod rule_fixes;
mod session;
mod settings;
mod settings_of_file;
mod shell_signs;
mod snapshot_time;
mod values;

pub use amazon_quantities::{AmazonQuantities, AmazonQuantity};
pub use emission::{emit, emit_again};
pub use emission_result::{EmissionResult, EmitOptions, Emitted};
pub use offers_by_sku::offers_by_sku;
pub use open::{Needs, Overrides, open};
pub use prepared_run::{PreparedRun, prepare};
pub use program::Program;
pub use project_file::FILE_NAME;
#[cfg(any(test, feature = "internals"))]
pub use project_file::ProjectFile;
pub use requirements::of_page;
pub use revisions::{EarlierRules, rules_at, rules_from};
pub use rule_files::{rule_source, rule_trees};
pub use rule_fixes::{FixedFile, ROUNDS, fix_rules, not_fixable};
pub use session::Session;
pub use settings::Settings;
pub use values::marketplace;
