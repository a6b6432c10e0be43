//! Claims that must be true of no variant: `quantity > inventory and not tag=preorder`.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::evaluate::{Bound, Decision, Outcome, World, bind_condition, quantity};
use crate::fields::Schema;
use crate::resolve::checked::{Amount, Condition, Ruleset};
use crate::resolve::{resolve_expression, resolve_filter};
use crate::source::Source;
use crate::syntax::tree::{ClaimNode, Operator};
use crate::text;

/// A checked claim.
pub enum Claim {
    /// At least one of these.
    Any(Vec<Claim>),
    /// All of these.
    All(Vec<Claim>),
    /// Not this.
    Not(Box<Claim>),
    /// The quantity compared with an amount: false where there is no quantity, or the amount is missing.
    Quantity(Operator, Amount),
    /// The outcome is one of these.
    Outcome(Vec<Outcome>),
    /// A condition of the rules language.
    Condition(Condition),
}

impl Claim {
    /// Checks a claim, with the groups of the rules.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn check(source: &Arc<Source>, tree: &ClaimNode, ruleset: &Ruleset, schema: &Schema) -> Result<Claim, Vec<Diagnostic>> {
        let all = |parts: &[ClaimNode]| -> Result<Vec<Claim>, Vec<Diagnostic>> {
            let (mut claims, mut problems) = (vec![], vec![]);
            for part in parts {
                match Claim::check(source, part, ruleset, schema) {
                    Ok(claim) => claims.push(claim),
                    Err(found) => problems.extend(found),
                }
            }
            if problems.is_empty() { Ok(claims) } else { Err(problems) }
        };
        Ok(match tree {
            ClaimNode::Any(parts) => Claim::Any(all(parts)?),
            ClaimNode::All(parts) => Claim::All(all(parts)?),
            ClaimNode::Not(inner) => Claim::Not(Box::new(Claim::check(source, inner, ruleset, schema)?)),
            ClaimNode::Quantity(operator, expression) => {
                Claim::Quantity(*operator, resolve_expression(source, expression, ruleset, schema)?)
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
                Claim::Outcome(outcomes)
            }
            ClaimNode::Filter(filter) => Claim::Condition(resolve_filter(source, filter, ruleset, schema)?),
        })
    }

    /// Binds the claim to a catalog.
    pub fn bind<'a>(&'a self, ruleset: &Ruleset, world: World<'a>) -> BoundClaim<'a> {
        let all = |parts: &'a [Claim]| parts.iter().map(|part| part.bind(ruleset, world)).collect();
        match self {
            Claim::Any(parts) => BoundClaim::Any(all(parts)),
            Claim::All(parts) => BoundClaim::All(all(parts)),
            Claim::Not(inner) => BoundClaim::Not(Box::new(inner.bind(ruleset, world))),
            Claim::Quantity(operator, amount) => BoundClaim::Quantity(*operator, amount, world),
            Claim::Outcome(outcomes) => BoundClaim::Outcome(outcomes),
            Claim::Condition(condition) => BoundClaim::Condition(Box::new(bind_condition(condition, ruleset, world))),
        }
    }
}

/// A claim bound to a catalog.
pub enum BoundClaim<'a> {
    /// At least one of these.
    Any(Vec<BoundClaim<'a>>),
    /// All of these.
    All(Vec<BoundClaim<'a>>),
    /// Not this.
    Not(Box<BoundClaim<'a>>),
    /// The quantity compared with an amount.
    Quantity(Operator, &'a Amount, World<'a>),
    /// The outcome is one of these.
    Outcome(&'a [Outcome]),
    /// A condition of the rules language.
    Condition(Box<Bound<'a>>),
}

impl BoundClaim<'_> {
    /// Whether the claim is true of a variant.
    pub fn holds(&self, variant: usize, decision: &Decision) -> bool {
        match self {
            BoundClaim::Any(parts) => parts.iter().any(|part| part.holds(variant, decision)),
            BoundClaim::All(parts) => parts.iter().all(|part| part.holds(variant, decision)),
            BoundClaim::Not(inner) => !inner.holds(variant, decision),
            BoundClaim::Outcome(outcomes) => outcomes.contains(&decision.outcome),
            BoundClaim::Condition(bound) => bound.rules.first().is_some_and(|rule| bound.holds(rule, variant)),
            BoundClaim::Quantity(operator, amount, world) => {
                let (Some(sent), Ok(amount)) = (decision.quantity(), quantity::amount::<()>(world, variant, amount)) else {
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
