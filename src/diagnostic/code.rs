//! What kinds of errors and warnings there are.

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// What kind of error or warning: a stable name, for programs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $($(#[$doc])* $name,)* }

        impl Code {
            /// Every code there is.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The stable name: `unknown-field`.
            pub fn as_str(self) -> &'static str {
                match self { $(Code::$name => $text,)* }
            }
        }
    };
}

codes! {
    /// A statement that does not follow the grammar.
    Syntax = "syntax",
    /// Parentheses or `not`s nested too deep.
    TooDeep = "too-deep",
    /// A field that does not exist.
    UnknownField = "unknown-field",
    /// A group or yes/no field that does not exist.
    UnknownGroup = "unknown-group",
    /// A step that does not exist.
    UnknownStep = "unknown-step",
    /// A metafield, column, option or location that the catalog does not have.
    NotInCatalog = "not-in-catalog",
    /// A value or an operator that does not fit the field's type.
    WrongType = "wrong-type",
    /// A number out of its range.
    OutOfRange = "out-of-range",
    /// A regular expression that cannot be used.
    BadPattern = "bad-pattern",
    /// A group that cannot be declared: twice, or named like a field.
    GroupName = "group-name",
    /// Source or sync set twice in one rule.
    SetTwice = "set-twice",
    /// A file that cannot be found, read or written.
    File = "file",
    /// A file of another kind than the one that it was given out for.
    WrongFile = "wrong-file",
    /// A file that is not in the encoding expected of it.
    Encoding = "encoding",
    /// A project file that cannot be used.
    Project = "project",
    /// A catalog file that cannot be used.
    Catalog = "catalog",
    /// Something odd in a catalog file that does not stop the run.
    CatalogOddity = "catalog-oddity",
    /// A listings report that cannot be used, or holds something odd.
    Listings = "listings",
    /// An orders file that cannot be used, or holds something odd.
    Orders = "orders",
    /// An order took from a location that is not known.
    OrderLocation = "order-location",
    /// A rule that matches no variant.
    MatchesNothing = "matches-nothing",
    /// A rule that later rules override wherever it matches.
    DecidesNothing = "decides-nothing",
    /// Days of a rule that have passed.
    PastDays = "past-days",
    /// A step that cannot have an effect.
    NoEffect = "no-effect",
    /// A value that no variant has.
    UnknownValue = "unknown-value",
    /// A fixed quantity above the inventory.
    FixedAboveInventory = "fixed-above-inventory",
    /// Products that are not active but would be sent.
    NotActive = "not-active",
    /// Sync is off for what Amazon has stock of.
    OffWithStock = "off-with-stock",
    /// Variants without a SKU.
    NoSku = "no-sku",
    /// Variants that share one SKU.
    AmbiguousSku = "ambiguous-sku",
    /// A variant whose quantity cannot be computed.
    Held = "held",
    /// It is not known who fulfils a SKU.
    UnknownFulfillment = "unknown-fulfillment",
    /// A SKU of the catalog that nearly is one of the listings report.
    NearMiss = "near-miss",
    /// An emission that goes past a limit of the guard.
    Guard = "guard",
    /// A git revision that cannot be compared with.
    Revision = "revision",
    /// A test file that cannot be used.
    TestFile = "test-file",
    /// A question about a SKU that the catalog does not have.
    UnknownSku = "unknown-sku",
    /// A question about a code that no message has.
    UnknownCode = "unknown-code",
}
