//! Claims that must be true of no variant: `quantity > inventory and not tag=preorder`.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::{CompiledFilter, Decision, Outcome, Run, quantity};
use crate::fields::Schema;
use crate::ids::OfferId;
use crate::resolve::checked::{Amount, Condition, Ruleset};
use crate::resolve::{resolve_expression, resolve_filter};
use crate::source::Source;
use crate::syntax::tree::{ClaimNode, Operator};
use crate::text;

/// A checked claim.
pub enum Invariant {
    /// At least one of these.
    Any(Vec<Invariant>),
    /// All of these.
    All(Vec<Invariant>),
    /// Not this.
    Not(Box<Invariant>),
    /// The quantity compared with an amount: false where there is no quantity, or the amount is missing.
    Quantity(Operator, Amount),
    /// The outcome is one of these.
    Outcome(Vec<Outcome>),
    /// A condition of the rules language.
    Condition(Condition),
}

impl Invariant {
    /// Checks a claim, with the groups of the rules.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(
        source: &Arc<Source>,
        tree: &ClaimNode,
        ruleset: &Ruleset,
        schema: &Schema,
    ) -> Result<Invariant, Vec<Diagnostic>> {
        let all = |parts: &[ClaimNode]| -> Result<Vec<Invariant>, Vec<Diagnostic>> {
            let (mut claims, mut problems) = (vec![], vec![]);
            for part in parts {
                match Invariant::check(source, part, ruleset, schema) {
                    Ok(claim) => claims.push(claim),
                    Err(found) => problems.extend(found),
                }
            }
            if problems.is_empty() { Ok(claims) } else { Err(problems) }
        };
        Ok(match tree {
            ClaimNode::Any(parts) => Invariant::Any(all(parts)?),
            ClaimNode::All(parts) => Invariant::All(all(parts)?),
            ClaimNode::Not(inner) => Invariant::Not(Box::new(Invariant::check(source, inner, ruleset, schema)?)),
            ClaimNode::Quantity(operator, expression) => {
                Invariant::Quantity(*operator, resolve_expression(source, expression, ruleset, schema)?)
            }
            ClaimNode::Outcome(values) => {
                let (mut outcomes, mut problems) = (vec![], vec![]);
                for value in values {
                    let names = || Outcome::ALL.iter().map(|outcome| outcome.as_str());
                    match Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == value.text) {
                        Some(outcome) => outcomes.push(outcome),
                        None => {
                            let near = text::nearest(&value.text, names()).map(|near| format!("did you mean `{near}`?"));
                            let help = near.unwrap_or_else(|| format!("outcomes are {}", names().collect::<Vec<_>>().join(", ")));
                            let error = Diagnostic::error(Code::WrongType, format!("`{}` is no outcome", value.text));
                            problems.push(error.help(help).at(source.place(value.span)));
                        }
                    }
                }
                if !problems.is_empty() {
                    return Err(problems);
                }
                Invariant::Outcome(outcomes)
            }
            ClaimNode::Filter(filter) => Invariant::Condition(resolve_filter(source, filter, ruleset, schema)?),
        })
    }

    /// Binds the claim to a catalog.
    pub fn compile<'a>(&'a self, run: &'a Run<'a>) -> CompiledInvariant<'a> {
        let all = |parts: &'a [Invariant]| parts.iter().map(|part| part.compile(run)).collect();
        match self {
            Invariant::Any(parts) => CompiledInvariant::Any(all(parts)),
            Invariant::All(parts) => CompiledInvariant::All(all(parts)),
            Invariant::Not(inner) => CompiledInvariant::Not(Box::new(inner.compile(run))),
            Invariant::Quantity(operator, amount) => CompiledInvariant::Quantity(*operator, amount, run),
            Invariant::Outcome(outcomes) => CompiledInvariant::Outcome(outcomes),
            Invariant::Condition(condition) => CompiledInvariant::Condition(Box::new(run.filter(condition))),
        }
    }
}

/// A claim bound to a catalog.
pub enum CompiledInvariant<'a> {
    /// At least one of these.
    Any(Vec<CompiledInvariant<'a>>),
    /// All of these.
    All(Vec<CompiledInvariant<'a>>),
    /// Not this.
    Not(Box<CompiledInvariant<'a>>),
    /// The quantity compared with an amount.
    Quantity(Operator, &'a Amount, &'a Run<'a>),
    /// The outcome is one of these.
    Outcome(&'a [Outcome]),
    /// A condition of the rules language.
    Condition(Box<CompiledFilter<'a>>),
}

impl CompiledInvariant<'_> {
    /// Whether the claim is true of an offer.
    pub fn holds(&self, offer: OfferId, decision: &Decision) -> bool {
        match self {
            CompiledInvariant::Any(parts) => parts.iter().any(|part| part.holds(offer, decision)),
            CompiledInvariant::All(parts) => parts.iter().all(|part| part.holds(offer, decision)),
            CompiledInvariant::Not(inner) => !inner.holds(offer, decision),
            CompiledInvariant::Outcome(outcomes) => outcomes.contains(&decision.outcome),
            CompiledInvariant::Condition(filter) => filter.holds(offer),
            CompiledInvariant::Quantity(operator, amount, run) => {
                let subject = run.context().subject(offer);
                let (Some(sent), Ok(amount)) = (decision.quantity(), quantity::amount(run.context(), subject, amount)) else {
                    // As in the rules: a missing value makes every comparison false, and `!=` is the opposite of `=`.
                    return *operator == Operator::NotEqual;
                };
                match operator {
                    Operator::Equal => sent == amount,
                    Operator::NotEqual => sent != amount,
                    Operator::Less => sent < amount,
                    Operator::LessOrEqual => sent <= amount,
                    Operator::Greater => sent > amount,
                    Operator::GreaterOrEqual => sent >= amount,
                }
            }
        }
    }
}
