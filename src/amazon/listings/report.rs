//! Reads the All Listings Report and the Open Listings Report, in many languages: as they are downloaded, tab-separated without
//! quoting, or as a spreadsheet program saved them.

use std::path::Path;

use rust_decimal::Decimal;

use super::{Listing, Listings, MERCHANT};
use crate::catalog::is_destroyed;
use crate::diagnostic::{Code, Diagnostic, any_error};
use crate::fields::Field;
use crate::files::{Document, FileRole, LISTING_MARKS, LISTING_SKU};
use crate::number;
use crate::table::{CsvRow, Table};
use crate::text::{self, counted};

/// Reads a report. What is odd about its rows is told as warnings. `is_merchant_fulfilled` is the user's word that the merchant
/// fulfils what the report does not say of.
///
/// # Errors
/// A file that is no such report, or ends within a row; it is told among the diagnostics, and nothing is returned.
pub fn read(path: &Path, bytes: Vec<u8>, is_merchant_fulfilled: bool) -> (Option<Listings>, Vec<Diagnostic>) {
    let mut diagnostics = vec![];
    let document = Document::open(path, FileRole::Listings, bytes, &mut diagnostics);
    let listings = document.and_then(|document| match Table::of(&document) {
        Ok(table) => of_table(path, &table, is_merchant_fulfilled, &mut diagnostics),
        Err(problem) => {
            diagnostics.push(*problem);
            None
        }
    });
    // What is wrong with the rows is told of a listings report.
    for diagnostic in &mut diagnostics {
        if matches!(diagnostic.code, Code::Catalog | Code::CatalogOddity) {
            diagnostic.code = Code::Listings;
        }
    }
    (listings.filter(|_| !any_error(&diagnostics)), diagnostics)
}

/// Where the cells of a row stand.
struct ListingColumns {
    sku: usize,
    quantity: usize,
    price: Option<usize>,
    asin: Option<usize>,
    status: Option<usize>,
    channel: Option<usize>,
}

/// Whether a table with SKUs and quantities is a listings report, and no other list of them.
fn is_of_listings(table: &Table<'_>) -> bool {
    // Of the names for the SKU, all but this one are Amazon's.
    table.column(&["sku"]).is_none()
        || [LISTING_MARKS, Field::AmazonAsin.headers(), Field::AmazonPrice.headers()].iter().any(|names| table.has(names))
}

fn refuse(table: &Table<'_>, reason: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Listings> {
    let help = "take the All Listings Report from Seller Central (Inventory, Inventory Reports) as it is downloaded: \
                tab-separated, with the columns `seller-sku` and `quantity`";
    let message = format!("this file is no listings report of Amazon's: {reason}");
    diagnostics.push(Diagnostic::error(Code::Listings, message).help(help).at(table.at(1)));
    None
}

fn of_table(path: &Path, table: &Table<'_>, is_merchant_fulfilled: bool, diagnostics: &mut Vec<Diagnostic>) -> Option<Listings> {
    let (sku, quantity) = match (table.column(LISTING_SKU), table.column(Field::AmazonQuantity.headers())) {
        (Some(sku), Some(quantity)) if is_of_listings(table) => (sku, quantity),
        (None, _) => return refuse(table, "no column holds the SKU", diagnostics),
        (_, None) => return refuse(table, "no column holds the quantity", diagnostics),
        _ => {
            let reason = "beside the SKU and the quantity it has no column of one, such as `item-name`, `asin1` or `price`";
            return refuse(table, reason, diagnostics);
        }
    };
    let columns = ListingColumns {
        sku,
        quantity,
        price: table.column(Field::AmazonPrice.headers()),
        asin: table.column(Field::AmazonAsin.headers()),
        status: table.column(Field::AmazonStatus.headers()),
        channel: table.column(Field::AmazonChannel.headers()),
    };
    let (mut rows, mut odd) = (vec![], ListingWarnings::default());
    table.for_each(diagnostics, |row, diagnostics| {
        rows.extend(listing(row, &columns, table, &mut odd, diagnostics));
    });
    odd.tell(table, diagnostics);
    table.check_last_number(|column| column == columns.quantity, diagnostics);
    if rows.is_empty() {
        // Where its rows are broken, that is what is wrong.
        if any_error(diagnostics) {
            return None;
        }
        let help = "an empty report would make every SKU unlisted, so nothing is done with it: download it again";
        diagnostics.push(Diagnostic::error(Code::Listings, "this listings report has no rows").help(help).at(table.at(1)));
        return None;
    }
    for row in &mut rows {
        row.lacks_channel &= !is_merchant_fulfilled;
    }
    let help = if is_merchant_fulfilled || columns.channel.is_none() {
        "an FBA row goes before the others, else the first one counts"
    } else {
        "an FBA row goes before the others, then one without a channel, else the first one counts"
    };
    let (mut listings, left_out) = Listings::new(rows);
    listings.file = path.display().to_string();
    for (sku, line) in left_out {
        let kept = listings.sku(&sku).map_or(0, |listing| listing.line);
        let message = format!("the SKU `{sku}` has several rows in this report; line {kept} counts");
        diagnostics.push(Diagnostic::warning(Code::Listings, message).help(help).at(table.at(line)));
    }
    Some(listings)
}

