//! Sections of GB/T 4754 as numbers, so that millions of pairs can be weighed by table.

use kernel::Industry;
use kernel::industry::Section;

/// A section by its place in the standard; [`UNKNOWN`] when the industry is not known.
pub(crate) type SectionNumber = u8;
/// The number of a client whose industry is not known.
pub(crate) const UNKNOWN: SectionNumber = 20;
/// How many numbers there are.
pub(crate) const COUNT: usize = 21;

/// The section of a class of four digits.
pub(crate) fn of_class(class: Option<&str>) -> SectionNumber {
    let code = class.and_then(|class| Industry::parse(class).ok()).map(Industry::code);
    let holds = |section: &Section| {
        let (from, below) = section.range();
        code.is_some_and(|code| code >= from && code < below.as_str())
    };
    Section::all().iter().position(holds).map_or(UNKNOWN, |place| place as SectionNumber)
}

/// The name of a section.
pub(crate) fn name(number: SectionNumber) -> &'static str {
    Section::all().get(usize::from(number)).map_or("", |section| section.name)
}

/// Whether a list of letters holds a section.
pub(crate) fn holds(letters: &[String], number: SectionNumber) -> bool {
    Section::all().get(usize::from(number)).is_some_and(|section| letters.iter().any(|letter| letter == section.code))
}
