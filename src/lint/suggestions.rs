//! What was most likely meant by a text that no variant has.

use crate::text;

/// The texts that were most likely meant by one that is none of them, at most three.
pub fn suggestions(written: &str, known: &[String]) -> Vec<String> {
    if let Some(near) = text::nearest(written, known.iter().map(|text| text.trim())) {
        return vec![near.to_owned()];
    }
    let folded = text::folded(written);
    if folded.chars().count() < 3 {
        return vec![];
    }
    let words = |text: &str| -> Vec<String> { text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect() };
    let own = words(&folded);
    let holds = |all: &[String], some: &[String]| some.iter().all(|word| all.contains(word));
    let forms: Vec<(String, &str)> =
        known.iter().map(|text| (text::folded(text), text.trim())).filter(|(form, _)| !form.is_empty()).collect();
    let tests: [&dyn Fn(&str) -> bool; 3] =
        [&|form| holds(&words(form), &own), &|form| form.contains(&folded), &|form| form.len() > 3 && holds(&own, &words(form))];
    let mut found: Vec<&str> = vec![];
    for test in tests {
        if found.is_empty() {
            found = forms.iter().filter(|(form, _)| test(form)).map(|(_, text)| *text).collect();
        }
    }
    found.sort_by_key(|text| text.len());
    found.dedup();
    found.into_iter().take(3).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_most_likely_meant() {
        let known = ["Norden Outdoor", "Two Oaks", "Acme Tools", "Acme Toys Ltd", "Müller & Söhne"].map(str::to_owned);
        let suggestions = |written: &str| suggestions(written, &known);
        assert_eq!(suggestions("Norden"), ["Norden Outdoor"]);
        assert_eq!(suggestions("oaks"), ["Two Oaks"]);
        assert_eq!(suggestions("Acme"), ["Acme Tools", "Acme Toys Ltd"]);
        assert_eq!(suggestions("norden outdor"), ["Norden Outdoor"]);
        assert_eq!(suggestions("Norden Outdoor GmbH"), ["Norden Outdoor"]);
        assert_eq!(suggestions("müller"), ["Müller & Söhne"]);
        assert!(suggestions("x").is_empty() && suggestions("winter").is_empty());
    }
}
