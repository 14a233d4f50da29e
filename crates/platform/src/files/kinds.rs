//! Which files are taken: those an office reads, and only when the content is what the name says.
//!
//! Archives are not: nobody can see what lies inside before it is opened on somebody's desk.

/// How the content of a kind is told.
enum Sign {
    /// `infer` finds this media type.
    Media,
    /// `infer` finds one of these: recorders of telephones write one thing under several names.
    Sound(&'static [&'static str]),
    /// A package (zip) that holds an entry of this name.
    Package(&'static [u8]),
    /// The compound file of older office programs.
    Compound,
    /// Text, of which no other kind is found.
    Text,
}

struct Kind {
    endings: &'static [&'static str],
    media: &'static str,
    sign: Sign,
}

const fn kind(endings: &'static [&'static str], media: &'static str, sign: Sign) -> Kind {
    Kind { endings, media, sign }
}

const OOXML: Sign = Sign::Package(b"[Content_Types].xml");

const KINDS: &[Kind] = &[
    kind(&["pdf"], "application/pdf", Sign::Media),
    kind(&["jpg", "jpeg"], "image/jpeg", Sign::Media),
    kind(&["png"], "image/png", Sign::Media),
    kind(&["webp"], "image/webp", Sign::Media),
    kind(&["gif"], "image/gif", Sign::Media),
    kind(&["docx"], "application/vnd.openxmlformats-officedocument.wordprocessingml.document", OOXML),
    kind(&["xlsx"], "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", OOXML),
    kind(&["pptx"], "application/vnd.openxmlformats-officedocument.presentationml.presentation", OOXML),
    kind(&["ofd"], "application/ofd", Sign::Package(b"OFD.xml")),
    kind(&["doc", "wps"], "application/msword", Sign::Compound),
    kind(&["xls", "et"], "application/vnd.ms-excel", Sign::Compound),
    kind(&["ppt"], "application/vnd.ms-powerpoint", Sign::Compound),
    kind(&["txt"], "text/plain", Sign::Text),
    kind(&["csv"], "text/csv", Sign::Text),
    kind(&["m4a"], "audio/mp4", Sign::Sound(&["audio/m4a", "video/mp4"])),
    kind(&["mp3"], "audio/mpeg", Sign::Sound(&["audio/mpeg"])),
    kind(&["amr"], "audio/amr", Sign::Sound(&["audio/amr"])),
    kind(&["aac"], "audio/aac", Sign::Sound(&["audio/aac"])),
    kind(&["wav"], "audio/wav", Sign::Sound(&["audio/x-wav"])),
    kind(&["ogg", "opus"], "audio/ogg", Sign::Sound(&["audio/ogg", "audio/opus"])),
];

/// What a file field accepts.
pub const ACCEPT: &str = ".pdf,.jpg,.jpeg,.png,.webp,.gif,.docx,.xlsx,.pptx,.ofd,.doc,.wps,.xls,.et,.ppt,.txt,.csv,\
                          .m4a,.mp3,.amr,.aac,.wav,.ogg,.opus";

/// What people are told the kinds are.
const TOLD: &str = "可上传 PDF、OFD、Word、Excel、PPT、图片、录音、TXT 和 CSV";

/// The name alone, without folders or signs that mean something to a system; at most 100 characters, the ending kept.
pub(super) fn plain(name: &str) -> String {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control() && !"<>:\"|?*".contains(*c) && !hidden(*c)).collect();
    let name = name.trim().trim_matches('.').trim();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((name, ""));
    let stem: String = stem.chars().take(90).collect();
    match (stem.is_empty(), ending.is_empty()) {
        (true, _) => format!("附件.{ending}"),
        (false, true) => stem,
        (false, false) => format!("{stem}.{}", ending.chars().take(9).collect::<String>()),
    }
}

/// Signs that turn the direction of writing or take no room: with them `gpj.exe` reads as `exe.jpg`.
fn hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// The media type of a file that is taken.
///
/// # Errors
/// A Chinese sentence when it is empty, of a kind that is not taken, or not what its name says.
pub(super) fn media(name: &str, bytes: &[u8]) -> Result<&'static str, String> {
    if bytes.is_empty() {
        return Err(format!("“{name}”是空文件，请检查后重新选择。"));
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    let kind = KINDS.iter().find(|kind| kind.endings.contains(&ending.as_str()));
    let Some(kind) = kind else {
        let archive = ["zip", "rar", "7z", "tar", "gz"].contains(&ending.as_str());
        let advice = if archive { "压缩包请解压后分别上传；" } else { "" };
        return Err(format!("不能上传“{name}”：{advice}{TOLD}。"));
    };
    if kind.holds(bytes) {
        Ok(kind.media)
    } else {
        Err(format!("“{name}”的内容与扩展名不符，可能是改过名的文件。请用原来的程序另存后再上传；{TOLD}。"))
    }
}

