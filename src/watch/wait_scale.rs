//! How fast waiting goes by: tests shorten it.

use std::time::Duration;

/// The variable of the environment that shortens waiting.
pub const VARIABLE: &str = "STOCKRULE_TEST_CLOCK";

/// By how much the minutes and seconds are shortened that `watch` waits before it tries or tells something again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitScale {
    factor: u32,
}

/// The largest factor: an hour is then 4 ms.
const MOST: u32 = 1_000_000;

impl WaitScale {
    /// The clock of this process: the factor in [`VARIABLE`], or that of real time.
    ///
    /// # Errors
    /// What is wrong with the variable's value.
    pub fn of_environment() -> Result<Self, String> {
        match std::env::var_os(VARIABLE) {
            None => Ok(WaitScale { factor: 1 }),
            Some(value) => WaitScale::parse(&value.to_string_lossy()),
        }
    }

    fn parse(value: &str) -> Result<Self, String> {
        match value.parse() {
            Ok(factor @ 1..=MOST) => Ok(WaitScale { factor }),
            _ => Err(format!("`{VARIABLE}` is `{value}`: it must be a whole number from 1 to 1,000,000, or not be set")),
        }
    }

    /// How long to wait where a user would wait for so long.
    pub fn shorten(self, time: Duration) -> Duration {
        time / self.factor
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_factor_shortens_and_anything_else_is_an_error() {
        let minute = |value| WaitScale::parse(value).map(|clock| clock.shorten(Duration::from_secs(60)));
        assert_eq!(minute("1"), Ok(Duration::from_secs(60)));
        assert_eq!(minute("1000"), Ok(Duration::from_millis(60)));
        for wrong in ["", "0", "-1", "1.5", "1e3", "1000001", "fast"] {
            assert!(minute(wrong).is_err(), "{wrong}");
        }
    }
}
