//! From the grammar's pairs to the tree.

use std::sync::Arc;

use pest::Parser;
use pest::iterators::Pair;

use super::grammar::{Rule, StatementParser};
use super::raw_statements::RawStatement;
use super::tree::{
    AmountNode, ClaimNode, Expression, FieldName, Filter, GroupNode, NumberNode, Operator, RuleNode, SettingNode, Sign,
    Statement, StepNode, StepNodeKind, SumNode, TermNode, ValueNode,
};
use super::{errors, escapes};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{Source, Span};

type Failed = Box<Diagnostic>;

/// Reads one statement.
pub fn statement(source: &Arc<Source>, piece: &RawStatement) -> Result<Statement, Failed> {
    let root = parse(source, piece, Rule::statement)?;
    Lower { source, offset: piece.span.start }.statement(root)
}

/// Reads a filter that stands alone.
pub fn lone_filter(source: &Arc<Source>, piece: &RawStatement) -> Result<Filter, Failed> {
    let root = lone(source, piece, Rule::lone_filter)?;
    Lower { source, offset: piece.span.start }.filter(root)
}

/// Reads a claim, which always stands alone.
pub fn lone_claim(source: &Arc<Source>, piece: &RawStatement) -> Result<ClaimNode, Failed> {
    let root = lone(source, piece, Rule::lone_claim)?;
    Lower { source, offset: piece.span.start }.claim(root)
}

/// Reads what must be the whole text.
fn lone<'a>(source: &'a Arc<Source>, piece: &RawStatement, rule: Rule) -> Result<Pair<'a, Rule>, Failed> {
    let root = parse(source, piece, rule)?;
    root.into_inner().next().ok_or_else(|| internal(source, piece.span))
}

fn parse<'a>(source: &'a Arc<Source>, piece: &RawStatement, rule: Rule) -> Result<Pair<'a, Rule>, Failed> {
    if let Some(fault) = piece.fault {
        return Err(Box::new(errors::fault(source, fault)));
    }
    let parsed =
        StatementParser::parse(rule, source.slice(piece.span)).map_err(|error| errors::syntax(source, piece, &error, rule));
    let mut pairs = parsed.map_err(Box::new)?;
    pairs.next().ok_or_else(|| internal(source, piece.span))
}

/// A pair of the grammar that this file does not know: the two have drifted apart.
fn internal(source: &Arc<Source>, span: Span) -> Failed {
    Box::new(Diagnostic::error(Code::Syntax, "this statement cannot be read").at(source.place(span)))
}

struct Lower<'a> {
    source: &'a Arc<Source>,
    /// Where the statement starts in the source: pairs count from there.
    offset: usize,
}

