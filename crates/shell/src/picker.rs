//! Picking one of many (an enterprise, a unit, an official) by typing a part of its name or its code.
//!
//! The macro `ui::picker` draws the field, web/src/picker.ts offers choices while somebody types. A form sends two
//! values: `client`, what was chosen, and `client_text`, what was typed. Without script the first is empty, and
//! [`Picker::settle`] finds out what is meant, or what it may mean: then the form shows these few as radio buttons.

use crate::fields::Choice;
use askama::Template;
use kernel::Problem;

/// How many choices are offered at most.
pub const MOST_PICKS: usize = 10;

/// What stands in a picker's field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picker {
    /// The chosen one's value; empty while nothing is chosen.
    pub chosen: String,
    /// What was typed; once something is chosen, its label.
    pub typed: String,
    /// What the typed text may mean, when it is more than one.
    pub matches: Vec<Choice>,
}

impl Picker {
    /// What a form sent, or what an address asks for: then nothing is typed.
    pub fn sent(chosen: impl Into<String>, typed: impl AsRef<str>) -> Self {
        Self { chosen: chosen.into(), typed: typed.as_ref().trim().to_owned(), matches: Vec::new() }
    }

    /// Whether the field was left empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.chosen.is_empty() && self.typed.is_empty()
    }

    /// Settles which one is meant, and gives its value. `chosen` is what [`Self::chosen`] names and `found` what
    /// [`Self::typed`] finds, both within the reader's reach. A choice counts as long as what is typed still fits it.
    ///
    /// # Errors
    /// [`Problem::Invalid`] on `field` when nothing, or more than one `what`, is meant.
    pub fn settle(
        &mut self,
        field: &str,
        what: &str,
        chosen: Option<Choice>,
        mut found: Vec<Choice>,
    ) -> Result<String, Problem> {
        let typed = self.typed.clone();
        let among = |choice: &Choice| found.iter().any(|other| other.value == choice.value);
        if let Some(choice) = chosen.filter(|choice| typed.is_empty() || choice.fits(&typed) || among(choice)) {
            return Ok(self.take(choice));
        }
        self.chosen.clear();
        if typed.is_empty() {
            return Err(Problem::field(field, format!("请选择{what}。")));
        }
        let mut exact = found.iter().enumerate().filter(|(_, choice)| choice.answers_to(&typed));
        match (exact.next(), exact.next(), found.len()) {
            (Some((place, _)), None, _) => Ok(self.take(found.swap_remove(place))),
            (None, _, 1) => Ok(self.take(found.swap_remove(0))),
            (_, _, 0) => Err(Problem::field(
                field,
                format!("没有找到“{typed}”，或者不在您的范围内。请换几个字，或输入完整代码。"),
            )),
            (.., many) => {
                self.matches = found;
                let told = if many < MOST_PICKS {
                    format!("有 {many} 个符合“{typed}”，请选择其中一个。")
                } else {
                    format!("符合“{typed}”的很多，请在下面选择，或者再多输入几个字。")
                };
                Err(Problem::field(field, told))
            }
        }
    }

    fn take(&mut self, choice: Choice) -> String {
        *self = Self { chosen: choice.value.clone(), typed: choice.label, matches: Vec::new() };
        choice.value
    }
}

impl Choice {
    /// Whether it has `typed` in its label or its hint: then it need not be among the first few that are found.
    fn fits(&self, typed: &str) -> bool {
        self.label.contains(typed) || self.hint.contains(typed)
    }

    /// Whether `typed` is all of its label, or all of one of the things its hint says.
    fn answers_to(&self, typed: &str) -> bool {
        self.label == typed || self.hint.split(" · ").any(|part| part == typed)
    }
}

/// What `GET /pick/…?q=` answers, as [`crate::Html`]: the entries of the list under the field.
#[derive(Debug, Template)]
#[template(path = "picks.html")]
pub struct Picks {
    /// What may be meant, the likeliest first; the hint holds codes and places, with ` · ` between them.
    pub choices: Vec<Choice>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn firm(value: &str, label: &str, code: &str) -> Choice {
        Choice::new(value, label).hint(format!("{code} · 圣城街道"))
    }

    fn firms() -> Vec<Choice> {
        vec![firm("1", "寿光绿源蔬菜有限公司", "91A"), firm("2", "寿光绿源蔬菜有限公司分公司", "91B")]
    }

    #[track_caller]
    fn refused(picker: &mut Picker, chosen: Option<Choice>, found: Vec<Choice>, told: &str) {
        let problem = picker.settle("client", "企业", chosen, found).unwrap_err();
        let Problem::Invalid { errors, .. } = problem else { panic!("{problem}") };
        assert!(errors[0].field == "client" && errors[0].detail.contains(told), "{errors:?}");
        assert!(picker.chosen.is_empty());
    }

    #[test]
    fn what_was_chosen_counts_as_long_as_the_text_beside_it_fits() {
        let [one, two] = firms().try_into().unwrap();
        let mut picker = Picker::sent("1", "绿源");
        assert_eq!(picker.settle("client", "企业", Some(one.clone()), firms()).unwrap(), "1");
        assert_eq!(picker.typed, "寿光绿源蔬菜有限公司");
        let mut changed = Picker::sent("1", "寿光绿源蔬菜有限公司分公司");
        assert_eq!(changed.settle("client", "企业", Some(one.clone()), vec![two]).unwrap(), "2");
        let mut among = Picker::sent("2", "91b 绿源");
        assert_eq!(
            among.settle("client", "企业", firms().pop(), firms()).unwrap(),
            "2",
            "found by other words than shown"
        );
        let mut linked = Picker::sent("1", "");
        assert_eq!(linked.settle("client", "企业", Some(one), Vec::new()).unwrap(), "1");
    }

    #[test]
    fn a_whole_name_a_code_or_the_only_one_is_found_without_choosing() {
        for (typed, found, value) in
            [("寿光绿源蔬菜有限公司", firms(), "1"), (" 91B ", firms(), "2"), ("绿源", firms().split_off(1), "2")]
        {
            assert_eq!(Picker::sent("", typed).settle("client", "企业", None, found).unwrap(), value, "{typed}");
        }
    }

    #[test]
    fn whoever_types_too_little_is_shown_the_few_and_whoever_types_nothing_is_asked() {
        let mut picker = Picker::sent("", "绿源");
        refused(&mut picker, None, firms(), "有 2 个符合“绿源”");
        assert_eq!((picker.matches.len(), picker.typed.as_str()), (2, "绿源"));
        refused(&mut Picker::sent("9", "海"), None, Vec::new(), "没有找到“海”");
        refused(&mut Picker::default(), None, Vec::new(), "请选择企业。");
    }
}
