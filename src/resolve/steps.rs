//! Steps and amounts: ranges checked, fields looked up.

use super::checked::{Amount, Percent, Step, StepKind, Sum, Term};
use super::resolver::{FoundField, Resolver};
use crate::diagnostic::Code;
use crate::fields::FieldType;
use crate::number;
use crate::source::Span;
use crate::syntax::print;
use crate::syntax::tree::{self, Expression, NumberNode, Sign};
use crate::text;
use rust_decimal::Decimal;

/// The greatest amount: what Amazon's files can hold.
pub const GREATEST: i64 = 99_999_999;

/// The most decimals of a percentage, so that its product with any count is exact.
const DECIMALS: u32 = 12;

impl Resolver<'_> {
    /// The expression after `from`: its value may be any number.
    pub fn source_amount(&mut self, expression: &Expression) -> Option<Amount> {
        self.amount(expression, i64::MIN, i64::MAX)
    }

    /// Checks a step; `None` where it is wrong, and the error reported.
    pub fn step(&mut self, step: &tree::StepNode) -> Option<Step> {
        let kind = match &step.kind {
            tree::StepNodeKind::Level => StepKind::Level,
            tree::StepNodeKind::Fixed(count) => StepKind::Fixed(self.amount(count, 0, GREATEST)?),
            tree::StepNodeKind::Buffer(tree::AmountNode::Count(count)) => StepKind::Buffer(self.amount(count, 0, GREATEST)?),
            tree::StepNodeKind::Buffer(tree::AmountNode::Percent(percent)) => StepKind::BufferPercent(self.percent(percent)?),
            tree::StepNodeKind::Max(count) => StepKind::Max(self.amount(count, 0, GREATEST)?),
            tree::StepNodeKind::Share(tree::AmountNode::Percent(percent)) => StepKind::Share(self.percent(percent)?),
            tree::StepNodeKind::Share(tree::AmountNode::Count(count)) => {
                let written = print::expression(count);
                let share = number::decimal(&written);
                let help = self.meant(count.span).unwrap_or_else(|| match share {
                    Some(share) if share == Decimal::ONE => {
                        "a share is a percentage: all of it is `share 100%`, a hundredth `share 1%`".into()
                    }
                    Some(share) if share >= Decimal::ZERO && share <= Decimal::ONE_HUNDRED => {
                        format!("a share is a percentage: `share {written}%`").into()
                    }
                    _ => "a share is a percentage from 0% to 100%, such as `share 50%`".into(),
                });
                self.error(Code::WrongType, count.span, "`share` wants a percentage".to_owned(), help);
                return None;
            }
            tree::StepNodeKind::Pack(count) => StepKind::Pack(self.amount(count, 1, GREATEST)?),
            tree::StepNodeKind::Cutoff(count) => StepKind::Cutoff(self.amount(count, 0, GREATEST)?),
            tree::StepNodeKind::Unknown(name, span) => {
                self.unknown_step(name, *span);
                return None;
            }
        };
        Some(Step { at: self.at(step.span), kind })
    }

    fn unknown_step(&mut self, name: &str, span: Span) {
        let known = ["level", "fixed", "buffer", "max", "share", "pack", "cutoff", "from", "sync"];
        let near = text::nearest(name, known);
        let near = near.map(|near| self.did_you_mean(span, name, near, known.into_iter()));
        let help = self.meant(span).or(near).unwrap_or_else(|| match name.to_lowercase().as_str() {
            "min" | "minimum" | "at" | "reserve" => {
                "to keep units back, write `buffer N`; to stop below a count, `cutoff N`".into()
            }
            _ => "the steps are `level`, `fixed N`, `buffer N`, `max N`, `share P%`, `pack N` and `cutoff N`".into(),
        });
        self.error(Code::UnknownStep, span, format!("unknown step `{name}`"), help);
    }

    fn amount(&mut self, expression: &Expression, least: i64, greatest: i64) -> Option<Amount> {
        let mut alternatives = vec![];
        let (mut is_known, mut sound) = (true, true);
        for sum in &expression.alternatives {
            let mut terms = vec![];
            for (sign, term) in &sum.terms {
                match term {
                    tree::TermNode::Number(number) => match self.literal(number, least.max(0)) {
                        Some(value) => terms.push((*sign, Term::Number(value))),
                        None => sound = false,
                    },
                    tree::TermNode::Field(name) => match self.numeric(name) {
                        Some(FoundField::Known(field)) => terms.push((*sign, Term::Field(field, self.at(name.span)))),
                        Some(FoundField::OnlyType(_)) => is_known = false,
                        None => sound = false,
                    },
                }
            }
            // Of a sum with a field, nothing is known before it is evaluated.
            if sound && terms.len() == sum.terms.len() {
                sound = self.check_constant(sum, &terms, least, greatest);
            }
            alternatives.push(Sum { terms });
        }
        (sound && is_known).then(|| Amount::new(self.at(expression.span), alternatives, (least, greatest)))
    }

    /// A sum of numbers alone is known now, and must be in its range.
    fn check_constant(&mut self, sum: &tree::SumNode, terms: &[(Sign, Term)], least: i64, greatest: i64) -> bool {
        let mut total = 0_i64;
        for (sign, term) in terms {
            let Term::Number(value) = term else { return true };
            total += if *sign == Sign::Plus { *value } else { -value };
        }
        let sound = (least..=greatest).contains(&total);
        if !sound {
            let help = range_help(least);
            self.error(Code::OutOfRange, sum.span, format!("this comes to {total}, which is out of range"), help);
        }
        sound
    }

    fn literal(&mut self, number: &NumberNode, least: i64) -> Option<i64> {
        let value = number.text.parse::<i64>().ok();
        if let Some(value) = value.filter(|value| (least..=GREATEST).contains(value)) {
            return Some(value);
        }
        let message = match number.text.contains('.') {
            true => format!("`{}` is not a whole number", number.text),
            false => format!("`{}` is out of range", number.text),
        };
        let help = self.meant(number.span).unwrap_or_else(|| range_help(least).into());
        self.error(Code::OutOfRange, number.span, message, help);
        None
    }

    fn numeric(&mut self, name: &tree::FieldName) -> Option<FoundField> {
        let field = self.field(name)?;
        match field.field_type() {
            FieldType::Count | FieldType::ByUse | FieldType::Decimal => Some(field),
            FieldType::Text | FieldType::ExactText | FieldType::YesNo | FieldType::Date => {
                let written = print::field(name);
                let help = "an amount is a whole number, `inventory`, `location.NAME`, a metafield or a column";
                self.error(Code::WrongType, name.span, format!("`{written}` is not a number of units"), help);
                None
            }
        }
    }

    fn percent(&mut self, number: &NumberNode) -> Option<Percent> {
        let value = number::decimal(&number.text).map(|value| value.normalize());
        let in_range = |value: &Decimal| !value.is_sign_negative() || value.is_zero();
        let value = value.filter(|value| in_range(value) && *value <= Decimal::ONE_HUNDRED);
        match value {
            Some(value) if value.scale() <= DECIMALS => {
                Some(Percent { mantissa: value.mantissa(), divisor: 100 * 10_i128.pow(value.scale()) })
            }
            Some(_) => {
                let help = format!("write it with at most {DECIMALS} decimals");
                self.error(Code::OutOfRange, number.span, format!("`{}%` has too many decimals", number.text), help);
                None
            }
            None => {
                let help = "a percentage is a number from 0 to 100";
                self.error(Code::OutOfRange, number.span, format!("`{}%` is out of range", number.text), help);
                None
            }
        }
    }
}

fn range_help(least: i64) -> String {
    format!("an amount is a whole number from {} to 99,999,999", least.max(0))
}
