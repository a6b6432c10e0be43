//! What the last emission sent, as its files still say.

use foldhash::HashMap;

use super::{GoingOut, feed, quantities};
use crate::catalog::columns::{Moved, Strings};

/// The SKUs and quantities of the last emission, in its order.
#[derive(Debug, Clone, Default)]
pub struct Last {
    skus: Strings,
    quantities: Vec<i64>,
}

/// The quantities that were sent before, beside those that go out.
pub struct Before {
    /// The quantity before of each variant that goes out; `None` where there was none. Empty where nothing was sent.
    pub quantities: Vec<Option<i64>>,
    /// The numbers of those in the last emission that do not go out now.
    pub gone: Vec<usize>,
}

impl Last {
    /// Reads the list of quantities of the last emission, or else its feed. Nothing where there is none that can be read.
    pub fn read(quantities: Option<&std::path::Path>, feed: Option<&std::path::Path>) -> Self {
        let mut last = Last::default();
        match (quantities, feed) {
            (Some(path), _) => {
                for (mut skus, mut quantities) in quantities::parse(&std::fs::read(path).unwrap_or_default()) {
                    last.skus.append(&mut skus, Moved::default());
                    last.quantities.append(&mut quantities);
                }
            }
            (None, Some(path)) => feed::parse(path, &mut |sku, quantity| {
                last.skus.push(sku);
                last.quantities.push(quantity);
            }),
            (None, None) => {}
        }
        last
    }

    /// How many SKUs it sent.
    pub fn len(&self) -> usize {
        self.quantities.len()
    }

    /// Whether it sent none.
    pub fn is_empty(&self) -> bool {
        self.quantities.is_empty()
    }

    /// A SKU that it sent.
    pub fn sku(&self, number: usize) -> &str {
        self.skus.get(number)
    }

    /// What goes out, found in it. Both are mostly the same SKUs in the same order, or a feed's, which begins with what is sold
    /// out: only where they are not, is looked further.
    pub fn before(&self, going_out: &GoingOut<'_>) -> Before {
        let mut seen = vec![false; self.len()];
        let mut by_sku: Option<HashMap<&str, usize>> = None;
        let in_stock = self.quantities.iter().position(|&quantity| quantity != 0).unwrap_or(0);
        let mut next = [0, in_stock];
        let mut quantities = if self.is_empty() { vec![] } else { vec![None; going_out.decisions.len()] };
        let sent = going_out.iter().take_while(|_| !self.is_empty());
        for sent in sent {
            let expected = next.iter().copied().find(|&next| next < self.len() && self.sku(next) == sent.sku);
            let found = expected.or_else(|| {
                let all = by_sku.get_or_insert_with(|| (0..self.len()).map(|number| (self.sku(number), number)).collect());
                all.get(sent.sku).copied()
            });
            let Some(found) = found else { continue };
            seen[found] = true;
            let run = if next[0] == found { 0 } else { usize::from(next[1] == found || found >= in_stock) };
            next[run] = found + 1;
            quantities[sent.variant] = Some(self.quantities[found]);
        }
        let gone = seen.iter().enumerate().filter(|(_, seen)| !**seen).map(|(number, _)| number).collect();
        Before { quantities, gone }
    }
}

impl Before {
    /// The quantity before of a variant that goes out.
    pub fn of(&self, variant: usize) -> Option<i64> {
        self.quantities.get(variant).copied().flatten()
    }
}
