//! The wall clock: asked here and nowhere else, so that every stage is given its date or time and can be run again with it.
//!
//! How long something takes, or how long to wait, is no matter of this clock: `std::time::Instant` measures that.
#![allow(clippy::disallowed_methods)] // the door to the clock

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The time that it is now.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// The time that it is now, to the millisecond: enough to tell a report from an emission, and all that a file's name or a person needs.
pub fn now_to_the_millisecond() -> Timestamp {
    let now = now();
    // Fails for no time of a clock: it is nearer to 1970 than `now`.
    Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
}

/// The time that it is now, in the machine's time zone.
pub fn local() -> Zoned {
    Zoned::now()
}

/// The day that it is now in a time zone, or else in the machine's, whose first search takes half a millisecond.
pub fn today(zone: Option<&TimeZone>) -> Date {
    zone.map_or_else(|| local().date(), |zone| now().to_zoned(zone.clone()).date())
}
