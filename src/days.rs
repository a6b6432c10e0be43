//! Days as people write them, and the one way in which the program reads them: `2026-11-27`.

use jiff::civil::Date;

/// A day, written `2026-11-27`.
pub fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.len() != 10 {
        return None;
    }
    text.parse().ok()
}

/// The days that a text may mean that is written in another way: none, one, or two where day and month cannot be told apart
/// (`11/12/2026`).
pub fn meant(text: &str) -> Vec<Date> {
    let parts: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).collect();
    let separator = text.trim().chars().find(|c| !c.is_alphanumeric());
    let mut days = match parts[..] {
        [all] if all.len() == 8 && all.is_ascii() => vec![(number(&all[..4]), number(&all[4..6]), number(&all[6..]))],
        [a, b, c] => match (month(a), month(b)) {
            (Some(month), _) => vec![(year(c), Some(month), ordinal(b))],
            (_, Some(month)) if a.len() == 4 => vec![(number(a), Some(month), ordinal(c))],
            (_, Some(month)) => vec![(year(c), Some(month), ordinal(a))],
            _ if a.len() == 4 => vec![(number(a), number(b), number(c))],
            // Where points part them, the day comes first.
            _ if separator == Some('.') => vec![(year(c), number(b), number(a))],
            _ => vec![(year(c), number(b), number(a)), (year(c), number(a), number(b))],
        },
        _ => vec![],
    };
    days.retain(|(_, month, _)| month.is_some());
    let dates =
        days.into_iter().filter_map(|(year, month, day)| Date::new(year?, month?.try_into().ok()?, day?.try_into().ok()?).ok());
    let mut dates: Vec<Date> = dates.collect();
    dates.sort();
    dates.dedup();
    dates
}

/// What to write instead of a text that is no day, in the words of a help.
pub fn advice(text: &str) -> String {
    match meant(text)[..] {
        [day] => format!("days are written year, month, day: `{day}`"),
        [one, other] => format!("days are written year, month, day: is `{one}` meant, or `{other}`?"),
        _ => "days are written year, month, day: `2026-11-27`".to_owned(),
    }
}

fn number(text: &str) -> Option<i16> {
    text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()) && text.len() <= 4)
}

/// A year of four digits, or of this century.
fn year(text: &str) -> Option<i16> {
    match text.len() {
        4 => number(text),
        2 => number(text).map(|year| 2000 + year),
        _ => None,
    }
}

/// `27`, `27th`
fn ordinal(text: &str) -> Option<i16> {
    number(text.trim_end_matches(|c: char| c.is_ascii_alphabetic()))
}

/// The month that a word begins like.
fn month(word: &str) -> Option<i16> {
    const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = word.to_lowercase();
    let found = MONTHS.iter().position(|month| word.starts_with(month))?;
    i16::try_from(found + 1).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant_by(text: &str) -> Vec<String> {
        meant(text).iter().map(Date::to_string).collect()
    }

    #[test]
    fn days_that_can_be_told() {
        for text in [
            "27.11.2026",
            "27.11.26",
            "11/27/2026",
            "27/11/2026",
            "27-11-2026",
            "2026/11/27",
            "2026.11.27",
            "20261127",
            "Nov 27, 2026",
            "27 November 2026",
            "27. Nov. 2026",
            "2026-Nov-27",
        ] {
            assert_eq!(meant_by(text), ["2026-11-27"], "{text}");
        }
        assert_eq!(meant_by("2026-1-5"), ["2026-01-05"]);
        assert_eq!(meant_by("5.1.2026"), ["2026-01-05"]);
    }

    #[test]
    fn days_that_cannot_be_told() {
        assert_eq!(meant_by("11/12/2026"), ["2026-11-12", "2026-12-11"]);
        assert_eq!(meant_by("11-12-2026"), ["2026-11-12", "2026-12-11"]);
        for text in ["tomorrow", "", "30.02.2026", "2026-13-01", "27.11", "Black Friday", "1.2.3.4", "99/99/2026"] {
            assert!(meant(text).is_empty(), "{text}");
        }
        assert_eq!(day("2026-11-27").map(|day| day.to_string()).as_deref(), Some("2026-11-27"));
        assert_eq!(day("27.11.2026"), None);
    }
}
