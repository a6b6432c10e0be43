//! Which variant of the catalog each item of the inventory exports is.

use foldhash::HashMap;

use super::inventory_items::{ItemKey, Items};
use super::odd_skus::NAMED;
use super::store::{Catalog, InventoryMatches};
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::Field;
use crate::ids::VariantId;
use crate::text;

/// What becomes of a variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Match {
    /// Its counts are those of this item.
    BySku(usize),
    /// MatchedItems by handle and option values: its counts are those of this item.
    ByOptions(usize),
    /// The item with its handle and options has another SKU.
    Contradiction(usize),
    /// The item with its handle and options has the SKU of another variant.
    Taken(usize),
    /// An item has its handle and values, but nothing tells of which options.
    Unclear,
    /// Neither its SKU nor its handle and options stand once on both sides.
    NotOnce,
    /// No item is it.
    Unknown,
}

/// How often something stands on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stands {
    Never,
    Once(u32),
    Often,
}

impl Stands {
    fn add(&mut self, number: usize) {
        // Variants and items come from rows in memory: far fewer than 2^32.
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        *self = if *self == Stands::Never { Stands::Once(number) } else { Stands::Often };
    }
}

/// The items of variants, and which variants none could be told for.
pub struct MatchedItems {
    /// The item of each variant that has one.
    pub items: Vec<Option<usize>>,
    /// The variants whose item cannot be told, in order.
    pub unmatched: Vec<usize>,
    /// The items that no variant has, and that none was held for, in order.
    pub strangers: Vec<usize>,
    /// How many were matched, and by what.
    pub matches: InventoryMatches,
}

/// Joins every variant: by SKU where that stands once on both sides; else by handle and option values, where these stand once on
/// both sides and no two SKUs differ. A variant that the exports know, but not as which item, is told of, and has no counts.
pub fn join(catalog: &Catalog, items: &mut Items, diagnostics: &mut Vec<Diagnostic>) -> MatchedItems {
    let (skus, mut keys) = identities(catalog, items);
    let unclear = items.settle(&mut keys);
    // By their values in any order: whether an item of an unclear product is unclear itself.
    let mut unordered: HashMap<ItemKey, bool> = HashMap::default();
    for key in items.list.iter().filter_map(|item| item.key).filter(|key| unclear.contains(&key.handle)) {
        *unordered.entry(key.unordered()).or_insert(false) |= key.is_unclear;
    }
    unite_without_sku(items);
    let mut by_sku = vec![(Stands::Never, Stands::Never); items.skus.len()];
    let mut by_key: HashMap<ItemKey, (Stands, Stands)> = HashMap::default();
    let nowhere = (Stands::Never, Stands::Never);
    for (variant, (&sku, key)) in skus.iter().zip(&keys).enumerate() {
        by_sku[sku as usize].0.add(variant);
        if let Some(key) = key {
            by_key.entry(*key).or_insert(nowhere).0.add(variant);
        }
    }
    for (number, item) in items.list.iter().enumerate().filter(|(_, item)| item.rows > 0) {
        by_sku[item.sku as usize].1.add(number);
        if let Some(key) = item.key {
            by_key.entry(key).or_insert(nowhere).1.add(number);
        }
    }
    let mut is_taken = vec![false; items.list.len()];
    let mut found = vec![Match::Unknown; catalog.len()];
    for (join, &sku) in found.iter_mut().zip(&skus) {
        if let (Stands::Once(_), Stands::Once(item)) = by_sku[sku as usize]
            && sku != 0
        {
            *join = Match::BySku(item as usize);
            is_taken[item as usize] = true;
        }
    }
    for (variant, join) in found.iter_mut().enumerate().filter(|(_, join)| **join == Match::Unknown) {
        let (sku, key) = (skus[variant], keys[variant]);
        let other = key.and_then(|key| unordered.get(&key.unordered()));
        if other.is_some_and(|is_unclear| *is_unclear || key.is_some_and(|key| key.is_unclear)) {
            *join = Match::Unclear;
            continue;
        }
        let known_sku = sku != 0 && by_sku[sku as usize].1 != Stands::Never;
        *join = match key.and_then(|key| by_key.get(&key)).copied().unwrap_or(nowhere) {
            (_, Stands::Never) if !known_sku => Match::Unknown,
            (Stands::Once(_), Stands::Once(item)) => {
                let item = item as usize;
                let other = items.list[item].sku;
                match is_taken[item] {
                    true => Match::Taken(item),
                    false if sku != 0 && other != 0 && sku != other => Match::Contradiction(item),
                    false => Match::ByOptions(item),
                }
            }
            _ => Match::NotOnce,
        };
    }
    report(catalog, items, &found, diagnostics);
    gather(&found, (&skus, &keys), items, is_taken)
}

/// The SKU and the key of each variant.
fn identities(catalog: &Catalog, items: &mut Items) -> (Vec<u32>, Vec<Option<ItemKey>>) {
    let skus = (0..catalog.len()).map(|variant| items.sku(catalog.skus.get(variant))).collect();
    let mut codes_of = |dictionary: &super::columns::Dictionary| -> Vec<u32> {
        let codes = dictionary.iter().map(|(_, text)| items.text(text));
        std::iter::once(0).chain(codes).collect()
    };
    let handle_column = catalog.fields.texts(Field::Handle);
    let handles = handle_column.map(|column| codes_of(&column.dictionary)).unwrap_or_default();
    let options = catalog.option_values.each_ref().map(|column| codes_of(&column.dictionary));
    let names: Vec<u32> = catalog.schema.options.iter().map(|name| items.options.name(name)).collect();
    let mut key = |variant: VariantId| {
        let code = |codes: &[u32], code: u32| codes.get(code as usize).copied().unwrap_or(0);
        let product = catalog.product_of(variant).index();
        let handle = code(&handles, handle_column.map_or(0, |column| column.code(product)));
        let values = std::array::from_fn(|slot| code(&options[slot], catalog.option_values[slot].code(variant.index())));
        let own = catalog.option_names.get(product).copied().unwrap_or_default();
        let own = own.map(|name| name.and_then(|name| names.get(usize::from(name)).copied()).unwrap_or(0));
        items.key(None, handle, own, values).0
    };
    let keys = catalog.variants().map(&mut key).collect();
    (skus, keys)
}

