//! Filters: groups looked up, comparisons checked against their fields' types.

use jiff::civil::Date;
use regex::RegexBuilder;
use rust_decimal::Decimal;

use super::checked::{At, Bounds, Comparison, Condition, Criterion, NameTarget};
use super::resolver::Resolver;
use crate::diagnostic::{Advice, Code};
use crate::fields::{Field, FieldType, TABLE};
use crate::source::Span;
use crate::syntax::print;
use crate::syntax::tree::{FieldName, Filter, Operator, ValueNode};
use crate::{days, number, text};

impl Resolver<'_> {
    /// Checks a filter; `None` where it is wrong, and every error of it reported.
    pub fn condition(&mut self, filter: &Filter) -> Option<Condition> {
        match filter {
            Filter::Any(parts) => self.conditions(parts).map(Condition::Any),
            Filter::All(parts) => self.conditions(parts).map(Condition::All),
            Filter::Not(_, inner) => self.condition(inner).map(|inner| Condition::Not(Box::new(inner))),
            Filter::Flag(name) => self.flag(name),
            Filter::Has(name) => self.comparison(name, name.span, |_, _| Some(Criterion::Present)),
            Filter::Compare(name, operator, value) => {
                let equals = matches!(operator, Operator::Equal | Operator::NotEqual);
                let condition = self.comparison(name, name.span.to(value.span), |resolver, field_type| match equals {
                    true => resolver.equals(name, field_type, std::slice::from_ref(value)),
                    false => resolver.ordered(name, field_type, *operator, value),
                })?;
                Some(match operator {
                    Operator::NotEqual => Condition::Not(Box::new(condition)),
                    _ => condition,
                })
            }
            Filter::OneOf(name, values) => {
                let end = values.last().map_or(name.span, |value| value.span);
                self.comparison(name, name.span.to(end), |resolver, field_type| resolver.equals(name, field_type, values))
            }
            Filter::Range(name, low, high) => {
                self.comparison(name, name.span.to(high.span), |resolver, field_type| resolver.range(name, field_type, low, high))
            }
            Filter::Like(name, value) => {
                self.comparison(name, name.span.to(value.span), |resolver, field_type| resolver.like(name, field_type, value))
            }
            Filter::Matches(name, value) => {
                self.comparison(name, name.span.to(value.span), |resolver, field_type| resolver.matches(name, field_type, value))
            }
        }
    }

    /// Checks all parts, whichever is wrong.
    fn conditions(&mut self, parts: &[Filter]) -> Option<Vec<Condition>> {
        let parts: Vec<Option<Condition>> = parts.iter().map(|part| self.condition(part)).collect();
        parts.into_iter().collect()
    }

    fn comparison(
        &mut self,
        name: &FieldName,
        span: Span,
        check: impl FnOnce(&mut Self, FieldType) -> Option<Criterion>,
    ) -> Option<Condition> {
        let at = self.at(span);
        let found = self.field(name)?;
        let criterion = check(self, found.field_type())?;
        Some(Condition::Comparison(Comparison { field: found.known()?, criterion, at }))
    }

    /// A name that stands alone: a group's, or a yes/no field's.
    fn flag(&mut self, name: &FieldName) -> Option<Condition> {
        let written = print::field(name);
        if let Some(group) = self.groups.get(&written) {
            let id = group.id?;
            self.note(name.span, NameTarget::Group(id));
            return Some(Condition::Group(id));
        }
        // That its statement is wrong has been reported.
        if self.unread.contains(&written) {
            return None;
        }
        let known = if name.parts.len() == 1 || name.parts[0] == "amazon" { Field::named(&written) } else { None };
        match known {
            Some(field) if field.field_type() == FieldType::YesNo => {
                self.note(name.span, NameTarget::Field(field));
                return Some(Condition::Comparison(Comparison { field, criterion: Criterion::Yes, at: self.at(name.span) }));
            }
            Some(_) => {
                let help = format!("compare it, `{written}=…`, or ask whether it has a value, `has {written}`");
                let message = format!("`{written}` is not a yes/no field, and cannot stand alone");
                self.error(Code::WrongType, name.span, message, help);
            }
            None if name.parts.len() > 1 => {
                if self.field(name).is_some() {
                    let help = format!("compare it, `{written}=true`, or ask whether it has a value, `has {written}`");
                    self.error(Code::WrongType, name.span, format!("`{written}` cannot stand alone"), help);
                }
            }
            None => {
                let advice = self.unknown_group(name, &written);
                self.error(Code::UnknownGroup, name.span, format!("unknown group `{written}`"), advice);
            }
        }
        None
    }

    /// What is advised for a name that is no group's and no field's.
    fn unknown_group(&self, name: &FieldName, written: &str) -> Advice {
        if let Some(below) = self.of_file.get(written) {
            let line = self.source().line_of(below.start);
            return format!("the group is declared further down, on line {line}: move it above this statement").into();
        }
        if number::decimal(written).is_some() {
            return self.meant(name.span).unwrap_or_else(|| {
                "a number alone is no condition: write its field and sign again, as in `price < 10 or price > 20`".into()
            });
        }
        let mut groups: Vec<_> = self.groups.keys().chain(&self.unread).map(String::as_str).collect();
        groups.sort_unstable();
        let fields = TABLE.iter().filter(|row| row.field_type == FieldType::YesNo);
        let near = text::nearest(written, groups.into_iter().chain(fields.map(|row| row.name)));
        let near = || near.map(|near| Advice::did_you_mean(self.source(), name.span, near));
        self.meant(name.span).or_else(near).unwrap_or_else(|| {
            format!("declare it above, `group {written} = FILTER`, or compare a field: `tag={written}`").into()
        })
    }

    fn equals(&mut self, name: &FieldName, field_type: FieldType, values: &[ValueNode]) -> Option<Criterion> {
        match field_type {
            FieldType::ExactText => Some(Criterion::Equals(self.texts(values, text::exact))),
            FieldType::Text | FieldType::ByUse => Some(Criterion::Equals(self.texts(values, text::folded))),
            FieldType::Decimal | FieldType::Count => self.numbers(name, field_type, values).map(Criterion::Numbers),
            FieldType::Date => self.days(name, values).map(Criterion::Days),
            FieldType::YesNo => self.stands_alone(name),
        }
    }

    fn texts(&self, values: &[ValueNode], form: fn(&str) -> String) -> Vec<(String, At)> {
        values.iter().map(|value| (form(&value.text), self.at(value.span))).collect()
    }

    fn ordered(&mut self, name: &FieldName, field_type: FieldType, operator: Operator, value: &ValueNode) -> Option<Criterion> {
        match field_type {
            FieldType::Decimal | FieldType::Count | FieldType::ByUse => self
                .numbers(name, field_type, std::slice::from_ref(value))?
                .pop()
                .map(|value| Criterion::Within(bounds(operator, value))),
            FieldType::Date => {
                self.days(name, std::slice::from_ref(value))?.pop().map(|day| Criterion::DaysWithin(bounds(operator, day)))
            }
            FieldType::YesNo => self.stands_alone(name),
            FieldType::Text | FieldType::ExactText => self.text_has_no_order(name),
        }
    }

    fn range(&mut self, name: &FieldName, field_type: FieldType, low: &ValueNode, high: &ValueNode) -> Option<Criterion> {
        let ends = [low.clone(), high.clone()];
        let wrong_way = |resolver: &mut Self| {
            let help = resolver.meant(low.span);
            let help = help.unwrap_or_else(|| format!("write the smaller one first: `{}..{}`", high.text, low.text).into());
            resolver.error(
                Code::OutOfRange,
                low.span.to(high.span),
                "this range's ends are the wrong way round".to_owned(),
                help,
            );
        };
        match field_type {
            FieldType::Decimal | FieldType::Count | FieldType::ByUse => match self.numbers(name, field_type, &ends)?[..] {
                [low, high] if low <= high => {
                    Some(Criterion::Within(Bounds { low: Some((low, true)), high: Some((high, true)) }))
                }
                _ => {
                    wrong_way(self);
                    None
                }
            },
            FieldType::Date => match self.days(name, &ends)?[..] {
                [low, high] if low <= high => {
                    Some(Criterion::DaysWithin(Bounds { low: Some((low, true)), high: Some((high, true)) }))
                }
                _ => {
                    wrong_way(self);
                    None
                }
            },
            FieldType::YesNo => self.stands_alone(name),
            FieldType::Text | FieldType::ExactText => self.text_has_no_order(name),
        }
    }

    fn like(&mut self, name: &FieldName, field_type: FieldType, value: &ValueNode) -> Option<Criterion> {
        self.pattern(name, field_type, value, &whole_match(&text::nfc(&value.text)))
    }

    fn matches(&mut self, name: &FieldName, field_type: FieldType, value: &ValueNode) -> Option<Criterion> {
        self.pattern(name, field_type, value, &text::nfc(&value.text))
    }

    /// A regular expression, found in texts with case where the field's texts are compared with case.
    fn pattern(&mut self, name: &FieldName, field_type: FieldType, value: &ValueNode, pattern: &str) -> Option<Criterion> {
        let exact = match field_type {
            FieldType::ExactText => true,
            FieldType::Text | FieldType::ByUse => false,
            FieldType::YesNo => return self.stands_alone(name),
            FieldType::Decimal | FieldType::Count | FieldType::Date => {
                let written = print::field(name);
                let help = format!("compare it with `=`, `<`, `>` or `{written} in A..B`");
                self.error(Code::WrongType, name.span, format!("`{written}` is not text, and has no pattern"), help);
                return None;
            }
        };
        match RegexBuilder::new(pattern).case_insensitive(!exact).build() {
            Ok(regex) => Some(Criterion::Pattern(regex)),
            Err(problem) => {
                let (message, help) = explain(&problem);
                self.error(Code::BadPattern, value.span, message, help);
                None
            }
        }
    }

    fn numbers(&mut self, name: &FieldName, field_type: FieldType, values: &[ValueNode]) -> Option<Vec<Decimal>> {
        // Of a count nobody can tell whether `1.000` is one or a thousand.
        let is_count = field_type == FieldType::Count;
        let number =
            |value: &ValueNode| number::decimal(&value.text).filter(|_| !(is_count && number::may_be_thousands(&value.text)));
        let numbers: Vec<_> = values.iter().map(number).collect();
        for (value, _) in values.iter().zip(&numbers).filter(|(_, number)| number.is_none()) {
            let message = match number::decimal(&value.text) {
                Some(_) => format!("`{}` may be one number or a thousand times that", value.text),
                None => format!("`{}` is compared with numbers, and `{}` is none", print::field(name), value.text),
            };
            let help = self.meant(value.span).unwrap_or_else(|| "numbers are written like `10`, `19.99` or `-5`".into());
            self.error(Code::WrongType, value.span, message, help);
        }
        numbers.into_iter().collect()
    }

    fn days(&mut self, name: &FieldName, values: &[ValueNode]) -> Option<Vec<Date>> {
        let found: Vec<_> = values.iter().map(|value| days::day(&value.text)).collect();
        for (value, _) in values.iter().zip(&found).filter(|(_, day)| day.is_none()) {
            let message = format!("`{}` is compared with days, and `{}` is none", print::field(name), value.text);
            let help = self.meant(value.span).unwrap_or_else(|| days::advice(&value.text).into());
            self.error(Code::WrongType, value.span, message, help);
        }
        found.into_iter().collect()
    }

    fn stands_alone(&mut self, name: &FieldName) -> Option<Criterion> {
        let written = print::field(name);
        let help = self.meant(name.span).unwrap_or_else(|| format!("write `{written}` or `not {written}`").into());
        self.error(Code::WrongType, name.span, format!("`{written}` is a yes/no field: it stands alone"), help);
        None
    }

    fn text_has_no_order(&mut self, name: &FieldName) -> Option<Criterion> {
        let written = print::field(name);
        let help = format!("compare it with `=`, `{written} in (A, B)`, `like` or `matches`");
        let message = format!("`{written}` is text: it cannot be compared by `<`, `>` or a range");
        self.error(Code::WrongType, name.span, message, help);
        None
    }
}

