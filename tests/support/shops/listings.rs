//! The listings report.

use super::super::simple::facts::Listing;
use super::random::Random;

/// A report.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its rows.
    pub rows: Vec<Listing>,
    /// Whether it has a column of channels, as the All Listings Report has and the Open Listings Report has not.
    pub has_channel: bool,
}

/// A report of most of some SKUs, and a few that the shop does not have.
pub fn report(random: &mut Random, skus: &[String]) -> Report {
    let has_channel = !random.one_in(5);
    let mut rows = vec![];
    for sku in skus.iter().map(|sku| sku.trim()).filter(|sku| !sku.is_empty() && !sku.contains(['\n', '\t'])) {
        let times = if random.one_in(12) { 0 } else { 1 + usize::from(random.one_in(15)) };
        rows.extend((0..times).map(|_| row(random, sku, has_channel)));
        if random.one_in(20) {
            rows.push(row(random, &format!("{sku}-amazon"), has_channel));
        }
    }
    if rows.is_empty() {
        rows.push(row(random, "OTHER", has_channel));
    }
    if random.one_in(2) {
        random.shuffle(&mut rows);
    }
    Report { rows, has_channel }
}

fn row(random: &mut Random, sku: &str, has_channel: bool) -> Listing {
    let channel = match random.below(30) {
        _ if !has_channel => None,
        0..=2 => Some(*random.pick(&["AMAZON_NA", "AMAZON_EU"])),
        3 => None,
        _ => Some("merchant"),
    };
    let is_fba = channel.is_some_and(|channel| channel != "merchant");
    Listing {
        sku: sku.to_owned(),
        quantity: if is_fba || random.one_in(15) { None } else { Some(random.between(0, 40)) },
        price: if random.one_in(9) { String::new() } else { format!("{}.{:02}", random.between(0, 30), random.between(0, 99)) },
        asin: format!("B{:09}", random.below(50)),
        status: (*random.pick(&["Active", "Active", "Inactive", "Incomplete", ""])).to_owned(),
        channel: channel.map(str::to_owned),
    }
}

impl Report {
    /// The file.
    pub fn text(&self, random: &mut Random) -> String {
        let mut names = vec![
            ("sku", *random.pick(&["seller-sku", "seller-sku", "sku", "Händler-SKU"])),
            ("quantity", *random.pick(&["quantity", "quantity", "Menge"])),
            ("price", *random.pick(&["price", "price", "Preis"])),
            ("asin", "asin1"),
            ("status", *random.pick(&["status", "Status", "Stato"])),
            ("title", "item-name"),
        ];
        if self.has_channel {
            names.push(("channel", *random.pick(&["fulfillment-channel", "fulfilment-channel", "Versender"])));
        }
        random.shuffle(&mut names);
        // Amazon leaves out the last cells of a row now and then.
        names.extend([("more", "Minimum order quantity"), ("more", "Sell remainder")]);
        let end = *random.pick(&["\n", "\r\n"]);
        let mark = if random.one_in(3) { "\u{feff}" } else { "" };
        let header: Vec<&str> = names.iter().map(|(_, name)| *name).collect();
        let mut text = format!("{mark}{}{end}", header.join("\t"));
        for row in &self.rows {
            let cell = |random: &mut Random, name: &str| match name {
                "sku" => random.padded(&row.sku),
                "quantity" => match row.quantity {
                    Some(quantity) => quantity.to_string(),
                    None => (*random.pick(&["", "", "n/a", "-3", "1.000"])).to_owned(),
                },
                // Some countries write a decimal comma.
                "price" => {
                    if random.one_in(6) {
                        row.price.replace('.', ",")
                    } else {
                        row.price.clone()
                    }
                }
                "asin" => row.asin.clone(),
                "status" => row.status.clone(),
                "channel" => match row.channel.as_deref() {
                    Some("merchant") => (*random.pick(&["DEFAULT", "DEFAULT", "default", "Merchant"])).to_owned(),
                    channel => channel.unwrap_or_default().to_owned(),
                },
                "title" => "A \"title\", of a kind".to_owned(),
                _ => String::new(),
            };
            let mut cells: Vec<String> = names.iter().map(|(name, _)| cell(random, name)).collect();
            if random.one_in(3) {
                cells.truncate(names.len() - 2);
            }
            text.push_str(&cells.join("\t"));
            text.push_str(end);
        }
        text
    }
}
