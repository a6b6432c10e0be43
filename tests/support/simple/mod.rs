//! The interpreter that the fast one must equal: what the README says of the language, read once more, one variant at a time, every
//! rule on every row, comparing texts.
//!
//! It knows nothing of the catalog's columns, of checked rules, nor of what the readers and the evaluation of `src` do: it takes
//! plain facts ([`facts`]) and rules of its own ([`rules`]), and has its own arithmetic, its own numbers, its own wildcards and
//! its own ledger of orders. So what it is compared with goes through everything: the writer of the facts' files is in the tests,
//! and their reading, joining, parsing, checking, binding and evaluating is in `src`.
//!
//! Shared with `src` are the crates that define a notion which the language takes from elsewhere: `regex` for `matches` (and for
//! whether two letters beyond ASCII are one but for their case), `unicode-normalization` and `caseless` for equal texts,
//! `rust_decimal` for decimals.
#![allow(dead_code)] // each test binary uses a part of it

pub mod amounts;
pub mod facts;
pub mod filters;
pub mod orders;
pub mod rules;

use std::collections::HashMap;

use facts::{Listing, Shop, Variant};
use rules::{Rule, Rules};

/// What is said of a variant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The SKU.
    pub sku: String,
    /// What becomes of it, in the words of the language.
    pub outcome: &'static str,
    /// The quantity, where one is sent.
    pub quantity: Option<i64>,
    /// The source's value as found.
    pub count: Option<i64>,
    /// Where the steps, or `sync off`, were decided.
    pub rule: Option<String>,
    /// The steps as written.
    pub steps: String,
    /// The listings report's quantity.
    pub amazon: Option<i64>,
}

/// What a rule is asked about: a variant with what Amazon has of it, the day and the marketplace.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    /// The variant.
    pub variant: &'a Variant,
    /// Its listing, if the report has one.
    pub listing: Option<&'a Listing>,
    /// The day, as `2026-11-27`.
    pub today: &'a str,
    /// The marketplace.
    pub marketplace: &'a str,
}

/// What everything that is known before orders and rules comes to.
pub struct ShopIndex<'a> {
    shop: &'a Shop,
    /// How many variants have a SKU.
    with_sku: HashMap<&'a str, usize>,
    /// The row of the report that counts for a SKU.
    listings: HashMap<&'a str, &'a Listing>,
}

impl<'a> ShopIndex<'a> {
    /// Counts SKUs and picks a listing for each: an FBA row wins, then one of which nobody says who fulfils it, not even the
    /// user for all of them, else the first.
    pub fn of(shop: &'a Shop) -> Self {
        let mut with_sku = HashMap::new();
        for variant in &shop.variants {
            *with_sku.entry(variant.sku.trim()).or_default() += 1;
        }
        let mut listings: HashMap<&str, &Listing> = HashMap::new();
        for row in shop.listings.iter().flatten() {
            let weight = |row: &Listing| (row.is_fba(), shop.channel_is_named && !shop.merchant_fulfils && row.channel.is_none());
            let known = listings.entry(&row.sku).or_insert(row);
            if weight(row) > weight(known) {
                *known = row;
            }
        }
        ShopIndex { shop, with_sku, listings }
    }

