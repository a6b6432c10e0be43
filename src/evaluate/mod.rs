//! Checked rules, a shop and an account to one decision an offer.
//!
//! Nothing here reads a file or the clock, and nothing can fail: what could has failed before. The way of a decision: `compile` makes
//! predicates of the conditions, `rule_index` says which rules can match, `matcher` which do and decide, `quantity` does the
//! arithmetic, `decide` takes the decisions of all offers in parallel; `run` is what other rooms see of all that.

mod chains;
mod code_set;
mod comparisons;
mod compile;
mod compiled_rules;
mod context;
mod decide;
mod decisions;
mod effective_settings;
pub mod explanation;
mod groups;
mod matcher;
mod named_skus;
mod outcome;
mod posting_lists;
mod predicate;
pub mod quantity;
mod rule_index;
mod run;
mod values;

pub use comparisons::form;
pub use context::Context;
pub use decisions::{DecidingRules, Decision, Decisions};
pub use effective_settings::EffectiveSettings;
pub use outcome::{Outcome, SKU_LENGTH};
pub use run::{CompiledFilter, Run};
pub use values::Missing;
