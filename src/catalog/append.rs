//! Catalogs put together from files and their chunks, and which of their variants have which SKU.

use super::columns::{CountColumn, rows_from};
use super::sku_index::SkuIndex;
use super::store::Catalog;
use crate::ids::{ProductId, VariantId};

impl Catalog {
    /// Indexes the SKUs, when all variants are known, and finds the variants that share theirs.
    pub(super) fn index_skus(&mut self) {
        self.sku_index = SkuIndex::of(&self.skus);
        self.ambiguous = self.sku_index.ambiguous().into_iter().map(VariantId::from_number).collect();
    }

    /// The variants that have a SKU, exactly as the catalog has it, in order; none for a blank one.
    pub fn variants_with(&self, sku: &str) -> impl Iterator<Item = VariantId> + use<'_> {
        self.sku_index.get(&self.skus, sku).filter_map(VariantId::from_index)
    }

    /// Adds the variants of a file that was read by itself.
    pub(super) fn append_file(&mut self, mut other: Catalog) {
        if self.is_empty() && self.schema.is_empty() {
            other.files = std::mem::take(&mut self.files);
            other.as_of = self.as_of;
            *self = other;
        } else {
            self.schema.declare_fields_of(&other.schema);
            self.append(other, 0, false);
        }
    }

    /// Adds the variants of another catalog that stores the same fields, their line numbers raised by `lines`. With `same_product`
    /// its first product is our last one, whose rows a chunk's border has parted, and its variants are that one's.
    pub(super) fn append(&mut self, other: Catalog, lines: u32, same_product: bool) {
        let (variants, products) = (self.len(), self.products());
        let first = usize::from(same_product);
        let own = |product: &ProductId| ProductId::saturating(products - first + product.index());
        for (first, file) in other.starts {
            self.begin_file(VariantId::saturating(variants + first.index()), file);
        }
        self.product.extend(other.product.iter().map(own));
        self.lines.extend(other.lines.iter().map(|line| line + lines));
        self.without_first_row.extend(other.without_first_row.iter().filter(|product| product.index() >= first).map(own));
        self.skus.append(&other.skus);
        self.odd_skus.append(other.odd_skus, variants);
        self.fields.append(&other.fields, first);
        self.products += other.products - first.min(other.products);
        // The names of a product that is left out are none of ours.
        let mut options: Vec<Option<u16>> = vec![None; other.schema.options.len()];
        let names = rows_from(&other.option_names, first);
        for name in names.iter().flatten().flatten().map(|&name| usize::from(name)) {
            if options[name].is_none() {
                options[name] = u16::try_from(self.schema.declare_option(&other.schema.options[name])).ok();
            }
        }
        let own = |name: Option<u16>| name.and_then(|name| options[usize::from(name)]);
        self.option_names.extend(names.iter().map(|names| names.map(own)));
        for (own, other) in self.option_values.iter_mut().zip(&other.option_values) {
            own.append(other, 0);
        }
        self.amazon_tracked.extend_from_slice(&other.amazon_tracked);
        self.counts.inventory.append(&other.counts.inventory, variants);
        for (location, column) in other.schema.locations.iter().zip(&other.counts.locations) {
            let own = self.schema.declare_location(location);
            if self.counts.locations.len() <= own {
                self.counts.locations.resize_with(own + 1, CountColumn::default);
            }
            self.counts.locations[own].append(column, variants);
        }
        for (index, (namespace, key)) in other.schema.metafields.iter().enumerate() {
            let own = self.schema.declare_metafield(namespace, key);
            if let Some(column) = other.metafields.get(index) {
                self.metafield_column(own).append(column, (variants, products), first);
            }
        }
        for (index, header) in other.schema.columns.iter().enumerate() {
            let own = self.schema.declare_column(header);
            if let Some(column) = other.columns.get(index) {
                self.header_column(own).append(column, (variants, products), first);
            }
        }
    }
}
