//! Every error and warning of every stage: what is wrong, where, what to write instead, and the change to the file that does so.

mod apply;
mod code;
mod fix;
mod place;

pub use apply::{FixedText, make_sure_fixes};
pub use code::Code;
pub use fix::{Advice, Edit, Fix};
pub use place::{Excerpt, Place, Position};

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
    /// Other places that matter.
    pub related: Vec<Label>,
    /// The change to the files after which it is gone, where one is known.
    pub fix: Option<Fix>,
}

/// A place that a message speaks of besides its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where it is.
    pub place: Place,
    /// What is there: `first declared here`.
    pub text: String,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Error,
            code,
            message: message.into(),
            help: None,
            place: None,
            related: vec![],
            fix: None,
        }
    }

    /// A warning without a place.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Diagnostic { severity: Severity::Warning, ..Diagnostic::error(code, message) }
    }

    /// Says where it is.
    #[must_use]
    pub fn at(mut self, place: Place) -> Self {
        self.place = Some(place);
        self
    }

    /// Says where it is, if that is known.
    #[must_use]
    pub fn maybe_at(mut self, place: Option<Place>) -> Self {
        self.place = place.or(self.place);
        self
    }

    /// Says what to write instead.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Says what to write instead, if that is known.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// Advises what to write instead, as a fix too where the advice has one.
    #[must_use]
    pub fn advice(mut self, advice: impl Into<Advice>) -> Self {
        let Advice { help, fix } = advice.into();
        (self.help, self.fix) = (Some(help), fix);
        self
    }

    /// Points to another place that matters, and says what is there.
    #[must_use]
    pub fn related(mut self, place: Place, text: impl Into<String>) -> Self {
        self.related.push(Label { place, text: text.into() });
        self
    }

    /// Offers a change to the files after which it is gone, if one is known.
    #[must_use]
    pub fn maybe_fix(mut self, fix: Option<Fix>) -> Self {
        self.fix = fix.or(self.fix);
        self
    }

    /// Whether it stops all output.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}

/// Makes errors of all warnings, so that they stop all output.
pub fn deny(diagnostics: &mut [Diagnostic]) {
    for diagnostic in diagnostics {
        diagnostic.severity = Severity::Error;
    }
}

/// Whether any of these stops all output.
pub fn any_error(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(Diagnostic::is_error)
}
