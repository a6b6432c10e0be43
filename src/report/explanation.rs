//! How the decision for one offer came about, as `explain` says it.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::evaluate::explanation::{HeldReason, OfferExplanation};
use crate::evaluate::{Decision, Outcome, Run};
use crate::ids::{OfferId, RuleId};
use crate::lint::why_missing;
use crate::orders::{Movement, Movements};
use crate::project::AmazonQuantity;
use crate::text::{grouped, visible};

/// An offer, its decision, and how that came about.
pub struct ExplainedOffer<'a> {
    run: &'a Run<'a>,
    offer: OfferId,
    decision: Decision,
    on_amazon: AmazonQuantity,
    explanation: OfferExplanation,
    movements: Vec<&'a Movement>,
}

impl<'a> ExplainedOffer<'a> {
    /// Explains an offer, of which Amazon has what the listings report says.
    pub fn of(run: &'a Run<'a>, movements: &'a Movements, offer: OfferId) -> Self {
        let listing = run.context().account.listing(offer);
        let on_amazon = listing.and_then(|listing| listing.quantity).map_or(AmazonQuantity::Unknown, AmazonQuantity::Reported);
        let movements = movements.of(run.context().subject(offer).variant).collect();
        ExplainedOffer { run, offer, decision: run.decision(offer), on_amazon, explanation: run.explain(offer), movements }
    }

    /// The explanation, where it is known what Amazon has now.
    #[must_use]
    pub fn with_on_amazon(self, on_amazon: AmazonQuantity) -> Self {
        ExplainedOffer { on_amazon, ..self }
    }

    fn place(&self, rule: Option<RuleId>) -> String {
        rule.map_or_else(|| "by default".to_owned(), |rule| self.run.ruleset().rule_place(rule))
    }

    fn source_text(&self) -> String {
        let source = self.run.settings(self.offer).source;
        source.map_or_else(|| "inventory".to_owned(), |amount| self.run.ruleset().text(amount.at))
    }

