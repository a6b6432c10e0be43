//! Posting lists: for each value of a column, the rules that require it, by the setting that they decide.

use crate::ids::RuleId;

/// The settings that rules decide, each by itself: source, steps, sync.
pub const SETTINGS: usize = 3;

/// For each setting, rules from the last to the first.
pub type Postings<'i> = [&'i [RuleId]; SETTINGS];

/// The rules that require a value of one column, by the value's code. Built by inserting rules from the last to the first, and then
/// [`sort`](Self::sort).
#[derive(Debug, Default)]
pub struct PostingLists {
    /// What was inserted: a place in `starts`, and the rule.
    inserted: Vec<(u32, RuleId)>,
    /// Where the rules of each code and setting start in `rules`, [`SETTINGS`] to a code, and after the last where they end.
    starts: Vec<u32>,
    rules: Vec<RuleId>,
}

impl PostingLists {
    /// Inserts a rule that requires the value with a code, and decides some settings.
    pub fn insert(&mut self, code: u32, rule: RuleId, sets: [bool; SETTINGS]) {
        let first = code * SETTINGS as u32;
        self.inserted.extend((first..).zip(sets).filter(|(_, sets)| *sets).map(|(place, _)| (place, rule)));
    }

    /// Sorts by code and setting what was inserted, and keeps the order of the rules of each: a counting sort, after which the rules
    /// of a code are found without a search.
    pub fn sort(&mut self) {
        let codes = self.inserted.iter().map(|(place, _)| *place as usize / SETTINGS + 1).max().unwrap_or(0);
        let mut starts = vec![0_u32; codes * SETTINGS + 1];
        for (place, _) in &self.inserted {
            starts[*place as usize + 1] += 1;
        }
        for place in 1..starts.len() {
            starts[place] += starts[place - 1];
        }
        let mut next = starts.clone();
        let mut rules: Vec<_> = self.inserted.iter().map(|(_, rule)| *rule).collect();
        for (place, rule) in std::mem::take(&mut self.inserted) {
            let at = &mut next[place as usize];
            rules[*at as usize] = rule;
            *at += 1;
        }
        (self.starts, self.rules) = (starts, rules);
    }

    /// The rules that require the value with a code.
    #[inline]
    pub fn of(&self, code: u32) -> Postings<'_> {
        let first = code as usize * SETTINGS;
        match self.starts.get(first..first + SETTINGS + 1) {
            Some(&[source, steps, sync, end]) => [(source, steps), (steps, sync), (sync, end)]
                .map(|(start, end)| self.rules.get(start as usize..end as usize).unwrap_or_default()),
            _ => Postings::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_of_a_code_and_a_setting_are_found_from_the_last_to_the_first() {
        let rules: Vec<RuleId> = RuleId::all(4).collect();
        let mut lists = PostingLists::default();
        lists.insert(7, rules[3], [true, true, false]);
        lists.insert(2, rules[2], [false, true, false]);
        lists.insert(7, rules[1], [false, true, true]);
        lists.insert(0, rules[0], [true, false, false]);
        lists.sort();
        assert_eq!(lists.of(7), [&[rules[3]][..], &[rules[3], rules[1]], &[rules[1]]]);
        assert_eq!(lists.of(2), [&[][..], &[rules[2]], &[]]);
        assert_eq!(lists.of(0), [&[rules[0]][..], &[], &[]]);
        for code in [1, 6, 8, u32::MAX / 4] {
            assert_eq!(lists.of(code), Postings::default(), "{code}");
        }
    }
}
