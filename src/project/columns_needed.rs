//! Which columns of the catalog a run needs, told before the catalog is read.

use foldhash::HashSet;

use super::settings::Settings;
use crate::fields::{Field, Projection};
use crate::syntax::tree::{FieldName, RuleFile};

/// The columns that rules, a filter and the outputs speak of. `more` names the fields of the filter.
pub fn columns_needed(settings: &Settings, trees: &[RuleFile], more: &[FieldName]) -> Projection {
    let mut projection = Projection { everything: settings.everything, ..Projection::default() };
    // An inventory export is joined by handle and options.
    let may_join = settings.catalog.iter().filter(|(input, _)| input.columns_key.is_none()).count() > 1;
    if may_join || settings.outputs.adjustments.is_some() {
        projection.fields.push(Field::Handle);
    }
    projection.options |= may_join;
    let groups: HashSet<&str> = trees.iter().flat_map(RuleFile::group_names).collect();
    for tree in trees {
        tree.for_each_field(&mut |name| {
            projection.add(&name.parts);
            // A name that is none may be an option's, which the message about it then says.
            projection.options |= match &name.parts[..] {
                [word] => Field::named(word).is_none() && !groups.contains(word.as_str()),
                [first, _] => first == "options",
                _ => false,
            };
        });
    }
    for name in more {
        projection.add(&name.parts);
    }
    projection.sorted()
}
