//! One type for every error and warning of every stage.

use std::path::Path;

/// How much a diagnostic weighs: an error stops all output, a warning does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The input is wrong; nothing is written.
    Error,
    /// The input works, but somebody should look.
    Warning,
}

impl Severity {
    /// The word that machine-readable results use.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
        }
    }
}

/// The longest excerpt of a line that a message shows, in characters.
const EXCERPT: usize = 300;

/// Where in which file: line and column counted from 1, the column and the length in characters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// The file, as the user named it.
    pub file: String,
    /// The line, counted from 1; 0 for a file as a whole.
    pub line: usize,
    /// The column, counted from 1 in characters; 0 for a file as a whole.
    pub column: usize,
    /// The length in characters, at least 1.
    pub length: usize,
    /// The line's text, shortened if it is very long.
    pub excerpt: String,
    /// How many characters of the line are left out before the excerpt, which then begins with `…`.
    pub left_out: usize,
}

impl Place {
    /// A place in a line whose text is known.
    pub fn new(file: &str, line: usize, column: usize, length: usize, excerpt: &str) -> Self {
        let at = excerpt.char_indices().nth(column.saturating_sub(1)).map_or(excerpt.len(), |(at, _)| at);
        Place::between(file, line, column, length, excerpt.split_at(at))
    }

    /// The same, of a line that is given as what stands before the column and what follows: however long it is, only what is shown
    /// is looked at.
    pub fn between(file: &str, line: usize, column: usize, length: usize, (before, behind): (&str, &str)) -> Self {
        // Rows of exports are long: what is shown is around the column.
        let is_long = before.len() + behind.len() > EXCERPT;
        let left_out = if column > EXCERPT / 2 && is_long { column - EXCERPT / 4 } else { 0 };
        let mut shown: String = if left_out > 0 { "…".to_owned() } else { String::new() };
        let kept = column.saturating_sub(1 + left_out);
        let start =
            if left_out > 0 { before.char_indices().rev().nth(kept.saturating_sub(1)).map_or(0, |(at, _)| at) } else { 0 };
        let mut rest = before[start..].chars().chain(behind.chars());
        shown.extend(rest.by_ref().take(EXCERPT));
        if rest.next().is_some() {
            shown.push('…');
        }
        Place { file: file.to_owned(), line, column, length: length.max(1), excerpt: shown, left_out }
    }

    /// A file as a whole.
    pub fn file(path: &Path) -> Self {
        Place { file: path.display().to_string(), line: 0, column: 0, length: 1, excerpt: String::new(), left_out: 0 }
    }

    /// `file:line`, or the file alone.
    pub fn short(&self) -> String {
        if self.line == 0 { self.file.clone() } else { format!("{}:{}", self.file, self.line) }
    }
}

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

/// An error or a warning, in the user's words, with its place.
///
/// Messages are lower case and without a full stop; the user's own words stand in backticks; advice stands in `help`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// The stable name of its kind.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Where it is.
    pub place: Option<Place>,
    /// Other places that matter, each with a word on why.
    pub related: Vec<(Place, String)>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Error, code, message: message.into(), help: None, place: None, related: vec![] }
    }

    /// A warning without a place.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message) }
    }

    /// The same, at a place.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, at a place if one is known.
    #[must_use]
    pub fn maybe_at(mut self, place: Option<Place>) -> Self {
        self.place = place.or(self.place);
        self
    }

    /// The same, with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same, with advice if there is any.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// The same, with another place that matters.
    #[must_use]
    pub fn related(mut self, place: Place, why: impl Into<String>) -> Self {
        self.related.push((place, why.into()));
        self
    }

    /// Whether it stops all output.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Has warnings stop all output.
pub fn deny(diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        diagnostic.severity = Severity::Error;
    }
}

/// Whether any of these stops all output.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
