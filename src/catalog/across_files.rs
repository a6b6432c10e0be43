//! What only all files of a catalog can tell together: products whose rows stand in several files, and exports that repeat
//! another one.

use std::collections::BTreeMap;
use std::ops::Range;

use foldhash::{HashMap, HashSet};

use super::store::{Catalog, OPTIONS};
use crate::diagnostic::{Code, Diagnostic};
use crate::fields::Field;
use crate::ids::{FileId, ProductId, VariantId};
use crate::text::{counted, thousands};

/// What tells one variant of an export from the others: its handle, its options and its SKU.
type Identity<'c> = (u32, [u32; OPTIONS], &'c str);

/// For each two files, how many variants both have, and the first of them in the second file.
type Shared = BTreeMap<(FileId, FileId), (usize, VariantId)>;

impl Catalog {
    /// Has variants whose product's rows stand in several product exports share that product, whose cells are those of the first
    /// row with a title, whichever file has it. Each export is given with the products that were read of it. Handles must be
    /// stored, where there are several.
    pub(super) fn unite_products(&mut self, exports: &[Range<usize>], diagnostics: &mut Vec<Diagnostic>) {
        let is_without_first_row: HashSet<ProductId> = self.without_first_row.iter().copied().collect();
        if exports.len() > 1 {
            let mut of_handle: Vec<Option<ProductId>> = vec![None; self.handle_codes()];
            let mut is_repeated = false;
            let mut differing = vec![];
            for (product, code) in exports.iter().flat_map(|products| self.with_handles(products.clone())) {
                let Some(first) = of_handle[code as usize] else {
                    of_handle[code as usize] = Some(product);
                    continue;
                };
                is_repeated = true;
                match (is_without_first_row.contains(&first), is_without_first_row.contains(&product)) {
                    (true, false) => of_handle[code as usize] = Some(product),
                    (false, false) if self.differ(first, product) => differing.push(product),
                    _ => {}
                }
            }
            if is_repeated {
                let mut target: Vec<ProductId> = ProductId::all(self.products()).collect();
                for (product, code) in exports.iter().flat_map(|products| self.with_handles(products.clone())) {
                    target[product.index()] = of_handle[code as usize].unwrap_or(product);
                }
                let first_of = |product: ProductId| self.variants().find(|&variant| self.product_of(variant) == product);
                if let Some(first) = differing.first().and_then(|&product| first_of(product)) {
                    self.tell_differing(differing.len(), first, diagnostics);
                }
                self.without_first_row.retain(|&product| target[product.index()] == product);
                self.product.iter_mut().for_each(|product| *product = target[product.index()]);
            }
        }
        self.tell_without_first_row(diagnostics);
    }

    /// The products with a handle, and its code.
    fn with_handles(&self, products: Range<usize>) -> impl Iterator<Item = (ProductId, u32)> {
        ProductId::between(products).map(|product| (product, self.handle_code(product))).filter(|(_, code)| *code != 0)
    }

    /// Whether two products have different cells, as far as they are stored.
    fn differ(&self, one: ProductId, other: ProductId) -> bool {
        let (one, other) = (one.index(), other.index());
        let code = |codes: &[u32], product: usize| codes.get(product).copied().unwrap_or(0);
        let mut named = self.metafields.iter().chain(&self.columns);
        self.fields.products_differ(one, other)
            || named.any(|column| code(&column.product, one) != code(&column.product, other))
            || self.option_names.get(one) != self.option_names.get(other)
    }

    /// The code of a product's handle; 0 where it has none, or handles are not stored.
    fn handle_code(&self, product: ProductId) -> u32 {
        self.fields.texts(Field::Handle).map_or(0, |handles| handles.code(product.index()))
    }

    /// How many codes of handles there are.
    fn handle_codes(&self) -> usize {
        self.fields.texts(Field::Handle).map_or(0, |handles| handles.dictionary.len())
    }

    fn tell_differing(&self, count: usize, first: VariantId, diagnostics: &mut Vec<Diagnostic>) {
        let verb = if count == 1 { "stands" } else { "stand" };
        let its = if count == 1 { "its" } else { "their" };
        let handle = self.handle(first);
        let message = format!(
            "{} {verb} in two exports with different cells, and {its} cells in the earlier file count: the first is `{handle}` \
             ({} again)",
            counted(count, "product"),
            self.place_of(first)
        );
        let help = "export all products at the same time, so that no export is older than another";
        diagnostics.push(Diagnostic::warning(Code::CatalogOddity, message).help(help).at(self.line_of(first)));
    }