/// The listing of a row; `None` for one without a SKU.
fn listing(
    row: &CsvRow<'_>,
    columns: &ListingColumns,
    table: &Table<'_>,
    odd: &mut ListingWarnings,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Listing> {
    let cell = |column: Option<usize>| row.cell(column).trim();
    let written = row.cell(Some(columns.sku));
    let sku = text::sku(written);
    if sku.is_empty() {
        odd.without_sku.note("", row.line);
        return None;
    }
    if sku.len() != written.len() {
        odd.trimmed.note(sku, row.line);
    }
    if is_destroyed(sku) {
        odd.destroyed.note(sku, row.line);
    }
    let quantity = cell(Some(columns.quantity));
    let count = number::whole(quantity).filter(|&count| count >= 0);
    if count.is_none() && !quantity.is_empty() {
        let message = format!("the quantity `{quantity}` of `{sku}` is not a whole number from 0, and counts as unknown");
        let help = "download the report again, as Amazon writes it";
        diagnostics.push(Diagnostic::warning(Code::Listings, message).help(help).at(table.at(row.line)));
    }
    let price = money(cell(columns.price));
    if price.is_none() && !cell(columns.price).is_empty() {
        odd.without_price.note(sku, row.line);
    }
    let word = cell(columns.channel);
    let channel = match word.to_ascii_uppercase().as_str() {
        "DEFAULT" | "MERCHANT" | "MFN" => Some(MERCHANT.to_owned()),
        upper if upper.starts_with("AMAZON") || upper == "AFN" => Some(word.to_owned()),
        "" => None,
        _ => {
            odd.unknown_channel.note(word, row.line);
            None
        }
    };
    Some(Listing {
        sku: sku.to_owned(),
        quantity: count,
        price,
        asin: cell(columns.asin).to_owned(),
        status: cell(columns.status).to_owned(),
        lacks_channel: columns.channel.is_some() && channel.is_none(),
        channel,
        line: row.line,
    })
}

/// A price. Reports of some countries write a decimal comma, and points or spaces between thousands.
fn money(cell: &str) -> Option<Decimal> {
    number::decimal(cell).or_else(|| {
        let (whole, cents) = cell.rsplit_once(',').filter(|(_, cents)| cents.len() <= 2)?;
        let groups: Vec<&str> = whole.split(['.', ' ', '\u{a0}', '\u{202f}']).collect();
        let (first, rest) = groups.split_first()?;
        let are_thousands = rest.is_empty() || first.len() <= 3 && rest.iter().all(|group| group.len() == 3);
        number::decimal(&format!("{}.{cents}", groups.concat())).filter(|_| are_thousands)
    })
}

/// Rows that a person should look at: one warning a kind.
#[derive(Default)]
struct ListingWarnings {
    without_sku: NamedRows,
    trimmed: NamedRows,
    destroyed: NamedRows,
    without_price: NamedRows,
    unknown_channel: NamedRows,
}

/// Rows with something odd: their number, and the first ones' SKUs, or what is odd itself.
#[derive(Default)]
struct NamedRows {
    count: usize,
    line: u32,
    names: Vec<String>,
}

/// How many of them a warning names.
const NAMED: usize = 10;

impl NamedRows {
    fn note(&mut self, name: &str, line: u32) {
        if self.count == 0 {
            self.line = line;
        }
        self.count += 1;
        if self.names.len() < NAMED {
            self.names.push(format!("`{name}`"));
        }
    }

    fn names(&self) -> String {
        let more = if self.count > self.names.len() { " …" } else { "" };
        format!("{}{more}", self.names.join(", "))
    }
}

impl ListingWarnings {
    fn tell(&self, table: &Table<'_>, diagnostics: &mut Vec<Diagnostic>) {
        let mut warn = |rows: &NamedRows, message: String, help: &str| {
            if rows.count > 0 {
                diagnostics.push(Diagnostic::warning(Code::Listings, message).help(help).at(table.at(rows.line)));
            }
        };
        let count = counted(self.without_sku.count, "row");
        warn(&self.without_sku, format!("{count} of this report without a SKU, left out"), "download the report again");
        let count = counted(self.trimmed.count, "SKU");
        let message =
            format!("{count} with white space or an invisible character at an end, which is left out: {}", self.trimmed.names());
        warn(&self.trimmed, message, "Amazon's SKUs have none: download the report again, as Amazon writes it");
        let count = counted(self.destroyed.count, "SKU");
        let message = format!("{count} that a spreadsheet has rounded, so that the digits are lost: {}", self.destroyed.names());
        let help = "download the report again, and do not save it with a spreadsheet program";
        warn(&self.destroyed, message, help);
        let count = counted(self.unknown_channel.count, "row");
        let message = format!("{count} with a fulfillment channel that is not known: {}", self.unknown_channel.names());
        let help = "known are `DEFAULT` for the merchant, and `AMAZON_NA`, `AMAZON_EU` and the like for Amazon: download the report \
                    again, as Amazon writes it";
        warn(&self.unknown_channel, message, help);
        let count = counted(self.without_price.count, "price");
        let message = format!("{count} that cannot be read as a number, of {}", self.without_price.names());
        warn(&self.without_price, message, "`amazon.price` is missing for them: download the report again, as Amazon writes it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prices_of_many_countries() {
        for (text, price) in
            [("5.00", "5.00"), ("5,5", "5.5"), ("1.234,56", "1234.56"), ("1 234,56", "1234.56"), ("12,90", "12.90")]
        {
            assert_eq!(money(text), number::decimal(price), "{text}");
        }
        for text in ["", "1,234", "12.34,5", "1.23,45", "five", ",5,5", "1.2345,00"] {
            assert_eq!(money(text), None, "{text}");
        }
    }
}
