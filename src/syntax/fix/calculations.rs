//! Calculations with the count as people write them, and the steps that they are.

use super::phrases::COUNTS;
use super::rewriter::Rewriter;
use super::values::{NumberForm, fraction};

impl Rewriter<'_> {
    /// `level - 2`, `inventory * 50%`, `stock / 6`, `50% of inventory`, `min(level, 7)`: a calculation with the count.
    pub fn calculation(&mut self) -> Option<String> {
        let start = self.reader.at;
        let found = self.any_calculation();
        if found.is_none() {
            self.reader.at = start;
        }
        found
    }

    fn any_calculation(&mut self) -> Option<String> {
        if self.reader.eat(&["min ( level ,", "min ( inventory ,", "min ( stock ,", "min ( quantity ,"]) {
            let most = self.reader.figure(NumberForm::Whole, false)?;
            return (self.reader.eat(&[")"]) && !most.is_percent).then(|| format!("max {}", most.number));
        }
        if self.reader.eat(&["min ("]) {
            let most = self.reader.figure(NumberForm::Whole, false)?;
            let is_count = self.reader.eat(&[","]) && self.reader.eat(COUNTS) && self.reader.eat(&[")"]);
            return (is_count && !most.is_percent).then(|| format!("max {}", most.number));
        }
        let before = self.reader.figure(NumberForm::Decimal, false);
        if let Some(part) = before {
            let is_product = self.reader.is_at(&["*", "x", "of", "of the"]);
            let of = self.reader.eat(&["of", "of the", "*", "x", "from"]);
            let percent = if part.is_percent { Some(part.number) } else { fraction(&part.number).filter(|_| is_product) };
            return percent
                .filter(|_| of && self.reader.eat(COUNTS) && self.ends_setting())
                .map(|percent| format!("share {percent}%"));
        }
        if let Some(calculated) = self.written_together() {
            return Some(calculated);
        }
        if !self.reader.eat(COUNTS) {
            return None;
        }
        if self.ends_setting() {
            return Some("level".to_owned());
        }
        // `level -2`: the sign is part of the number.
        if let Some(number) = self.reader.peek(0).and_then(|word| word.text.strip_prefix('-')).map(str::to_owned)
            && !number.is_empty()
            && number.bytes().all(|byte| byte.is_ascii_digit())
        {
            self.reader.take();
            return Some(format!("buffer {number}{}", if self.reader.eat(&["%"]) { "%" } else { "" }));
        }
        let sign = ["-", "–", "−", "minus", "*", "x", "×", "times", "/", "÷", "+", "plus"];
        let at = self.reader.at;
        if !self.reader.eat(&sign) {
            return None;
        }
        let sign = self.reader.text_from(at).to_lowercase();
        match sign.as_str() {
            "-" | "–" | "−" | "minus" => {
                let figure = self.reader.figure(NumberForm::Whole, false)?;
                Some(format!("buffer {}{}", figure.number, if figure.is_percent { "%" } else { "" }))
            }
            "+" | "plus" => {
                let figure = self.reader.figure(NumberForm::Whole, false)?;
                (!figure.is_percent).then(|| format!("from inventory + {}", figure.number))
            }
            "/" | "÷" => {
                let figure = self.reader.figure(NumberForm::Whole, false).filter(|figure| !figure.is_percent)?;
                divided(&figure.number)
            }
            _ => {
                let figure = self.reader.figure(NumberForm::Decimal, false)?;
                let percent = if figure.is_percent { Some(figure.number) } else { fraction(&figure.number) };
                percent.map(|percent| format!("share {percent}%"))
            }
        }
    }

    /// `level-2`, `inventory/6`: a calculation without blanks is one word.
    fn written_together(&mut self) -> Option<String> {
        let word = self.reader.peek(0)?.lower.clone();
        let (count, sign, number) = ["-", "/"].iter().find_map(|sign| {
            let (count, number) = word.split_once(sign)?;
            Some((count, *sign, number))
        })?;
        if !COUNTS.contains(&count) || number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.reader.take();
        match sign {
            "-" => Some(format!("buffer {number}{}", if self.reader.eat(&["%"]) { "%" } else { "" })),
            _ => divided(number),
        }
    }
}

/// The count divided by a number: a share where that is exact, else how often the number goes into it.
fn divided(number: &str) -> Option<String> {
    let number: u64 = number.parse().ok().filter(|number| *number > 0)?;
    Some(if 100 % number == 0 { format!("share {}%", 100 / number) } else { format!("pack {number}") })
}
