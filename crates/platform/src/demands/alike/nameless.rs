//! A text without what tells whose demand it was written for, so that another client may read it.
//!
//! Names are hidden as people write them: in full, without the legal form, and without the place before it. What a machine
//! cannot know it leaves, so a person reads the text before it goes out, and is told so.

/// In place of a client, of somebody of a client, of a number and of the demand itself.
const CLIENT: &str = "贵单位";
const PERSON: &str = "贵方联系人";
const PHONE: &str = "（电话略）";
const DEMAND: &str = "本件";

/// What stands behind a name as its legal form, the longest first.
const FORMS: &[&str] = &[
    "集团股份有限公司",
    "集团有限公司",
    "股份有限公司",
    "有限责任公司",
    "农民专业合作社",
    "专业合作社",
    "有限公司",
    "合作社",
    "集团",
    "公司",
];
/// Shorter than this, what is left of a name is a word of the language.
const DISTINCT: usize = 4;
/// So may people be addressed after their name.
const ADDRESSED: &[&str] = &["女士", "先生", "经理", "主任"];

/// Whose a demand was: what may not be read of it.
#[derive(Debug, Default)]
pub(super) struct Whose {
    /// The client's name, as it is registered.
    pub client: String,
    /// The names of the areas where it lies: `寿光市`.
    pub places: Vec<String>,
    /// The names of its people.
    pub people: Vec<String>,
    /// Their telephone numbers.
    pub phones: Vec<String>,
    /// The demand's number.
    pub number: String,
}

impl Whose {
    /// The text for somebody else.
    pub fn hidden(&self, text: &str) -> String {
        let mut text = text.to_owned();
        if !self.number.is_empty() {
            text = text.replace(&self.number, DEMAND);
        }
        for phone in self.phones.iter().filter(|phone| phone.len() >= 7) {
            text = text.replace(phone.as_str(), PHONE);
        }
        for name in self.names() {
            text = text.replace(&name, CLIENT);
        }
        for person in self.people.iter().filter(|person| person.chars().count() >= 2) {
            for addressed in ADDRESSED {
                text = text.replace(&format!("{person}{addressed}"), PERSON);
            }
            text = text.replace(person.as_str(), PERSON);
        }
        text
    }

    /// The client's name as people write it, the longest first.
    fn names(&self) -> Vec<String> {
        let bare = FORMS.iter().find_map(|form| self.client.strip_suffix(form)).unwrap_or(&self.client);
        let without_place = |name: &str| {
            let stems =
                self.places.iter().flat_map(|place| [place.as_str(), place.trim_end_matches(['省', '市', '县', '区'])]);
            stems.filter(|stem| !stem.is_empty()).find_map(|stem| name.strip_prefix(stem).map(str::to_owned))
        };
        let mut names = vec![self.client.clone()];
        names.extend(without_place(&self.client));
        names.push(bare.to_owned());
        names.extend(without_place(bare));
        names.retain(|name| name.chars().count() >= DISTINCT);
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whose() -> Whose {
        Whose {
            client: "寿光绿源蔬菜有限公司".into(),
            places: vec!["寿光市".into(), "潍坊市".into()],
            people: vec!["王芳".into()],
            phones: vec!["13805361234".into()],
            number: "370783-20261123-001".into(),
        }
    }

    #[test]
    fn a_neighbour_reads_the_answer_and_not_whom_it_was_written_to() {
        let told = "寿光绿源蔬菜有限公司王芳女士：您反映的 370783-20261123-001 已办结。已电话告知（13805361234），海港线今天修好。";
        let hidden = whose().hidden(told);
        assert_eq!(hidden, "贵单位贵方联系人：您反映的 本件 已办结。已电话告知（（电话略）），海港线今天修好。");
    }

    #[test]
    fn a_client_is_not_told_by_a_shorter_name_either() {
        for written in ["绿源蔬菜有限公司", "寿光绿源蔬菜", "绿源蔬菜"] {
            assert_eq!(whose().hidden(&format!("请{written}派人到场。")), "请贵单位派人到场。");
        }
    }

    #[test]
    fn words_that_anybody_uses_stay() {
        let mut whose = whose();
        whose.client = "寿光蔬菜有限公司".into();
        assert_eq!(whose.hidden("寿光市今年的蔬菜大棚已通电。"), "寿光市今年的蔬菜大棚已通电。");
        assert_eq!(Whose::default().hidden("已修好。"), "已修好。", "nobody's name hides nothing");
    }
}