    /// A variant, which orders may have moved away from the shop's, as a rule sees it.
    pub fn row<'r>(&self, variant: &'r Variant) -> Row<'r>
    where
        'a: 'r,
    {
        let listing = self.listings.get(variant.sku.as_str()).copied();
        Row { variant, listing, today: &self.shop.today, marketplace: &self.shop.marketplace }
    }

    /// Whether no other variant has its SKU.
    pub fn is_alone(&self, sku: &str) -> bool {
        self.with_sku.get(sku.trim()) == Some(&1)
    }

    /// What becomes of a variant.
    pub fn answer(&self, rules: &Rules, variant: &Variant) -> Answer {
        let row = self.row(variant);
        let chosen = EffectiveSettings::of(rules, row);
        let count = chosen.count(row);
        let quantity = chosen.quantity(row);
        let long = variant.sku.trim().chars().count() > 40;
        let nobody_says_who_fulfils = self.shop.channel_is_named
            && !self.shop.merchant_fulfils
            && row.listing.is_some_and(|listing| listing.channel.is_none());
        let outcome = if variant.sku.trim().is_empty() {
            "no sku"
        } else if !self.is_alone(&variant.sku) {
            "ambiguous"
        } else if self.shop.listings.is_some() && row.listing.is_none() {
            "unlisted"
        } else if variant.is_by_amazon || row.listing.is_some_and(Listing::is_fba) {
            "fba"
        } else if chosen.matching.is_empty() {
            "unmatched"
        } else if !chosen.is_synced() {
            "off"
        } else if quantity.is_none() || long || nobody_says_who_fulfils {
            "held"
        } else {
            "synced"
        };
        let deciding = if outcome == "off" { chosen.sync } else { chosen.steps };
        Answer {
            sku: variant.sku.trim().to_owned(),
            outcome,
            quantity: quantity.filter(|_| outcome == "synced"),
            count,
            rule: deciding.map(|rule| rule.place.clone()),
            steps: chosen.steps.map_or_else(|| "level".to_owned(), |rule| rule.written.clone()),
            amazon: row.listing.and_then(|listing| listing.quantity),
        }
    }
}

/// The rules that decide a variant's settings, each the last that matches and sets it.
pub struct EffectiveSettings<'r> {
    /// All that match.
    pub matching: Vec<&'r Rule>,
    source: Option<&'r Rule>,
    steps: Option<&'r Rule>,
    sync: Option<&'r Rule>,
}

impl<'r> EffectiveSettings<'r> {
    /// Asks every rule.
    pub fn of(rules: &'r Rules, row: Row<'_>) -> Self {
        let mut groups: HashMap<&str, bool> = HashMap::new();
        for (name, filter) in &rules.groups {
            groups.insert(name, filters::holds(filter, &groups, row));
        }
        let holds = |rule: &&Rule| rule.filter.as_ref().is_none_or(|filter| filters::holds(filter, &groups, row));
        let matching: Vec<&Rule> = rules.rules.iter().filter(holds).collect();
        let last = |sets: fn(&Rule) -> bool| matching.iter().rev().copied().find(|rule| sets(rule));
        EffectiveSettings {
            source: last(|rule| rule.source.is_some()),
            steps: last(|rule| !rule.steps.is_empty()),
            sync: last(|rule| rule.sync.is_some()),
            matching,
        }
    }

    /// Whether a quantity is to be sent at all.
    pub fn is_synced(&self) -> bool {
        self.sync.and_then(|rule| rule.sync).unwrap_or(true)
    }

    /// The source's value; by default the inventory.
    pub fn count(&self, row: Row<'_>) -> Option<i64> {
        match self.source.and_then(|rule| rule.source.as_ref()) {
            Some(expression) => amounts::value(expression, row, i64::MIN, i64::MAX),
            None => row.variant.inventory.filter(|_| row.variant.is_tracked),
        }
    }

    /// What the steps make of it.
    pub fn quantity(&self, row: Row<'_>) -> Option<i64> {
        let steps = self.steps.map_or(&[][..], |rule| &rule.steps);
        amounts::quantity(steps, row, self.count(row))
    }

    /// How many units one listing takes: its packs, multiplied.
    pub fn units(&self, row: Row<'_>) -> Option<i64> {
        self.steps.map_or(Some(1), |rule| amounts::units(&rule.steps, row))
    }
}

/// What is said of a whole shop: every variant, and the adjustments that Amazon's orders make to Shopify's counts.
pub fn interpret(rules: &Rules, shop: &Shop) -> (Vec<Answer>, Vec<orders::Adjustment>) {
    let known = ShopIndex::of(shop);
    let (variants, adjustments) = orders::move_counts(&known, rules, shop);
    (variants.iter().map(|variant| known.answer(rules, variant)).collect(), adjustments)
}

/// Rules that match nothing, which make a rule set as long as is wanted.
pub fn rules_that_match_nothing(count: usize) -> String {
    (0..count).map(|number| format!("where sku=\"no such SKU {number}\": level\n")).collect()
}
