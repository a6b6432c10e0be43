//! What the programs that `watch` runs give to say.

use std::time::Duration;

use serde_json::{Value, json};

/// Something to be logged about a program that `watch` runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HookEvent {
    /// In words.
    pub message: String,
    /// How many runs of the program in a row have failed by now.
    pub failures: u32,
    /// When it is tried again.
    pub retry: Option<Duration>,
    /// Whether it is trouble that somebody should have heard of by now, or the end of it; `None` where it is neither.
    pub trouble: Option<bool>,
}

impl HookEvent {
    /// An event that is logged and concerns no delivery.
    pub fn remark(message: String) -> Self {
        HookEvent { message, failures: 0, retry: None, trouble: None }
    }

    /// For programs: `failures`, and `retry_seconds`, the time until the next try, as long as runs fail.
    pub fn json(&self) -> Value {
        let mut object = json!({ "message": self.message });
        if self.failures > 0 {
            object["failures"] = json!(self.failures);
        }
        if let Some(retry) = self.retry {
            object["retry_seconds"] = json!(retry.as_secs());
        }
        object
    }
}
