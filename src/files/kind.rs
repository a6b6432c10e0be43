//! Every kind of file that is known by its content, wherever it was given: so that one in the wrong place is named.

use super::role::FileRole;

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident: $name:literal, $destination:expr;)*) => {
        /// A kind of file that is known by its content.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum FileKind { $($(#[$doc])* $kind,)* }

        impl FileKind {
            /// Its name, in words that follow "this is".
            pub fn name(self) -> &'static str {
                match self { $(FileKind::$kind => $name,)* }
            }

            fn destination(self) -> Destination {
                match self { $(FileKind::$kind => $destination,)* }
            }
        }
    };
}

/// Where files of a kind belong.
enum Destination {
    /// They are read as this.
    To(FileRole),
    /// They are read nowhere: what to do instead.
    Nowhere(&'static str),
}

use Destination::{Nowhere, To};

const DOWNLOAD: &str = "sign in and download the file again: what was saved is the page, not the file";
const OUTPUT: &str = "it is what comes out of the rules, and nothing to read them on";
const PRODUCTS_AS_CSV: &str = "this version reads no JSON of Shopify's: export the products as CSV";
const ORDERS_AS_CSV: &str = "this version reads no JSON of Shopify's: export the orders as CSV";

kinds! {
    /// Shopify's product export.
    Products: "Shopify's product export", To(FileRole::Catalog);
    /// Matrixify's sheet of products.
    Matrixify: "Matrixify's product sheet", To(FileRole::Catalog);
    /// Shopify's inventory export.
    Inventory: "Shopify's inventory export", To(FileRole::Catalog);
    /// Our YAML snapshot of a catalog.
    Snapshot: "a YAML snapshot of a catalog", To(FileRole::Catalog);
    /// Amazon's All Listings Report.
    AllListings: "Amazon's All Listings report", To(FileRole::Listings);
    /// Amazon's Open Listings Report.
    OpenListings: "Amazon's Open Listings report", To(FileRole::Listings);
    /// Amazon's All Orders report.
    AllOrders: "Amazon's All Orders report", To(FileRole::Orders);
    /// Amazon's report of orders that are not yet shipped.
    UnshippedOrders: "Amazon's Unshipped Orders report", To(FileRole::Orders);
    /// Amazon's report of new orders.
    NewOrders: "Amazon's New Orders report", To(FileRole::Orders);
    /// Shopify's orders export. Its abandoned checkouts have the same columns.
    ShopifyOrders: "Shopify's orders export", To(FileRole::Orders);
    /// A table that only tells that it is of orders. Its own reader says what is missing.
    OtherOrders: "a table of orders, not as Amazon or Shopify write it", Nowhere("download the orders again, and name the file, as it is, under `orders:`");
    /// A response of Amazon's Orders API, or its notification.
    AmazonOrdersJson: "an answer of Amazon's Orders API", To(FileRole::Orders);
    /// A rule file.
    Rules: "a rule file of stockrule", To(FileRole::Rules);
    /// A project file.
    Project: "a project file of stockrule", To(FileRole::Project);
    /// A test file.
    Tests: "a test file of stockrule", To(FileRole::Tests);
    /// Shopify's customers export.
    Customers: "Shopify's customers export", Nowhere("export the products instead: Products, Export");
    /// Shopify's discounts export.
    Discounts: "Shopify's discounts export", Nowhere("export the products instead: Products, Export");
    /// Matrixify's sheet of orders.
    MatrixifyOrders: "Matrixify's sheet of orders", Nowhere("export the orders in Shopify instead: Orders, Export");
    /// An FBA inventory report.
    FbaInventory: "Amazon's FBA inventory report", Nowhere("it lists what lies in Amazon's own warehouses; take the All Listings report of Seller Central");
    /// An FBA shipments report.
    FbaShipments: "Amazon's report of FBA shipments", Nowhere("what Amazon ships takes nothing off your stock; take the All Orders report of Seller Central");
    /// A returns report.
    Returns: "Amazon's returns report", Nowhere("take the All Orders report of Seller Central");
    /// A settlement report.
    Settlement: "Amazon's settlement report", Nowhere("it is about payments; take the All Orders or the All Listings report of Seller Central");
    /// A business report.
    Business: "Amazon's business report", Nowhere("it is about visits and sales; take the All Orders or the All Listings report of Seller Central");
    /// A file for upload in Seller Central.
    Upload: "a file for upload to Amazon", Nowhere("take the All Listings report of Seller Central: what Amazon has, not what it was sent");
    /// Our list of quantities.
    Quantities: "a list of quantities, such as stockrule writes with `quantities:`", Nowhere(OUTPUT);
    /// Our file for upload by hand.
    InventoryFile: "a list of quantities, such as stockrule writes with `inventory_file:`", Nowhere(OUTPUT);
    /// Our adjustments.
    Adjustments: "a list of adjustments, such as stockrule writes with `adjustments:`", Nowhere("it is for Shopify, and nothing to read rules on");
    /// Our preview as CSV.
    Preview: "a preview that stockrule wrote", Nowhere(OUTPUT);
    /// A feed for Amazon.
    Feed: "a feed for Amazon, such as stockrule writes with `feed:`", Nowhere(OUTPUT);
    /// Shopify's bulk operation.
    Bulk: "the result of a bulk operation of Shopify's", Nowhere(PRODUCTS_AS_CSV);
    /// Shopify's REST products.
    RestProducts: "Shopify's products as JSON", Nowhere(PRODUCTS_AS_CSV);
    /// Shopify's REST inventory levels, or variants with the ids of their inventory.
    RestInventory: "Shopify's inventory as JSON", Nowhere("this version reads no JSON of Shopify's: export the inventory as CSV");
    /// An answer of Amazon's Reports API.
    ReportAnswer: "an answer of Amazon's Reports API, which only tells where the report is", Nowhere("download the document that its `url` names");
    /// An answer of Amazon's Listings Items API.
    ListingsItem: "an answer of Amazon's Listings Items API", Nowhere("take the All Listings report of Seller Central");
    /// Shopify's REST orders.
    RestOrders: "Shopify's orders as JSON", Nowhere(ORDERS_AS_CSV);
    /// An answer that says that something went wrong.
    JsonError: "a JSON answer that tells of an error", Nowhere("look at what it says, and fetch the file again");
    /// Any other JSON.
    Json: "JSON of a kind that stockrule does not know", Nowhere("export the data as CSV, and name that file");
    /// A web page.
    WebPage: "a web page (HTML), such as a sign-in page", Nowhere(DOWNLOAD);
    /// XML.
    Xml: "an XML file", Nowhere("save it as CSV or as `.xlsx`");
}

impl FileKind {
    /// Whether it is one of Amazon's reports, which are written without quotes.
    pub fn is_amazon_report(self) -> bool {
        use FileKind::*;
        matches!(
            self,
            AllListings
                | OpenListings
                | AllOrders
                | UnshippedOrders
                | NewOrders
                | FbaInventory
                | FbaShipments
                | Returns
                | Settlement
        )
    }