fn bounds<T>(operator: Operator, value: T) -> Bounds<T> {
    match operator {
        Operator::Less => Bounds { low: None, high: Some((value, false)) },
        Operator::LessOrEqual => Bounds { low: None, high: Some((value, true)) },
        Operator::Greater => Bounds { low: Some((value, false)), high: None },
        _ => Bounds { low: Some((value, true)), high: None },
    }
}

/// The regular expression of a `like` pattern: the whole text; `*` any run of characters, `?` one character.
fn whole_match(pattern: &str) -> String {
    let mut regex = String::from(r"(?s)\A");
    let mut plain = String::new();
    for c in pattern.chars() {
        let wild = match c {
            '*' => ".*",
            '?' => ".",
            _ => {
                plain.push(c);
                continue;
            }
        };
        regex.push_str(&regex::escape(&std::mem::take(&mut plain)));
        regex.push_str(wild);
    }
    regex.push_str(&regex::escape(&plain));
    regex.push_str(r"\z");
    regex
}

fn explain(problem: &regex::Error) -> (String, String) {
    match problem {
        regex::Error::CompiledTooBig(_) => {
            ("this regular expression is too large".to_owned(), "use smaller repeat counts, or several conditions".to_owned())
        }
        _ => {
            let full = problem.to_string();
            let reason = full.rsplit("error: ").next().unwrap_or("").lines().next().unwrap_or("").to_owned();
            let help = match reason.contains("look-around") || reason.contains("backreference") {
                true => {
                    "look-around and backreferences are not part of the language, so that every match takes linear time; combine conditions with `and not`"
                }
                false => r"in quotes a backslash is written twice: `\\.`",
            };
            (format!("this regular expression cannot be read: {reason}"), help.to_owned())
        }
    }
}
