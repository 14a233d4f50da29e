//! Sections of GB/T 4754 as numbers, so that millions of pairs can be weighed by table.

use kernel::Industry;
use kernel::industry::Section;
use std::sync::LazyLock;

/// A section by its place in the standard; [`UNKNOWN`] when the industry is not known.
pub(crate) type SectionNumber = u8;
/// The number of a client whose industry is not known.
pub(crate) const UNKNOWN: SectionNumber = 20;
/// How many numbers there are.
pub(crate) const COUNT: usize = 21;

/// By the first two digits of a class, its division, which lies in one section.
static OF_DIVISION: LazyLock<[SectionNumber; 100]> = LazyLock::new(|| {
    let mut sections = [UNKNOWN; 100];
    for (number, section) in Section::all().iter().enumerate() {
        let (from, below) = section.range();
        let holds = |division: usize| (from..below.as_str()).contains(&format!("{division:02}").as_str());
        (0..100).filter(|division| holds(*division)).for_each(|division| sections[division] = number as SectionNumber);
    }
    sections
});

/// The section of a class of four digits.
pub(crate) fn of_class(class: Option<&str>) -> SectionNumber {
    let class = class.and_then(|class| Industry::parse(class).ok());
    let division = class.and_then(|class| class.code()[..2].parse::<usize>().ok());
    division.map_or(UNKNOWN, |division| OF_DIVISION[division])
}

/// The name of a section.
pub(crate) fn name(number: SectionNumber) -> &'static str {
    Section::all().get(usize::from(number)).map_or("", |section| section.name)
}

/// Whether a list of letters holds a section.
pub(crate) fn holds(letters: &[String], number: SectionNumber) -> bool {
    Section::all().get(usize::from(number)).is_some_and(|section| letters.iter().any(|letter| letter == section.code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_lies_in_its_section_and_what_is_none_in_no_section() {
        let section = |class: &str| name(of_class(Some(class)));
        assert_eq!((section("3033"), section("5211"), section("0111")), ("制造业", "批发和零售业", "农、林、牧、渔业"));
        assert_eq!((of_class(Some("9999")), of_class(None)), (UNKNOWN, UNKNOWN));
        assert!(holds(&["C".to_owned()], of_class(Some("3033"))) && !holds(&["C".to_owned()], UNKNOWN));
    }
}
