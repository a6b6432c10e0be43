//! What could have stood at the place of an error, in a person's words.

use crate::syntax::grammar::Rule;

/// What could have stood at the place of the error, in the order in which a person would list it.
pub fn expected(rules: &[Rule]) -> Vec<&'static str> {
    let has = |rule: Rule| rules.contains(&rule);
    let mut list = vec![];
    let mut say = |condition: bool, phrase: &'static str| {
        if condition {
            list.push(phrase);
        }
    };
    let statement = has(Rule::kw_where) || has(Rule::statement) || has(Rule::all_rule) || has(Rule::where_rule);
    let step = STEP_RULES.iter().any(|&rule| has(rule));
    let comparison = COMPARISON_RULES.iter().any(|&rule| has(rule)) && !has(Rule::group_name);
    let condition = has(Rule::kw_not) || has(Rule::kw_has) || has(Rule::filter) || has(Rule::condition);
    say(statement, "`all`, `where` or `group`");
    say(has(Rule::group_name), "a name for the group");
    say(comparison && has(Rule::equals) && !has(Rule::less), "`=`");
    say(comparison && has(Rule::less), "a comparison");
    say(condition, "a condition");
    say(!condition && has(Rule::field) && !has(Rule::number) && !has(Rule::expression), "a field");
    say(has(Rule::percent) && !step, "a percentage");
    say((has(Rule::number) || has(Rule::expression) || has(Rule::sum)) && !step, "a number or a field");
    say(has(Rule::value), "a value");
    say(has(Rule::open) && !condition, "`(`");
    say(has(Rule::dots), "`..`");
    say(has(Rule::kw_on) || has(Rule::kw_off), "`on` or `off`");
    say(step, "a step");
    say(has(Rule::colon), "`:`");
    say(has(Rule::kw_and), "`and`");
    say(has(Rule::kw_or), "`or`");
    say(has(Rule::comma), "`,`");
    say(has(Rule::close), "`)`");
    say(has(Rule::semicolon), "`;`");
    say(has(Rule::plus) && !has(Rule::semicolon), "`+` or `-`");
    say(has(Rule::EOI), "the end of the statement");
    list
}

/// The rules of the grammar of which one wants a step.
pub const STEP_RULES: &[Rule] =
    &[Rule::kw_level, Rule::kw_fixed, Rule::kw_buffer, Rule::level, Rule::fixed, Rule::buffer, Rule::unknown_step];
/// The rules of the grammar of which one wants a comparison.
const COMPARISON_RULES: &[Rule] = &[Rule::equals, Rule::less, Rule::kw_in, Rule::compare, Rule::like];
