//! Rule files: what they say, and how it is written.

use super::super::simple::rules::{Filter, Rule, Rules};
use super::random::Random;
use super::text;

/// A rule file.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// Its name.
    pub name: String,
    /// Its statements.
    pub statements: Vec<Statement>,
    /// What decides where its lines break.
    pub seed: u64,
}

/// A statement.
#[derive(Debug, Clone)]
pub enum Statement {
    /// A group and its name.
    Group(String, Filter),
    /// A rule; its place and its steps as written are not yet known.
    Rule(Rule),
}

impl RuleFile {
    /// Its text.
    pub fn text(&self) -> String {
        self.laid_out().into_iter().map(|(text, _)| text).collect()
    }

    /// The text of each statement, with what stands before it, and the line on which it begins.
    fn laid_out(&self) -> Vec<(String, usize)> {
        let mut random = Random::of(self.seed);
        let mut line = 1;
        let mut laid_out = vec![];
        for statement in &self.statements {
            let before = if random.one_in(6) { "\n# why\n" } else { "" };
            let begins = line + before.matches('\n').count();
            let written = text::broken(&text::statement(statement, &mut random), &mut random);
            let all = format!("{before}{written}\n");
            line += all.matches('\n').count();
            laid_out.push((all, begins));
        }
        laid_out
    }
}

/// What rule files say, with the place of each rule.
pub fn meaning(files: &[RuleFile]) -> Rules {
    let mut all = Rules::default();
    for file in files {
        for (statement, (_, line)) in file.statements.iter().zip(file.laid_out()) {
            match statement {
                Statement::Group(name, filter) => all.groups.push((name.clone(), filter.clone())),
                Statement::Rule(rule) => {
                    let steps: Vec<String> = rule.steps.iter().map(text::step).collect();
                    all.rules.push(Rule { place: format!("{}:{line}", file.name), written: steps.join("; "), ..rule.clone() });
                }
            }
        }
    }
    all
}