impl Lower<'_> {
    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        // A rule that ends with something optional may have swallowed white space and comments before it.
        Span::new(span.start(), span.end()).shifted(self.offset)
    }

    fn unexpected(&self, pair: &Pair<'_, Rule>) -> Failed {
        internal(self.source, self.span(pair))
    }

    fn statement(&self, root: Pair<'_, Rule>) -> Result<Statement, Failed> {
        let span = self.span(&root);
        let outer = root.clone().into_inner().next().ok_or_else(|| self.unexpected(&root))?;
        let mut filter = None;
        let mut settings = vec![];
        let mut name = None;
        let kind = outer.as_rule();
        for pair in outer.into_inner() {
            match pair.as_rule() {
                Rule::kw_all | Rule::kw_where | Rule::kw_group | Rule::colon | Rule::semicolon | Rule::equals => {}
                Rule::group_name => name = Some((pair.as_str().to_owned(), self.span(&pair))),
                Rule::filter => filter = Some(self.filter(pair)?),
                _ => settings.push(self.setting(pair)?),
            }
        }
        match (kind, name, filter) {
            (Rule::group, Some((name, name_span)), Some(filter)) => {
                Ok(Statement::Group(GroupNode { span, name, name_span, filter }))
            }
            (Rule::all_rule | Rule::where_rule, _, filter) => Ok(Statement::Rule(RuleNode { span, filter, settings })),
            _ => Err(self.unexpected(&root)),
        }
    }

    fn setting(&self, pair: Pair<'_, Rule>) -> Result<SettingNode, Failed> {
        let span = self.trimmed(&pair);
        let rule = pair.as_rule();
        let mut expression = None;
        let mut percent = None;
        let mut on = false;
        let mut name = None;
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::expression => expression = Some(self.expression(part)?),
                Rule::percent => {
                    percent = Some(NumberNode { span: self.span(&part), text: part.as_str().trim_end_matches('%').to_owned() });
                }
                Rule::kw_on => on = true,
                Rule::unknown_step_name => name = Some((part.as_str().to_owned(), self.span(&part))),
                _ => {}
            }
        }
        let kind = match (rule, expression, percent) {
            (Rule::from, Some(expression), _) => return Ok(SettingNode::From(span, expression)),
            (Rule::sync, ..) => return Ok(SettingNode::Sync(span, on)),
            (Rule::level, ..) => StepNodeKind::Level,
            (Rule::fixed, Some(amount), _) => StepNodeKind::Fixed(amount),
            (Rule::buffer, _, Some(percent)) => StepNodeKind::Buffer(AmountNode::Percent(percent)),
            (Rule::buffer, Some(amount), _) => StepNodeKind::Buffer(AmountNode::Count(amount)),
            (Rule::max, Some(amount), _) => StepNodeKind::Max(amount),
            (Rule::share, _, Some(percent)) => StepNodeKind::Share(AmountNode::Percent(percent)),
            (Rule::share, Some(amount), _) => StepNodeKind::Share(AmountNode::Count(amount)),
            (Rule::pack, Some(amount), _) => StepNodeKind::Pack(amount),
            (Rule::cutoff, Some(amount), _) => StepNodeKind::Cutoff(amount),
            (Rule::unknown_step, ..) => {
                let (name, at) = name.ok_or_else(|| self.unexpected(&pair))?;
                StepNodeKind::Unknown(name, at)
            }
            _ => return Err(self.unexpected(&pair)),
        };
        Ok(SettingNode::Step(StepNode { span, kind }))
    }

    /// A pair's span without the white space and comments that an optional part at its end left in it.
    fn trimmed(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = self.span(pair);
        let end = pair.clone().into_inner().flatten().map(|part| self.span(&part).end).max();
        Span::new(span.start, end.unwrap_or(span.end))
    }

    fn expression(&self, pair: Pair<'_, Rule>) -> Result<Expression, Failed> {
        let span = self.trimmed(&pair);
        let sums = pair.into_inner().filter(|part| part.as_rule() == Rule::sum);
        let alternatives = sums.map(|sum| self.sum(sum)).collect::<Result<_, _>>()?;
        Ok(Expression { span, alternatives })
    }

    fn sum(&self, pair: Pair<'_, Rule>) -> Result<SumNode, Failed> {
        let span = self.trimmed(&pair);
        let mut sign = Sign::Plus;
        let mut terms = vec![];
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::plus => sign = Sign::Plus,
                Rule::minus => sign = Sign::Minus,
                Rule::number => {
                    terms.push((sign, TermNode::Number(NumberNode { span: self.span(&part), text: part.as_str().to_owned() })));
                }
                Rule::field => terms.push((sign, TermNode::Field(self.field(part)?))),
                _ => return Err(self.unexpected(&part)),
            }
        }
        Ok(SumNode { span, terms })
    }

    fn filter(&self, pair: Pair<'_, Rule>) -> Result<Filter, Failed> {
        match pair.as_rule() {
            Rule::filter => self.chain(pair, Rule::kw_or, Filter::Any),
            Rule::all_of => self.chain(pair, Rule::kw_and, Filter::All),
            Rule::parens => {
                let inner = pair.clone().into_inner().find(|part| part.as_rule() == Rule::filter);
                self.filter(inner.ok_or_else(|| self.unexpected(&pair))?)
            }
            Rule::negation => {
                let span = self.trimmed(&pair);
                let inner = pair.clone().into_inner().find(|part| part.as_rule() != Rule::kw_not);
                Ok(Filter::Not(span, Box::new(self.filter(inner.ok_or_else(|| self.unexpected(&pair))?)?)))
            }
            Rule::has | Rule::flag => {
                let rule = pair.as_rule();
                let field = pair.clone().into_inner().find(|part| part.as_rule() == Rule::field);
                let field = self.field(field.ok_or_else(|| self.unexpected(&pair))?)?;
                Ok(if rule == Rule::has { Filter::Has(field) } else { Filter::Flag(field) })
            }
            Rule::comparison => self.comparison(&pair),
            _ => Err(self.unexpected(&pair)),
        }
    }

    fn chain(&self, pair: Pair<'_, Rule>, joint: Rule, join: fn(Vec<Filter>) -> Filter) -> Result<Filter, Failed> {
        let parts = pair.into_inner().filter(|part| part.as_rule() != joint);
        let parts = parts.map(|part| self.filter(part)).collect::<Result<Vec<_>, _>>()?;
        Ok(one_or(parts, join))
    }

    fn claim(&self, pair: Pair<'_, Rule>) -> Result<ClaimNode, Failed> {
        let claims = |pair: Pair<'_, Rule>, joint: Rule| {
            let parts = pair.into_inner().filter(|part| part.as_rule() != joint);
            parts.map(|part| self.claim(part)).collect::<Result<Vec<_>, _>>()
        };
        let inner = |rule: Rule| pair.clone().into_inner().find(|part| part.as_rule() == rule);
        match pair.as_rule() {
            Rule::claim => Ok(one_or(claims(pair, Rule::kw_or)?, ClaimNode::Any)),
            Rule::claim_all => Ok(one_or(claims(pair, Rule::kw_and)?, ClaimNode::All)),
            Rule::claim_parens => self.claim(inner(Rule::claim).ok_or_else(|| self.unexpected(&pair))?),
            Rule::claim_not => {
                let inner = pair.clone().into_inner().find(|part| part.as_rule() != Rule::kw_not);
                Ok(ClaimNode::Not(Box::new(self.claim(inner.ok_or_else(|| self.unexpected(&pair))?)?)))
            }
            Rule::measure => {
                let operator = pair.clone().into_inner().find_map(|part| operator(part.as_rule()));
                let expression = inner(Rule::expression).ok_or_else(|| self.unexpected(&pair))?;
                Ok(ClaimNode::Quantity(operator.unwrap_or(Operator::Equal), self.expression(expression)?))
            }
            Rule::outcome => {
                let values = pair.clone().into_inner().flatten().filter(|part| part.as_rule() == Rule::value);
                let claim = ClaimNode::Outcome(values.map(|value| self.value(&value)).collect::<Result<_, _>>()?);
                Ok(if inner(Rule::not_equals).is_some() { ClaimNode::Not(Box::new(claim)) } else { claim })
            }
            _ => Ok(ClaimNode::Filter(self.filter(pair)?)),
        }
    }

    fn comparison(&self, pair: &Pair<'_, Rule>) -> Result<Filter, Failed> {
        let mut parts = pair.clone().into_inner();
        let (Some(field), Some(test)) = (parts.next(), parts.next()) else { return Err(self.unexpected(pair)) };
        let field = self.field(field)?;
        let form = test.as_rule();
        let mut op = Operator::Equal;
        let mut values = vec![];
        let mut range = false;
        let mut stack: Vec<_> = test.into_inner().rev().collect();
        while let Some(part) = stack.pop() {
            match part.as_rule() {
                Rule::value => values.push(self.value(&part)?),
                Rule::list => stack.extend(part.into_inner().rev()),
                Rule::range => {
                    range = true;
                    stack.extend(part.into_inner().rev());
                }
                rule => op = operator(rule).unwrap_or(op),
            }
        }
        let mut values = values.into_iter();
        match (form, range, values.len()) {
            (Rule::within, false, _) => Ok(Filter::OneOf(field, values.collect())),
            (form, range, _) => match (form, range, values.next(), values.next()) {
                (Rule::within, true, Some(low), Some(high)) => Ok(Filter::Range(field, low, high)),
                (Rule::like, _, Some(value), _) => Ok(Filter::Like(field, value)),
                (Rule::matches, _, Some(value), _) => Ok(Filter::Matches(field, value)),
                (Rule::compare, _, Some(value), _) => Ok(Filter::Compare(field, op, value)),
                _ => Err(self.unexpected(pair)),
            },
        }
    }

    fn field(&self, pair: Pair<'_, Rule>) -> Result<FieldName, Failed> {
        let span = self.span(&pair);
        let parts = pair.into_inner().filter(|part| part.as_rule() != Rule::keyword).map(|part| match part.as_rule() {
            Rule::quoted => self.unquoted(&part),
            _ => Ok(part.as_str().to_owned()),
        });
        Ok(FieldName { span, parts: parts.collect::<Result<_, _>>()? })
    }

    fn value(&self, pair: &Pair<'_, Rule>) -> Result<ValueNode, Failed> {
        let span = self.span(pair);
        match pair.clone().into_inner().find(|part| part.as_rule() == Rule::quoted) {
            Some(quoted) => Ok(ValueNode { span, text: self.unquoted(&quoted)?, quoted: true }),
            None => Ok(ValueNode { span, text: pair.as_str().to_owned(), quoted: false }),
        }
    }

    /// The text between quotes, with its escapes replaced.
    fn unquoted(&self, pair: &Pair<'_, Rule>) -> Result<String, Failed> {
        let span = self.span(pair);
        escapes::unquoted(pair.as_str()).map_err(|wrong| {
            let error = Diagnostic::error(Code::Syntax, format!("`{}` is no escape", &pair.as_str()[wrong.start..wrong.end]));
            let help = r#"the escapes are `\"`, `\\`, `\n`, `\t` and `\u{…}`; write a backslash as `\\`"#;
            Box::new(error.help(help).at(self.source.place(wrong.shifted(span.start))))
        })
    }
}

/// The one part, or several joined.
fn one_or<T>(mut parts: Vec<T>, join: fn(Vec<T>) -> T) -> T {
    if parts.len() == 1 { parts.remove(0) } else { join(parts) }
}

/// The operator of a grammar rule, if it is one's.
fn operator(rule: Rule) -> Option<Operator> {
    Some(match rule {
        Rule::equals => Operator::Equal,
        Rule::not_equals => Operator::NotEqual,
        Rule::less => Operator::Less,
        Rule::less_equal => Operator::LessOrEqual,
        Rule::greater => Operator::Greater,
        Rule::greater_equal => Operator::GreaterOrEqual,
        _ => return None,
    })
}