    /// Whether it is JSON, of any kind.
    pub fn is_json(self) -> bool {
        use FileKind::*;
        matches!(
            self,
            Feed | Bulk
                | RestProducts
                | RestInventory
                | RestOrders
                | ReportAnswer
                | ListingsItem
                | AmazonOrdersJson
                | JsonError
                | Json
        )
    }

    /// Whether it can be read as this. Extra columns stand in tables that merchants keep, and not in those that are known.
    pub fn fits(self, role: FileRole) -> bool {
        match (self.destination(), role) {
            // A merchant may note down when something was ordered.
            (_, FileRole::Columns) => self == FileKind::OtherOrders,
            // Its own reader says what is wrong with it, at its place.
            (Nowhere(_), FileRole::Orders) => matches!(self, FileKind::Json | FileKind::OtherOrders),
            (To(own), role) => own == role,
            (Nowhere(_), _) => false,
        }
    }

    /// Where such a file belongs, or what to do instead.
    pub fn help(self) -> String {
        match self.destination() {
            To(role) => format!("to use it as {}, {}", role.a(), role.how_to_name()),
            Nowhere(help) => help.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_fits_nowhere_is_read_nowhere() {
        assert!(!FileKind::Quantities.fits(FileRole::Columns) && !FileKind::Quantities.fits(FileRole::Catalog));
        assert!(
            !FileKind::AllOrders.fits(FileRole::Columns)
                && !FileKind::AllOrders.fits(FileRole::Listings)
                && FileKind::AllOrders.fits(FileRole::Orders)
        );
        assert!(!FileKind::AllListings.fits(FileRole::Columns) && !FileKind::AllListings.fits(FileRole::Catalog));
    }
}
