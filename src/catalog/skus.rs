//! SKUs as files write them, and what is odd about them.

use crate::ids::VariantId;
use crate::text;

/// The variants with odd SKUs, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OddSkus {
    /// Those with something at the ends that nobody sees.
    pub trimmed: Vec<VariantId>,
    /// Those that a spreadsheet program has rounded.
    pub destroyed: Vec<VariantId>,
}

impl OddSkus {
    /// Looks at the SKU of a variant, as the file writes it and as it is taken.
    pub fn look(&mut self, variant: VariantId, cell: &str, sku: &str) {
        if !sku.is_empty() && text::sku(cell).len() != cell.len() {
            self.trimmed.push(variant);
        }
        if is_destroyed(sku) {
            self.destroyed.push(variant);
        }
    }

    /// Adds what was noted of the variants of another catalog, which stand behind `before` variants here.
    pub fn append(&mut self, other: OddSkus, before: usize) {
        for (own, other) in [(&mut self.trimmed, other.trimmed), (&mut self.destroyed, other.destroyed)] {
            own.extend(other.into_iter().map(|variant| VariantId::saturating(before + variant.index())));
        }
    }
}

/// Whether a cell is a SKU as it stands, which nothing is odd about: as nearly every one is. Its first and last bytes tell; an
/// apostrophe may protect it, and a plus sign that near the end may be that of a rounded number.
#[inline(always)]
pub fn is_plain(cell: &[u8]) -> bool {
    match cell {
        [first, .., early, late, _, last] => {
            first.is_ascii_graphic() && *first != b'\'' && last.is_ascii_graphic() && *early != b'+' && *late != b'+'
        }
        _ => false,
    }
}

/// The SKU of a cell: what nobody sees at its ends is none of it, nor is an apostrophe before digits alone.
#[inline]
pub(crate) fn sku_of(cell: &str) -> &str {
    text::without_apostrophe(text::sku(cell))
}

/// What is told of a SKU that [`is_destroyed`], in a file that is joined by SKU.
pub const DESTROYED: &str = "a spreadsheet has rounded this SKU, so that its digits are lost";

/// Whether a SKU has the form in which spreadsheet programs write numbers that are too long for a cell, `1.23457E+12`: what it was
/// before, nobody can tell.
pub fn is_destroyed(sku: &str) -> bool {
    let Some((mantissa, exponent)) = sku.rsplit_once('+') else { return false };
    let Some(mantissa) = mantissa.strip_suffix(['E', 'e']) else { return false };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = match mantissa.split_once(['.', ',']) {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(mantissa),
    };
    is_number && (2..=3).contains(&exponent.len()) && digits(exponent)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_apostrophe_is_taken_off_digits_alone() {
        assert_eq!(sku_of("'25970"), "25970");
        assert_eq!(sku_of("''25970"), "''25970");
        assert_eq!(sku_of("'A1"), "'A1");
        assert_eq!(sku_of("'"), "'");
        assert_eq!(sku_of("\u{a0}'25970 "), "25970");
    }

    #[test]
    fn plain_cells_are_taken_as_they_stand() {
        for cell in ["A-100", "12345", "T+E-RED"] {
            assert!(is_plain(cell.as_bytes()) && sku_of(cell) == cell, "{cell}");
        }
        for cell in ["'12345", " A-100", "A-100 ", "é-100", "A-1", ""] {
            assert!(!is_plain(cell.as_bytes()), "{cell}");
        }
    }

    #[test]
    fn numbers_of_spreadsheets_are_known() {
        for sku in ["1.23457E+12", "1,23457E+12", "4E+11", "9.9e+100"] {
            assert!(is_destroyed(sku) && !is_plain(sku.as_bytes()), "{sku}");
        }
        for sku in ["ABC1E+12", "1E+1", "1.2.3E+12", "E+12", "1E12", "1E-12", "1.E+12", "A+12", "1E+1234", "12+34"] {
            assert!(!is_destroyed(sku), "{sku}");
        }
    }
}
