//! The files that shops have, written from a few cells: what is left out is as in an ordinary export.

use std::io::{Cursor, Write as _};

use serde::Deserialize;
use zip::write::SimpleFileOptions;

use super::numbered::{Cells, Numbered};

/// Shopify's product export.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Products {
    /// A row is either a SKU with its count, or cells by their headers.
    rows: Vec<Numbered>,
    /// Headers that are left out.
    #[serde(default)]
    without: Vec<String>,
    #[serde(default = "comma")]
    separator: char,
}

fn comma() -> char {
    ','
}

/// The columns of a product export, with what a row says that says nothing of them. A handle is the SKU
/// in small letters, and a title the handle.
const PRODUCT: [(&str, &str); 14] = [
    ("Handle", "{handle}"),
    ("Title", "{handle}"),
    ("Vendor", "Acme"),
    ("Type", "Goods"),
    ("Tags", ""),
    ("Published", "true"),
    ("Option1 Name", "Title"),
    ("Option1 Value", "Default Title"),
    ("Variant SKU", ""),
    ("Variant Inventory Tracker", "shopify"),
    ("Variant Inventory Qty", "0"),
    ("Variant Inventory Policy", "deny"),
    ("Variant Price", "10.00"),
    ("Status", "active"),
];

pub fn products(export: &Products) -> String {
    let rows = Numbered::rows(&export.rows, &["Variant SKU", "Variant Inventory Qty"]);
    let mut headers: Vec<&str> = PRODUCT.iter().map(|(header, _)| *header).collect();
    for (header, _) in rows.iter().flatten() {
        if !headers.contains(&header.as_str()) {
            headers.push(header);
        }
    }
    headers.retain(|header| !export.without.iter().any(|left_out| left_out == header));
    let mut table = vec![headers.iter().map(|header| (*header).to_owned()).collect()];
    for row in &rows {
        let said = |header: &str| row.iter().find(|(name, _)| name == header).map(|(_, cell)| cell.clone());
        let sku = said("Variant SKU").unwrap_or_default().trim().to_lowercase();
        let handle = said("Handle").unwrap_or(if sku.is_empty() { "h".to_owned() } else { sku });
        let cell = |header: &&str| {
            let usual = PRODUCT.iter().find(|(name, _)| name == header).map_or("", |(_, cell)| cell);
            said(header).unwrap_or_else(|| usual.replace("{handle}", &handle))
        };
        table.push(headers.iter().map(cell).collect());
    }
    csv(&table, export.separator)
}

/// Shopify's inventory export by location. A row is a handle, an option's name and value, a SKU, a location and what is available.
pub fn inventory(rows: &[Numbered]) -> String {
    let head = "Handle,Title,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Option3 Name,Option3 Value,SKU,HS Code,COO,Location,\
                Bin name,Incoming (not editable),Unavailable (not editable),Committed (not editable),Available (not editable),\
                On hand (current),On hand (new)";
    let mut table: Vec<Vec<String>> = vec![head.split(',').map(str::to_owned).collect()];
    for row in Numbered::rows(rows, &["handle", "option", "value", "sku", "location", "available"]) {
        let [handle, option, value, sku, location, available] = &row[..] else { panic!("six cells, not {row:?}") };
        let cells = [
            &handle.1,
            &handle.1,
            &option.1,
            &value.1,
            "",
            "",
            "",
            "",
            &sku.1,
            "",
            "",
            &location.1,
            "",
            "0",
            "0",
            "0",
            &available.1,
            &available.1,
            "",
        ];
        table.push(cells.map(|cell: &str| cell.to_owned()).to_vec());
    }
    csv(&table, ',')
}

/// Columns by name, each with what a row says that says nothing of it; `{i}` is the row's number from 0.
type Columns<'a> = &'a [(&'a str, &'a str)];

const LISTING: Columns<'_> = &[
    ("item-name", "An item"),
    ("item-description", ""),
    ("listing-id", "L0"),
    ("seller-sku", ""),
    ("price", "10.00"),
    ("quantity", ""),
    ("open-date", "2024-01-01 00:00:00 PST"),
    ("image-url", ""),
    ("item-is-marketplace", "y"),
    ("product-id-type", "1"),
    ("zshop-shipping-fee", ""),
    ("item-note", ""),
    ("item-condition", "11"),
    ("zshop-category1", ""),
    ("zshop-browse-path", ""),
    ("zshop-storefront-feature", ""),
    ("asin1", "B000000000"),
    ("asin2", ""),
    ("asin3", ""),
    ("will-ship-internationally", ""),
    ("expedited-shipping", ""),
    ("zshop-boldface", ""),
    ("product-id", "B000000000"),
    ("bid-for-featured-placement", ""),
    ("add-delete", ""),
    ("pending-quantity", "0"),
    ("fulfillment-channel", "DEFAULT"),
    ("merchant-shipping-group", "Default"),
    ("status", "Active"),
];

