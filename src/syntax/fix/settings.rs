//! What a rule sets as people write it, and as the language does.

use super::phrases::{FILLERS, LEVELS, NOT_FOR_SALE, NUMBERS, OTHERWISE, PARTS, STEPS, UNITS, WHERES};
use super::rewriter::Rewriter;
use super::values::{NumberForm, fraction, number};
use crate::syntax::grammar::{begins_setting, is_keyword};
use crate::syntax::tokens::TokenKind;

impl Rewriter<'_> {
    /// All settings, as the language writes them.
    pub fn settings(&mut self) -> Option<String> {
        let (start, known) = (self.reader.at, self.changes.len());
        let mut settings = vec![];
        let mut parted_well = true;
        loop {
            let first = self.reader.at;
            let setting = self.setting()?;
            self.change_if_other(first, &setting);
            settings.push(setting);
            if self.reader.is_done()
                || self.reader.is_at(&["}"])
                || self.else_is_otherwise && self.reader.is_at(OTHERWISE)
                || self.reader.is_at(WHERES)
            {
                break;
            }
            let part = self.reader.at;
            if self.reader.eat(PARTS) || self.is_slash_between() && self.reader.eat(&["/"]) {
                parted_well &= self.reader.text_from(part) == ";";
                while self.reader.eat(&["then", "and", "and then", ";"]) {
                    parted_well = false;
                }
                if self.reader.is_done() {
                    // A dot or a semicolon at the end.
                    parted_well = false;
                    break;
                }
            } else if self.reader.peek(0).is_some_and(|word| word.text.starts_with(|c: char| c.is_ascii_digit())) {
                // `fixed 2 x 3`
                return None;
            } else {
                parted_well = false;
            }
        }
        if !parted_well && settings.len() > 1 {
            // The others go on from it.
            settings.retain(|setting| setting != "level");
        }
        let all = settings.join("; ");
        if !parted_well {
            self.changes.truncate(known);
            self.change(start, &all);
        }
        Some(all)
    }

    pub fn setting(&mut self) -> Option<String> {
        if self.reader.eat(&["from", "source"]) {
            self.reader.eat(FILLERS);
            return Some(format!("from {}", self.expression()?));
        }
        if let Some(written) = self.sync() {
            return Some(written);
        }
        if let Some(written) = self.calculation() {
            return Some(written);
        }
        if let Some(written) = self.step() {
            return Some(written);
        }
        let start = self.reader.at;
        if self.reader.eat(NOT_FOR_SALE) && self.ends_setting() {
            return Some("fixed 0".to_owned());
        }
        self.reader.at = start;
        if self.reader.eat(LEVELS) && self.ends_setting() {
            return Some("level".to_owned());
        }
        self.reader.at = start;
        self.bare_amount()
    }

    pub fn sync(&mut self) -> Option<String> {
        let start = self.reader.at;
        if self.reader.eat(&["no sync", "do not sync", "don ' t sync", "unsync"]) {
            return Some("sync off".to_owned());
        }
        if self.reader.eat(&["sync", "synced", "syncing"]) {
            self.reader.eat(FILLERS);
            if self.reader.eat(&["off", "no", "false", "0", "disabled", "\"off\""]) {
                return Some("sync off".to_owned());
            }
            if self.reader.eat(&["on", "yes", "true", "1", "enabled", "\"on\""]) {
                return Some("sync on".to_owned());
            }
        }
        self.reader.at = start;
        None
    }

    pub fn step(&mut self) -> Option<String> {
        let start = self.reader.at;
        let found = self.any_step();
        if found.is_none() {
            self.reader.at = start;
        }
        found
    }

    pub fn any_step(&mut self) -> Option<String> {
        let step = self.reader.eat_one_of(STEPS)?;
        self.reader.eat(FILLERS);
        if step == "share"
            && let Some(most) = self.units()
        {
            return Some(format!("max {most}"));
        }
        let bracket = self.reader.eat(&["("]);
        let amount = self.amount(step)?;
        if bracket && !self.reader.eat(&[")"]) {
            return None;
        }
        self.reader.eat(&["back", "of stock", "of inventory", "of the stock", "of the inventory", "of level", "of it"]);
        Some(format!("{step} {amount}"))
    }

    /// A number of units, where a share would be a part: `share 7 units`.
    pub fn units(&mut self) -> Option<String> {
        let start = self.reader.at;
        let figure = self.reader.figure(NumberForm::Whole, false).filter(|figure| !figure.is_percent);
        let has_unit = self.reader.text_from(start).chars().any(char::is_alphabetic);
        if figure.is_none() || !has_unit || !self.ends_setting() {
            self.reader.at = start;
            return None;
        }
        figure.map(|figure| figure.number)
    }

    /// The amount of a step.
    pub fn amount(&mut self, step: &str) -> Option<String> {
        let start = self.reader.at;
        if matches!(step, "share" | "buffer") {
            if let Some(percent) = self.part_of_one() {
                return Some(format!("{percent}%"));
            }
            self.reader.at = start;
            if let Some(figure) = self.reader.figure(NumberForm::Decimal, false) {
                // `share 1` may be all of it, or a hundredth.
                let is_one = !figure.is_percent
                    && figure.number.trim_end_matches(['0', '.']) == "1"
                    && figure.number != "10"
                    && figure.number != "100";
                if step == "share" && is_one {
                    return None;
                }
                let percent = figure.is_percent || step == "share";
                if percent && self.ends_setting() {
                    return Some(format!("{}%", figure.number));
                }
            }
            self.reader.at = start;
        }
        if step != "share"
            && let Some(number) = self.reader.eat_one_of(NUMBERS)
        {
            self.reader.eat(UNITS);
            return self.ends_setting().then(|| number.to_owned());
        }
        let figure = self.reader.figure(NumberForm::Whole, false);
        match figure {
            Some(figure) if figure.is_percent => None,
            Some(figure) if self.ends_setting() => Some(figure.number),
            _ => {
                self.reader.at = start;
                self.expression()
            }
        }
    }

    /// A part of one, as a percentage: `0.5`, `0,5`, `1/2`, `half`.
    pub fn part_of_one(&mut self) -> Option<String> {
        let start = self.reader.at;
        let written = self.reader.peek(0).map(|word| word.text.to_owned())?;
        let figure = self.reader.figure(NumberForm::Decimal, false);
        let percent = match figure {
            Some(figure) if figure.is_percent => return Some(figure.number),
            Some(figure) => fraction(&figure.number),
            None => fraction(&written).inspect(|_| self.reader.at = start + 1),
        };
        if percent.is_none() {
            self.reader.at = start;
        }
        percent
    }

    /// An amount without a step.
    pub fn bare_amount(&mut self) -> Option<String> {
        self.reader.eat(FILLERS);
        let figure = self.reader.figure(NumberForm::Decimal, false)?;
        if figure.is_percent {
            return Some(format!("share {}%", figure.number));
        }
        if let Some(percent) = fraction(&figure.number).filter(|_| !figure.number.starts_with('-')) {
            return Some(format!("share {percent}%"));
        }
        let number = number(&figure.number, NumberForm::Whole)?;
        Some(match number.strip_prefix('-') {
            Some(less) => format!("buffer {less}"),
            None => format!("fixed {number}"),
        })
    }

    /// Whether a slash comes next that parts two settings, and divides nothing.
    pub fn is_slash_between(&self) -> bool {
        self.reader.is_at(&["/"]) && self.reader.peek(1).is_some_and(|word| begins_setting(&word.lower))
    }

    /// Whether a setting may end here.
    pub fn ends_setting(&self) -> bool {
        self.reader.is_done()
            || self.reader.is_at(PARTS)
            || self.is_slash_between()
            || self.else_is_otherwise && self.reader.is_at(OTHERWISE)
            || self.reader.is_at(WHERES)
            || self.reader.is_at(&["}", ")", "back", "of stock", "of inventory", "of the stock"])
            || self.reader.peek(0).is_some_and(|word| begins_setting(&word.lower))
    }

    /// Fields and numbers, added and subtracted; `else` gives what to use where one is missing.
    pub fn expression(&mut self) -> Option<String> {
        let mut written = self.term()?;
        loop {
            let start = self.reader.at;
            if !self.else_is_otherwise && self.reader.eat(&["else", "otherwise", "or else", "??", "default", "or"]) {
                written = format!("{written} else {}", self.term()?);
            } else if self.reader.eat(&["+", "plus"]) {
                written = format!("{written} + {}", self.term()?);
            } else if self.reader.eat(&["-", "minus", "–"]) {
                written = format!("{written} - {}", self.term()?);
            } else {
                self.reader.at = start;
                return Some(written);
            }
        }
    }

    pub fn term(&mut self) -> Option<String> {
        if let Some(figure) = self.reader.figure(NumberForm::Whole, false) {
            return (!figure.is_percent).then_some(figure.number);
        }
        let word = self.reader.peek(0)?;
        if word.kind == TokenKind::Word && is_keyword(&word.lower) && word.lower != "level" {
            return None;
        }
        self.field()
    }
}