    fn steps_text(&self) -> &'a str {
        self.run.settings(self.offer).steps.map_or("level", |steps| steps.text.as_str())
    }

    fn sync_text(&self) -> &'static str {
        if self.run.settings(self.offer).sync { "on" } else { "off" }
    }

    fn why_held(&self) -> Option<String> {
        match self.explanation.held.as_ref()? {
            HeldReason::LongSku(length) => Some(format!("the SKU has {length} characters, and Amazon allows 40")),
            HeldReason::NoChannel => Some("the listings report does not say who fulfils it".to_owned()),
            HeldReason::MissingValue(blame) => {
                let field = blame.at.map_or_else(|| "inventory".to_owned(), |at| self.run.ruleset().text(at));
                Some(why_missing(&field, &blame.why).0)
            }
        }
    }

    /// What the offer is called: its product's title and its variant's options.
    pub fn title(&self) -> String {
        let context = self.run.context();
        let (catalog, variant) = (context.shop.catalog, context.subject(self.offer).variant);
        let title = catalog.title(variant);
        let options = catalog.option_values.iter().filter_map(|column| column.get(variant.index()));
        let options: Vec<_> = options.filter(|value| *value != "Default Title").collect();
        match (title, options.join(" / ")) {
            (title, options) if options.is_empty() => title.to_owned(),
            ("", options) => options,
            (title, options) => format!("{title}, {options}"),
        }
    }

    /// What the outcome means for this variant, in a sentence: what is sent, or else what Amazon keeps.
    fn outcome_text(&self) -> String {
        let listing = self.run.context().account.listing(self.offer);
        let amazon = self.on_amazon.quantity();
        let keeps = match (self.on_amazon, listing) {
            (AmazonQuantity::Reported(0), _) => ": Amazon has 0, and keeps that".to_owned(),
            (AmazonQuantity::Sent(0), _) => ": Amazon was last sent 0, and keeps that".to_owned(),
            (AmazonQuantity::Reported(amazon), _) => format!(": Amazon goes on selling the {} that it has", grouped(amazon)),
            (AmazonQuantity::Sent(amazon), _) => {
                format!(": Amazon goes on selling the {} that it was last sent", grouped(amazon))
            }
            (AmazonQuantity::Unreadable(reported), _) => {
                let reported =
                    reported.map_or_else(String::new, |reported| format!("the listings report says {}, but ", grouped(reported)));
                format!(": Amazon keeps what it has; {reported}what it was last sent cannot be read")
            }
            (AmazonQuantity::Unknown, Some(_)) => {
                ": Amazon keeps what it has, and the listings report does not say how many".to_owned()
            }
            (AmazonQuantity::Unknown, None) => ": whatever Amazon has stays as it is".to_owned(),
        };
        match self.decision.outcome {
            Outcome::Synced => {
                let quantity = self.decision.quantity().unwrap_or(0);
                let change = match amazon {
                    Some(amazon) if amazon == quantity => " (as it is on Amazon)".to_owned(),
                    Some(amazon) => format!(" (on Amazon now: {})", grouped(amazon)),
                    None => String::new(),
                };
                format!("synced: Amazon may sell {}{change}", grouped(quantity))
            }
            Outcome::NoSku => "no sku: the SKU is blank, so nothing is sent".to_owned(),
            Outcome::Ambiguous => format!("ambiguous: other variants have this SKU too, so nothing is sent{keeps}"),
            Outcome::Unlisted => "unlisted: the listings report does not have this SKU, so nothing is sent".to_owned(),
            Outcome::Fba => "fba: Amazon fulfils it, so nothing is sent".to_owned(),
            Outcome::Unmatched => format!("unmatched: no rule matches, so nothing is sent{keeps}"),
            Outcome::Off => {
                let rule = self.place(self.decision.rules.sync);
                format!("off: {rule} switches sync off, so nothing is sent{keeps}")
            }
            Outcome::Held => {
                let why = self.why_held().unwrap_or_else(|| "it cannot be computed".to_owned());
                format!("held: {why}, so nothing is sent{keeps}")
            }
        }
    }

    /// The explanation for people.
    pub fn text(&self) -> String {
        let catalog = self.run.context().shop.catalog;
        let settings = &self.decision.rules;
        let mut out = String::new();
        // Writing to a string cannot fail.
        let mut line = |text: String| {
            let _ = writeln!(out, "{}", visible(&text));
        };
        let variant = self.run.context().subject(self.offer).variant.index();
        let title = self.title();
        let title = if title.is_empty() { title } else { format!("  {title}") };
        line(format!("{}{title}  ({})", self.run.context().sku(self.offer), self.run.context().place(self.offer)));
        line(format!("  {}", self.outcome_text()));
        line(String::new());
        let found = self.run.count(self.offer);
        let count = found.map_or_else(|| "missing".to_owned(), grouped);
        line(format!("  source  {} = {count}  ({})", self.source_text(), self.place(settings.source)));
        line(format!("  steps   {}  ({})", self.steps_text(), self.place(settings.steps)));
        line(format!("  sync    {}  ({})", self.sync_text(), self.place(settings.sync)));
        if !self.movements.is_empty() {
            let found = catalog.counts.inventory.get(variant).map_or_else(|| "missing".to_owned(), grouped);
            line(String::new());
            line(format!("  inventory was {found} in the catalog; orders since took"));
            for movement in &self.movements {
                let from = movement.location.as_ref().map_or_else(String::new, |location| format!(" from {location}"));
                line(format!("    {}{from}  ({}, order {})", grouped(movement.units), movement.channel.as_str(), movement.order));
            }
        }
        if !self.explanation.steps.is_empty() {
            line(String::new());
            let number = |count: Option<i64>| count.map_or_else(|| "?".to_owned(), grouped);
            if let Some(count) = found.filter(|count| *count < 0) {
                line(format!("  {} counts as 0", grouped(count)));
            }
            for step in &self.explanation.steps {
                let amount = step.amount.map_or_else(String::new, |amount| format!(" [{}]", grouped(amount)));
                match (step.before, step.after) {
                    (None, None) => line(format!("  {}{amount}: not evaluated", step.text)),
                    _ if step.replaces => line(format!("  {}{amount} → {}", step.text, number(step.after))),
                    (before, after) => line(format!("  {} → {}{amount} → {}", number(before), step.text, number(after))),
                }
            }
        }
        let lost: Vec<RuleId> = {
            let deciding: Vec<RuleId> = settings.iter().collect();
            self.explanation.matching.iter().copied().filter(|rule| !deciding.contains(rule)).collect()
        };
        if !lost.is_empty() {
            line(String::new());
            line("  matched too, but a later rule decides:".to_owned());
            for rule in lost {
                let ruleset = self.run.ruleset();
                let text = ruleset.rule(rule).map_or_else(String::new, |rule| ruleset.text(rule.at));
                line(format!("    {}  {text}", ruleset.rule_place(rule)));
            }
        }
        out
    }

    /// The explanation for programs: the offer's row, and more.
    pub fn json(&self, row: Value) -> Value {
        let settings = &self.decision.rules;
        let place = |index: Option<RuleId>| index.map(|index| self.run.ruleset().rule_place(index));
        let steps: Vec<_> = self
            .explanation
            .steps
            .iter()
            .map(|step| json!({ "step": step.text, "amount": step.amount, "before": step.before, "after": step.after }))
            .collect();
        let matching: Vec<_> = self.explanation.matching.iter().map(|&rule| self.run.ruleset().rule_place(rule)).collect();
        let mut object = row;
        object["settings"] = json!({
            "source": { "value": self.source_text(), "rule": place(settings.source) },
            "steps": { "value": self.steps_text(), "rule": place(settings.steps) },
            "sync": { "value": self.sync_text(), "rule": place(settings.sync) },
        });
        let movements = self.movements.iter().map(|movement| {
            json!({ "order": movement.order, "channel": movement.channel.as_str(), "units": movement.units, "location": movement.location })
        });
        object["orders"] = movements.collect();
        object["arithmetic"] = Value::Array(steps);
        object["matching"] = json!(matching);
        object["held"] = json!(if self.decision.outcome == Outcome::Held { self.why_held() } else { None });
        object
    }
}