/// Rows without a SKU are of the one item that has their handle and options, where there is one.
fn unite_without_sku(items: &mut Items) {
    let mut blank: HashMap<ItemKey, (usize, Stands)> = HashMap::default();
    for (number, item) in items.list.iter().enumerate().filter(|(_, item)| item.sku == 0) {
        blank.extend(item.key.map(|key| (key, (number, Stands::Never))));
    }
    if blank.is_empty() {
        return;
    }
    for (number, item) in items.list.iter().enumerate().filter(|(_, item)| item.sku != 0) {
        if let Some((_, named)) = item.key.and_then(|key| blank.get_mut(&key)) {
            named.add(number);
        }
    }
    let mut united: Vec<_> = blank.into_values().collect();
    united.sort_unstable_by_key(|(number, _)| *number);
    for (number, named) in united {
        if let Stands::Once(named) = named {
            items.unite(number, named as usize);
        }
    }
}

fn gather(found: &[Match], (skus, keys): (&[u32], &[Option<ItemKey>]), items: &Items, mut is_known: Vec<bool>) -> MatchedItems {
    let mut joined = MatchedItems {
        items: vec![None; found.len()],
        unmatched: vec![],
        strangers: vec![],
        matches: InventoryMatches::default(),
    };
    let (mut held_skus, mut held_keys) = (vec![false; items.skus.len()], HashMap::default());
    let matches = &mut joined.matches;
    for (variant, join) in found.iter().enumerate() {
        match *join {
            Match::BySku(item) => {
                matches.by_sku += 1;
                joined.items[variant] = Some(item);
            }
            Match::ByOptions(item) => {
                matches.by_options += 1;
                joined.items[variant] = Some(item);
                is_known[item] = true;
            }
            Match::Contradiction(_) | Match::Taken(_) | Match::Unclear | Match::NotOnce => {
                matches.unmatched += 1;
                joined.unmatched.push(variant);
                held_skus[skus[variant] as usize] = skus[variant] != 0;
                let unordered = keys[variant].filter(|_| *join == Match::Unclear).map(ItemKey::unordered);
                held_keys.extend([keys[variant], unordered].into_iter().flatten().map(|key| (key, ())));
            }
            Match::Unknown => matches.unknown += 1,
        }
    }
    let strangers = items.list.iter().enumerate().filter(|(number, item)| {
        let is_held = held_skus[item.sku as usize]
            || item.key.is_some_and(|key| held_keys.contains_key(&key) || held_keys.contains_key(&key.unordered()));
        item.rows > 0 && !is_known[*number] && !is_held
    });
    joined.strangers = strangers.map(|(number, _)| number).collect();
    joined
}

/// Tells of the variants that cannot be matched: one warning a reason, which names the first ones.
fn report(catalog: &Catalog, items: &Items, found: &[Match], diagnostics: &mut Vec<Diagnostic>) {
    const HELP: &str = "give each variant one SKU of its own, and export products and inventory at the same time";
    let name = |variant: usize| catalog.named(VariantId::from_index(variant).into_iter());
    let with_item = |variant: usize, number: usize| {
        let item = &items.list[number];
        Some(format!("{} is {} at {}", name(variant), items.name(item), catalog.place_in(item.first)))
    };
    let mut tell = |why: &str, of_variant: &dyn Fn(usize, Match) -> Option<String>| {
        let mut all = found.iter().enumerate().filter_map(|(variant, &join)| Some((variant, of_variant(variant, join)?)));
        let Some((first, first_name)) = all.next() else { return };
        let mut names = vec![first_name];
        names.extend(all.by_ref().take(NAMED - 1).map(|(_, name)| name));
        let left_out = all.count();
        let count = names.len() + left_out;
        let more = if left_out > 0 { " …" } else { "" };
        let (its, verb) = if count == 1 { ("its", "has") } else { ("their", "have") };
        let why = why.replace("its", its);
        let message = format!("{} {verb} no counts, {why}: {}{more}", text::counted(count, "variant"), names.join(", "));
        diagnostics
            .push(Diagnostic::warning(Code::CatalogOddity, message).help(HELP).at(catalog.line_of(VariantId::saturating(first))));
    };
    tell("since the inventory export has another SKU for its handle and options", &|variant, join| match join {
        Match::Contradiction(item) => with_item(variant, item),
        _ => None,
    });
    tell("since the inventory export has another variant's SKU for its handle and options", &|variant, join| match join {
        Match::Taken(item) => with_item(variant, item),
        _ => None,
    });
    tell("since the option names of the two exports do not tell which value is of which option", &|variant, join| {
        if join == Match::Unclear { Some(name(variant)) } else { None }
    });
    tell(
        "since neither its SKU nor its handle and options stand once in the catalog and once in the inventory export",
        &|variant, join| {
            if join == Match::NotOnce { Some(name(variant)) } else { None }
        },
    );
}