impl Kind {
    /// Whether the content is of this kind.
    fn holds(&self, bytes: &[u8]) -> bool {
        let found = infer::get(bytes).map(|kind| kind.mime_type());
        match &self.sign {
            Sign::Media => found == Some(self.media),
            Sign::Sound(names) => found.is_some_and(|found| names.contains(&found)),
            Sign::Package(entry) => {
                bytes.starts_with(b"PK\x03\x04") && bytes.windows(entry.len()).any(|window| window == *entry)
            }
            Sign::Compound => bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
            Sign::Text => found.is_none() && is_text(bytes),
        }
    }
}

/// Text in UTF-8, or in the encoding of Chinese offices; never a page or a program.
fn is_text(bytes: &[u8]) -> bool {
    let readable = std::str::from_utf8(bytes).is_ok() || !encoding_rs::GB18030.decode(bytes).2;
    let start: Vec<u8> = bytes.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).take(4).collect();
    readable
        && !bytes.contains(&0)
        && !start.starts_with(b"<")
        && !start.starts_with(b"\xEF\xBB\xBF<")
        && !start.starts_with(b"#!")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_office_reads_is_taken() {
        for (name, bytes, kind) in [
            ("批复.pdf", &b"%PDF-1.7\n..."[..], "application/pdf"),
            ("现场.JPG", b"\xFF\xD8\xFF\xE0\x00\x10JFIF\x00", "image/jpeg"),
            ("图.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
            ("录音.m4a", b"\x00\x00\x00\x20ftypM4A \x00\x00\x00\x00", "audio/mp4"),
            ("录音.amr", b"#!AMR\n........", "audio/amr"),
            ("清单.xls", b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1....", "application/vnd.ms-excel"),
            ("说明.txt", "变压器容量不足".as_bytes(), "text/plain"),
            ("说明.txt", b"\xB1\xE4\xD1\xB9\xC6\xF7", "text/plain"),
        ] {
            assert_eq!(media(name, bytes), Ok(kind), "{name}");
        }
        let package = b"PK\x03\x04....word/document.xml....[Content_Types].xml";
        assert!(media("方案.docx", package).is_ok());
    }

    #[test]
    fn what_is_not_what_its_name_says_is_refused_with_advice() {
        for (name, bytes) in [
            ("批复.pdf", &b"MZ\x90\x00\x03"[..]),
            ("图.png", b"<html><script>alert(1)</script>"),
            ("说明.txt", b"<html><script>alert(1)</script>"),
            ("说明.txt", b"\xEF\xBB\xBF  <svg onload=alert(1)>"),
            ("说明.csv", b"MZ\x90\x00\x03\x00\x00"),
            ("方案.docx", b"PK\x03\x04....payload.exe"),
            ("方案.doc", b"MZ\x90\x00"),
        ] {
            assert!(media(name, bytes).unwrap_err().contains("另存"), "{name}");
        }
        assert!(media("程序.exe", b"MZ").unwrap_err().contains("可上传 PDF"));
        assert!(media("资料.zip", b"PK\x03\x04").unwrap_err().contains("解压"));
        assert!(media("页面.html", b"<p>").is_err() && media("无名", b"x").is_err() && media("空.pdf", b"").is_err());
    }

    #[test]
    fn a_name_is_only_a_name() {
        assert_eq!(plain("C:\\桌面\\批复.pdf"), "批复.pdf");
        assert_eq!(plain("../../etc/passwd"), "passwd");
        assert_eq!(plain("现场\u{202e}gpj.exe"), "现场gpj.exe");
        assert_eq!(plain(" a\r\nb\".txt "), "ab.txt");
        assert_eq!(plain(".pdf"), "pdf");
        assert_eq!(plain(&format!("{}.pdf", "长".repeat(300))).chars().count(), 94);
    }

    #[test]
    fn the_field_accepts_just_the_kinds_there_are() {
        let endings: Vec<String> =
            KINDS.iter().flat_map(|kind| kind.endings).map(|ending| format!(".{ending}")).collect();
        assert_eq!(ACCEPT, endings.join(","));
    }
}