    /// An error for products whose first row no file holds: their tags may be those that a rule switches off.
    fn tell_without_first_row(&self, diagnostics: &mut Vec<Diagnostic>) {
        let without_first_row: HashSet<ProductId> = self.without_first_row.iter().copied().collect();
        let Some(first) = self.variants().find(|&variant| without_first_row.contains(&self.product_of(variant))) else { return };
        let count = without_first_row.len();
        let message = format!(
            "{} without the row that has the title, tags, vendor and status: the first begins at {}",
            counted(count, "product"),
            self.place_of(first)
        );
        let help = "Shopify writes them on a product's first row, and cuts a large export into several files: name all of them, \
                    and leave their rows in order";
        diagnostics.push(Diagnostic::error(Code::Catalog, message).help(help).at(self.line_of(first)));
    }

    /// An error for each two files of which one repeats most variants of the other: by handle, options and SKU; or several at
    /// least by handle and options, whatever their SKUs have become since, or by SKU, whatever their handles have.
    pub(super) fn tell_repeated_files(&self, diagnostics: &mut Vec<Diagnostic>) {
        if self.starts.len() < 2 {
            return;
        }
        let of_product = |variant: VariantId| {
            let options = std::array::from_fn(|slot| self.option_values[slot].code(variant.index()));
            (self.handle_code(self.product_of(variant)), options)
        };
        let whole = |variant: VariantId| (of_product(variant).0, of_product(variant).1, self.sku(variant));
        let ambiguous = || self.ambiguous.iter().copied();
        let has_sku = |variant: VariantId| !self.skus.is_blank(variant.index());
        let has_handle = |variant: VariantId| self.handle_code(self.product_of(variant)) != 0;
        let mut told = HashSet::default();
        let mut tell = |shared: Shared, least: usize, counts: &dyn Fn(VariantId) -> bool| {
            for ((one, other), (count, variant)) in shared {
                let sizes = [one, other].map(|file| self.variants_of(file).filter(|&variant| counts(variant)).count());
                if count < least || count * 2 <= sizes[0].min(sizes[1]) || !told.insert((one, other)) {
                    continue;
                }
                let message = format!(
                    "`{}` repeats {} of the {} of `{}`",
                    self.file_name(other),
                    thousands(count),
                    counted(sizes[0], "variant"),
                    self.file_name(one)
                );
                let help =
                    "both hold the same products: keep the newer one of the two, and remove the other or narrow the pattern";
                diagnostics.push(Diagnostic::error(Code::Catalog, message).help(help).at(self.line_of(variant)));
            }
        };
        tell(self.shared(ambiguous(), whole), 1, &has_sku);
        tell(self.shared(ambiguous(), |variant| (0, [0; OPTIONS], self.sku(variant))), 2, &has_sku);
        let by_handle = |variant: VariantId| (of_product(variant).0, of_product(variant).1, "");
        tell(self.shared(self.with_handles_of_several_files().into_iter(), by_handle), 2, &has_handle);
    }

    /// How many of some variants each two files both have.
    fn shared<'c>(&'c self, variants: impl Iterator<Item = VariantId>, identity: impl Fn(VariantId) -> Identity<'c>) -> Shared {
        let mut met: HashMap<Identity<'_>, Vec<FileId>> = HashMap::default();
        let mut shared = Shared::new();
        for variant in variants {
            let (file, _) = self.line_in(variant);
            let files = met.entry(identity(variant)).or_default();
            if !files.contains(&file) {
                files.iter().for_each(|&other| shared.entry((other, file)).or_insert((0, variant)).0 += 1);
                files.push(file);
            }
        }
        shared
    }

    /// The variants whose handles stand in several files: of exports that one large export was cut into, hardly any.
    fn with_handles_of_several_files(&self) -> Vec<VariantId> {
        let code_of = |variant: VariantId| self.handle_code(self.product_of(variant));
        let mut first_file: Vec<Option<FileId>> = vec![None; self.handle_codes()];
        let mut is_in_several = vec![false; self.handle_codes()];
        for &(_, file) in &self.starts {
            for code in self.variants_of(file).map(|variant| code_of(variant) as usize).filter(|code| *code != 0) {
                is_in_several[code] |= *first_file[code].get_or_insert(file) != file;
            }
        }
        self.variants().filter(|&variant| is_in_several[code_of(variant) as usize]).collect()
    }

    /// The variants of a file.
    fn variants_of(&self, file: FileId) -> impl Iterator<Item = VariantId> {
        let ends = self.starts.iter().skip(1).map(|(start, _)| start.index()).chain([self.len()]);
        let ranges = self.starts.iter().zip(ends).filter(move |((_, of), _)| *of == file);
        ranges.flat_map(|((start, _), end)| VariantId::between(start.index()..end))
    }
}
