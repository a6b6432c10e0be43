//! The marketplaces of Amazon, and what people call them.

use crate::text;

/// A marketplace: its name, its country's code and names, and the ID that Amazon's programs give it.
struct Marketplace {
    name: &'static str,
    others: &'static [&'static str],
}

/// All marketplaces, as Amazon's documentation for sellers lists them.
const ALL: &[Marketplace] = &[
    Marketplace { name: "amazon.com", others: &["us", "usa", "united states", "america", "atvpdkikx0der"] },
    Marketplace { name: "amazon.ca", others: &["ca", "canada", "a2euq1wtgctbg2"] },
    Marketplace { name: "amazon.com.mx", others: &["mx", "mexico", "amazon.mx", "a1am78c64um0y8"] },
    Marketplace { name: "amazon.com.br", others: &["br", "brazil", "brasil", "amazon.br", "a2q3y263d00kwc"] },
    Marketplace { name: "amazon.co.uk", others: &["uk", "gb", "united kingdom", "great britain", "amazon.uk", "a1f83g8c2aro7p"] },
    Marketplace { name: "amazon.de", others: &["de", "germany", "deutschland", "a1pa6795ukmfr9"] },
    Marketplace { name: "amazon.fr", others: &["fr", "france", "a13v1ib3viyzzh"] },
    Marketplace { name: "amazon.it", others: &["it", "italy", "italia", "apj6jra9ng5v4"] },
    Marketplace { name: "amazon.es", others: &["es", "spain", "españa", "a1rkkupihcs9hs"] },
    Marketplace { name: "amazon.nl", others: &["nl", "netherlands", "nederland", "a1805izsgtt6hs"] },
    Marketplace { name: "amazon.com.be", others: &["be", "belgium", "amazon.be", "amen7pms3edwl"] },
    Marketplace { name: "amazon.se", others: &["se", "sweden", "sverige", "a2nodrkzp88zb9"] },
    Marketplace { name: "amazon.pl", others: &["pl", "poland", "polska", "a1c3sozrarq6r3"] },
    Marketplace { name: "amazon.ie", others: &["ie", "ireland", "a28r8c7nbkewea"] },
    Marketplace { name: "amazon.com.tr", others: &["tr", "turkey", "türkiye", "amazon.tr", "a33avaj2pdy3ev"] },
    Marketplace { name: "amazon.ae", others: &["ae", "uae", "united arab emirates", "a2vigq35rcs4ug"] },
    Marketplace { name: "amazon.sa", others: &["sa", "saudi arabia", "a17e79c6d8dwnp"] },
    Marketplace { name: "amazon.eg", others: &["eg", "egypt", "arbp9ooshtchu"] },
    Marketplace { name: "amazon.in", others: &["in", "india", "a21tjruun4kgv"] },
    Marketplace { name: "amazon.co.jp", others: &["jp", "japan", "amazon.jp", "a1vc38t7yxb528"] },
    Marketplace { name: "amazon.com.au", others: &["au", "australia", "amazon.au", "a39ibj37trp1c6"] },
    Marketplace { name: "amazon.sg", others: &["sg", "singapore", "a19vau5u5o7rqs"] },
    Marketplace { name: "amazon.co.za", others: &["za", "south africa", "amazon.za", "ae08wj6yknbmc"] },
];

/// The marketplace with this name, whatever its case.
///
/// # Errors
/// What to write instead.
pub fn named(name: &str) -> Result<&'static str, String> {
    let folded = text::folded(name);
    let known = ALL.iter().find(|marketplace| marketplace.name == folded);
    known.map(|marketplace| marketplace.name).ok_or_else(|| match meant(name) {
        Some(meant) => format!("write `{meant}`"),
        None => "a marketplace is written as its website: `amazon.com`, `amazon.de`, `amazon.co.uk` …".to_owned(),
    })
}

/// The marketplace that a name stands for that is none's.
fn meant(name: &str) -> Option<&'static str> {
    let folded = text::folded(name);
    let bare = folded.trim_start_matches("https://").trim_start_matches("www.").trim_end_matches('/');
    let bare = bare.trim_start_matches("sellercentral.").trim_start_matches("sellercentral-europe.");
    let region = bare.strip_prefix("amazon").unwrap_or(bare).trim_matches(['.', '_', '-', ' ']);
    let same = |known: &Marketplace| {
        known.name == bare
            || [bare, region].iter().any(|word| known.others.contains(word) || known.name.strip_prefix("amazon.") == Some(word))
    };
    let found = ALL.iter().find(|known| same(known)).map(|known| known.name);
    let regions = || ALL.iter().filter_map(|known| known.name.strip_prefix("amazon."));
    let near = || {
        // A slip in the name, or in the country, but not in both: `amazon.xx` is near to all of them.
        let region = match bare.split_once('.') {
            Some(("amazon", region)) => text::nearest(region, regions())?,
            Some((name, region)) if text::nearest(name, ["amazon"]).is_some() => region,
            _ => return None,
        };
        ALL.iter().map(|known| known.name).find(|known| known.strip_prefix("amazon.") == Some(region))
    };
    found.or_else(near)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marketplaces_by_what_people_call_them() {
        assert_eq!(named("Amazon.de"), Ok("amazon.de"));
        for (name, is) in [
            ("DE", "amazon.de"),
            ("germany", "amazon.de"),
            ("A1PA6795UKMFR9", "amazon.de"),
            ("uk", "amazon.co.uk"),
            ("US", "amazon.com"),
            ("amazon.uk", "amazon.co.uk"),
            ("www.amazon.fr", "amazon.fr"),
            ("https://www.amazon.co.jp/", "amazon.co.jp"),
            ("amazon.dee", "amazon.de"),
            ("amazn.de", "amazon.de"),
            ("Amazon_IT", "amazon.it"),
            ("co.uk", "amazon.co.uk"),
        ] {
            assert_eq!(named(name), Err(format!("write `{is}`")), "{name}");
        }
        for name in ["ebay", "amazon.xx", "amazon", "ebay.de", ""] {
            assert!(named(name).is_err_and(|help| help.contains("as its website")), "{name}");
        }
    }
}