const ALL_ORDERS: Columns<'_> = &[
    ("amazon-order-id", "111-000000{i}-0000001"),
    ("merchant-order-id", ""),
    ("purchase-date", "2026-11-24T10:00:00+00:00"),
    ("last-updated-date", "2026-11-24T11:00:00+00:00"),
    ("order-status", "Shipped"),
    ("fulfillment-channel", "Merchant"),
    ("sales-channel", "Amazon.com"),
    ("order-channel", ""),
    ("url", ""),
    ("ship-service-level", ""),
    ("product-name", "Mug"),
    ("sku", ""),
    ("asin", "B000000000"),
    ("item-status", "Shipped"),
    ("quantity", "1"),
    ("currency", "USD"),
    ("item-price", "10.00"),
];

const UNSHIPPED: Columns<'_> = &[
    ("order-id", "111-000000{i}-0000001"),
    ("order-item-id", "1000000000000{i}"),
    ("purchase-date", "2026-11-24T10:00:00+00:00"),
    ("payments-date", "2026-11-24T10:00:00+00:00"),
    ("reporting-date", "2026-11-24T10:00:00+00:00"),
    ("promise-date", "2026-11-26T10:00:00+00:00"),
    ("days-past-promise", "-2"),
    ("buyer-email", ""),
    ("buyer-name", ""),
    ("sku", ""),
    ("product-name", "Mug"),
    ("quantity-purchased", ""),
    ("quantity-shipped", "0"),
    ("quantity-to-ship", ""),
    ("ship-service-level", "Standard"),
];

const SHOP_ORDERS: Columns<'_> = &[
    ("Name", "#100{i}"),
    ("Email", "buyer@example.com"),
    ("Financial Status", "paid"),
    ("Paid at", ""),
    ("Fulfillment Status", ""),
    ("Currency", "USD"),
    ("Subtotal", ""),
    ("Total", ""),
    ("Created at", "2026-11-24 09:00:00 +0000"),
    ("Lineitem quantity", "1"),
    ("Lineitem name", "Mug"),
    ("Lineitem sku", ""),
    ("Cancelled at", ""),
    ("Id", "300000{i}"),
    ("Source", "web"),
];

/// A report's header and rows.
fn table(columns: Columns<'_>, rows: &[Cells]) -> Vec<Vec<String>> {
    let mut table = vec![columns.iter().map(|(header, _)| (*header).to_owned()).collect()];
    for (number, row) in rows.iter().enumerate() {
        let unknown = row.iter().find(|(name, _)| columns.iter().all(|(header, _)| header != name));
        assert!(unknown.is_none(), "no column of this report: {unknown:?}");
        let cell = |(header, usual): &(&str, &str)| {
            let said = row.iter().find(|(name, _)| name == header).map(|(_, cell)| cell.clone());
            said.unwrap_or_else(|| usual.replace("{i}", &number.to_string()))
        };
        table.push(columns.iter().map(cell).collect());
    }
    table
}

fn with_tabs(table: &[Vec<String>]) -> String {
    table.iter().map(|row| row.join("\t") + "\n").collect()
}

/// Amazon's All Listings report. A row is a SKU, a quantity, and perhaps a fulfillment channel.
pub fn listings(rows: &[Numbered]) -> String {
    with_tabs(&table(LISTING, &Numbered::rows(rows, &["seller-sku", "quantity", "fulfillment-channel"])))
}

/// Rows of an All Listings report.
pub fn listing_rows(rows: &[Numbered]) -> String {
    let with_header = listings(rows);
    with_header.split_once('\n').map_or(String::new(), |(_, rows)| rows.to_owned())
}

/// Amazon's All Orders report. A row is cells by their headers.
pub fn all_orders(rows: &[Numbered]) -> String {
    with_tabs(&table(ALL_ORDERS, &Numbered::rows(rows, &["sku", "quantity"])))
}

/// Amazon's report of unshipped orders. A row is a SKU, the quantity that was purchased, and perhaps its date.
pub fn unshipped(rows: &[Numbered]) -> String {
    let mut rows = Numbered::rows(rows, &["sku", "quantity-purchased", "purchase-date"]);
    for row in &mut rows {
        let to_ship = ("quantity-to-ship".to_owned(), row[1].1.clone());
        row.push(to_ship);
    }
    with_tabs(&table(UNSHIPPED, &rows))
}

/// Shopify's orders export. A row is cells by their headers.
pub fn shop_orders(rows: &[Numbered]) -> String {
    csv(&table(SHOP_ORDERS, &Numbered::rows(rows, &["Lineitem sku", "Lineitem quantity"])), ',')
}

fn csv(table: &[Vec<String>], separator: char) -> String {
    let mut writer = csv::WriterBuilder::new().delimiter(u8::try_from(separator).expect("ASCII")).from_writer(vec![]);
    for row in table {
        writer.write_record(row).expect("memory");
    }
    String::from_utf8(writer.into_inner().expect("memory")).expect("UTF-8")
}

/// An archive of files.
pub fn zip(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, bytes) in files {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).expect("memory");
        archive.write_all(bytes).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

/// A workbook of sheets. A number is a cell with a number, a text one with a shared text.
pub fn workbook(sheets: &[Vec<Vec<serde_yaml::Value>>]) -> Vec<u8> {
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const LINKS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006";
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml";
    let mut texts: Vec<String> = vec![];
    let mut files = vec![];
    let mut add = |name: &str, xml: String| {
        files.push((
            name.to_owned(),
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{xml}").into_bytes(),
        ));
    };
    for (number, rows) in (1..).zip(sheets) {
        let mut data = String::new();
        for (row, cells) in (1..).zip(rows) {
            data += &format!("<row r=\"{row}\">");
            for (column, cell) in ('A'..='Z').zip(cells) {
                match cell.as_str() {
                    Some("") => {}
                    Some(text) => {
                        let at = texts.iter().position(|known| known == text).unwrap_or(texts.len());
                        if at == texts.len() {
                            texts.push(text.to_owned());
                        }
                        data += &format!("<c r=\"{column}{row}\" t=\"s\"><v>{at}</v></c>");
                    }
                    None => data += &format!("<c r=\"{column}{row}\"><v>{}</v></c>", cell.as_i64().expect("a whole number")),
                }
            }
            data += "</row>";
        }
        add(
            &format!("xl/worksheets/sheet{number}.xml"),
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{data}</sheetData></worksheet>"),
        );
    }
    let escaped = |text: &String| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let items: String = texts.iter().map(|text| format!("<si><t xml:space=\"preserve\">{}</t></si>", escaped(text))).collect();
    add("xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\" count=\"{0}\" uniqueCount=\"{0}\">{items}</sst>", texts.len()));
    let numbers = || 1..=sheets.len();
    let named: String = numbers().map(|n| format!("<sheet name=\"S{n}\" sheetId=\"{n}\" r:id=\"rId{n}\"/>")).collect();
    add("xl/workbook.xml", format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{LINKS}\"><sheets>{named}</sheets></workbook>"));
    let link = |id: usize, kind: &str, target: &str| {
        format!("<Relationship Id=\"rId{id}\" Type=\"{LINKS}/{kind}\" Target=\"{target}\"/>")
    };
    let linked: String = numbers().map(|n| link(n, "worksheet", &format!("worksheets/sheet{n}.xml"))).collect();
    let shared = link(sheets.len() + 1, "sharedStrings", "sharedStrings.xml");
    add(
        "xl/_rels/workbook.xml.rels",
        format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{linked}{shared}</Relationships>"),
    );
    let document = link(1, "officeDocument", "xl/workbook.xml");
    add("_rels/.rels", format!("<Relationships xmlns=\"{PACKAGE}/relationships\">{document}</Relationships>"));
    let part = |path: &str, kind: &str| format!("<Override PartName=\"{path}\" ContentType=\"{KIND}.{kind}+xml\"/>");
    let parts: String = numbers().map(|n| part(&format!("/xl/worksheets/sheet{n}.xml"), "worksheet")).collect();
    add(
        "[Content_Types].xml",
        format!(
            "<Types xmlns=\"{PACKAGE}/content-types\"><Default Extension=\"rels\" \
             ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
             <Default Extension=\"xml\" ContentType=\"application/xml\"/>{}{parts}{}</Types>",
            part("/xl/workbook.xml", "sheet.main"),
            part("/xl/sharedStrings.xml", "sharedStrings"),
        ),
    );
    zip(&files)
}
