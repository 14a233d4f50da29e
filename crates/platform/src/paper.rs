//! An official document (公文) as .docx, laid out by GB/T 9704-2012: A4 with margins of 37, 35, 28 and 26 mm, the title in 二号
//! 小标宋, the text in 三号 仿宋 on lines of 28 points, attachments on pages of their own, page numbers outside at the foot.
//!
//! What is written is plain OOXML: every word processor of an office opens it. Text is taken as it is; signs that XML cannot
//! hold are left out.

use kernel::{BugExt, Problem};
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The width between the margins, in twentieths of a point.
const WIDTH: usize = 8845;

/// A document.
#[derive(Debug, Clone, Default)]
pub struct Paper {
    /// Its title.
    pub title: String,
    /// To whom it is addressed (主送机关); may be empty.
    pub to: String,
    /// Its text, paragraph by paragraph.
    pub text: Vec<String>,
    /// Who signs it; may be empty.
    pub by: String,
    /// The date under the signature, as people say it.
    pub date: String,
    /// What comes with it.
    pub attachments: Vec<Attachment>,
}

/// A table that comes with a document.
#[derive(Debug, Clone, Default)]
pub struct Attachment {
    /// Its title.
    pub title: String,
    /// The heads of its columns, each with its share of the width.
    pub heads: Vec<(&'static str, usize)>,
    /// Its rows: as many cells as heads.
    pub rows: Vec<Vec<String>>,
}

/// The media type of such a file.
pub const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

impl Paper {
    /// The file.
    ///
    /// # Errors
    /// A bug when it cannot be packed.
    pub fn docx(&self) -> Result<Vec<u8>, Problem> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let document = self.document();
        let parts = [
            ("[Content_Types].xml", CONTENT_TYPES),
            ("_rels/.rels", RELATIONS),
            ("word/document.xml", document.as_str()),
            ("word/_rels/document.xml.rels", DOCUMENT_RELATIONS),
            ("word/settings.xml", SETTINGS),
            ("word/styles.xml", STYLES),
            ("word/footer1.xml", &footer("right")),
            ("word/footer2.xml", &footer("left")),
        ];
        for (name, text) in parts {
            zip.start_file(name, SimpleFileOptions::default()).bug("packing a document")?;
            zip.write_all(text.as_bytes()).bug("packing a document")?;
        }
        Ok(zip.finish().bug("packing a document")?.into_inner())
    }

    fn document(&self) -> String {
        let mut body = String::new();
        paragraph(&mut body, "Title", &self.title);
        paragraph(&mut body, "Text", "");
        if !self.to.is_empty() {
            paragraph(&mut body, "Addressee", &self.to);
        }
        for text in &self.text {
            paragraph(&mut body, "Text", text);
        }
        self.list_attachments(&mut body);
        if !self.by.is_empty() || !self.date.is_empty() {
            paragraph(&mut body, "Text", "");
            paragraph(&mut body, "Signature", &self.by);
            paragraph(&mut body, "Signature", &self.date);
        }
        let several = self.attachments.len() > 1;
        for (place, attachment) in self.attachments.iter().enumerate() {
            let label = if several { format!("附件 {}", place + 1) } else { "附件".to_owned() };
            paragraph(&mut body, "AttachmentMark", &label);
            paragraph(&mut body, "Title", &attachment.title);
            attachment.table(&mut body);
        }
        format!("{HEAD}<w:document {NAMESPACES}><w:body>{body}{SECTION}</w:body></w:document>")
    }

    /// 附件：1. … under the text.
    fn list_attachments(&self, body: &mut String) {
        let several = self.attachments.len() > 1;
        for (place, attachment) in self.attachments.iter().enumerate() {
            let mark = if place == 0 { "附件：" } else { "　　　" };
            let number = if several { format!("{}．", place + 1) } else { String::new() };
            if place == 0 {
                paragraph(body, "Text", "");
            }
            paragraph(body, "Text", &format!("{mark}{number}{}", attachment.title));
        }
    }
}

impl Attachment {
    fn table(&self, body: &mut String) {
        let shares: usize = self.heads.iter().map(|(_, share)| share).sum::<usize>().max(1);
        let widths: Vec<usize> = self.heads.iter().map(|(_, share)| WIDTH * share / shares).collect();
        body.push_str("<w:tbl><w:tblPr><w:tblW w:w=\"5000\" w:type=\"pct\"/><w:tblBorders>");
        for side in ["top", "left", "bottom", "right", "insideH", "insideV"] {
            let _ = write!(body, "<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"000000\"/>");
        }
        body.push_str("</w:tblBorders><w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"60\" w:type=\"dxa\"/><w:right w:w=\"60\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>");
        for width in &widths {
            let _ = write!(body, "<w:gridCol w:w=\"{width}\"/>");
        }
        body.push_str("</w:tblGrid>");
        row(body, &widths, self.heads.iter().map(|(head, _)| *head), "CellHead", "<w:tblHeader/>");
        for cells in &self.rows {
            row(body, &widths, cells.iter().map(String::as_str), "Cell", "");
        }
        body.push_str("</w:tbl>");
    }
}

fn row<'a>(body: &mut String, widths: &[usize], cells: impl Iterator<Item = &'a str>, style: &str, extra: &str) {
    let _ = write!(body, "<w:tr><w:trPr><w:cantSplit/>{extra}</w:trPr>");
    for (width, text) in widths.iter().zip(cells) {
        let _ =
            write!(body, "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/><w:vAlign w:val=\"center\"/></w:tcPr>");
        paragraph(body, style, text);
        body.push_str("</w:tc>");
    }
    body.push_str("</w:tr>");
}

fn paragraph(body: &mut String, style: &str, text: &str) {
    let _ = write!(body, "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>");
    if !text.is_empty() {
        body.push_str("<w:r><w:t xml:space=\"preserve\">");
        escape(body, text);
        body.push_str("</w:t></w:r>");
    }
    body.push_str("</w:p>");
}

fn escape(body: &mut String, text: &str) {
    for sign in text.chars() {
        match sign {
            '&' => body.push_str("&amp;"),
            '<' => body.push_str("&lt;"),
            '>' => body.push_str("&gt;"),
            '\n' | '\t' => body.push(' '),
            // XML 1.0 holds no other control characters and no non-characters.
            sign if sign.is_control() || matches!(sign, '\u{fffe}' | '\u{ffff}') => {}
            sign => body.push(sign),
        }
    }
}

/// 四号 宋体 with a dash on either side, one character in from the outer edge.
fn footer(side: &str) -> String {
    let run = "<w:rPr><w:rFonts w:ascii=\"宋体\" w:hAnsi=\"宋体\" w:eastAsia=\"宋体\"/><w:sz w:val=\"28\"/></w:rPr>";
    let text = |text: &str| format!("<w:r>{run}<w:t xml:space=\"preserve\">{text}</w:t></w:r>");
    let field = |kind: &str| format!("<w:r>{run}<w:fldChar w:fldCharType=\"{kind}\"/></w:r>");
    let code = format!("<w:r>{run}<w:instrText xml:space=\"preserve\"> PAGE </w:instrText></w:r>");
    format!(
        "{HEAD}<w:ftr {NAMESPACES}><w:p><w:pPr><w:jc w:val=\"{side}\"/><w:ind w:left=\"280\" w:right=\"280\"/></w:pPr>{}{}{code}{}{}{}{}</w:p></w:ftr>",
        text("— "),
        field("begin"),
        field("separate"),
        text("1"),
        field("end"),
        text(" —"),
    )
}

const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";
/// A4; margins of 37 mm above, 35 below, 28 left, 26 right.
const SECTION: &str = "<w:sectPr><w:footerReference w:type=\"default\" r:id=\"rId3\"/><w:footerReference w:type=\"even\" r:id=\"rId4\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/><w:pgMar w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1587\" w:header=\"851\" w:footer=\"1400\" w:gutter=\"0\"/></w:sectPr>";
const CONTENT_TYPES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/><Default Extension=\"xml\" ContentType=\"application/xml\"/><Override PartName=\"/word/document.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/><Override PartName=\"/word/styles.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml\"/><Override PartName=\"/word/settings.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml\"/><Override PartName=\"/word/footer1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/><Override PartName=\"/word/footer2.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml\"/></Types>";
const RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";
const DOCUMENT_RELATIONS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" Target=\"styles.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/settings\" Target=\"settings.xml\"/><Relationship Id=\"rId3\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer1.xml\"/><Relationship Id=\"rId4\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer\" Target=\"footer2.xml\"/></Relationships>";
const SETTINGS: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:settings xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:evenAndOddHeaders/></w:settings>";
/// 小标宋 22 pt for titles, 仿宋 16 pt on lines of 28 pt for the text, 黑体 for the mark of an attachment, 仿宋 12 pt in tables.
const STYLES: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<w:styles xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"仿宋_GB2312\" w:hAnsi=\"仿宋_GB2312\" w:eastAsia=\"仿宋_GB2312\" w:cs=\"Times New Roman\"/><w:sz w:val=\"32\"/><w:szCs w:val=\"32\"/><w:lang w:val=\"en-US\" w:eastAsia=\"zh-CN\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"560\" w:lineRule=\"exact\"/></w:pPr></w:pPrDefault></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style><w:style w:type=\"paragraph\" w:styleId=\"Title\"><w:name w:val=\"Title\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:after=\"280\" w:line=\"600\" w:lineRule=\"exact\"/><w:jc w:val=\"center\"/></w:pPr><w:rPr><w:rFonts w:ascii=\"方正小标宋简体\" w:hAnsi=\"方正小标宋简体\" w:eastAsia=\"方正小标宋简体\"/><w:sz w:val=\"44\"/><w:szCs w:val=\"44\"/></w:rPr></w:style><w:style w:type=\"paragraph\" w:styleId=\"Text\"><w:name w:val=\"Text\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:ind w:firstLineChars=\"200\" w:firstLine=\"640\"/><w:jc w:val=\"both\"/></w:pPr></w:style><w:style w:type=\"paragraph\" w:styleId=\"Addressee\"><w:name w:val=\"Addressee\"/><w:basedOn w:val=\"Normal\"/></w:style><w:style w:type=\"paragraph\" w:styleId=\"Signature\"><w:name w:val=\"Signature\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:ind w:rightChars=\"400\" w:right=\"1280\"/><w:jc w:val=\"right\"/></w:pPr></w:style><w:style w:type=\"paragraph\" w:styleId=\"AttachmentMark\"><w:name w:val=\"AttachmentMark\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:pageBreakBefore/><w:spacing w:after=\"280\"/></w:pPr><w:rPr><w:rFonts w:ascii=\"黑体\" w:hAnsi=\"黑体\" w:eastAsia=\"黑体\"/></w:rPr></w:style><w:style w:type=\"paragraph\" w:styleId=\"Cell\"><w:name w:val=\"Cell\"/><w:basedOn w:val=\"Normal\"/><w:pPr><w:spacing w:before=\"40\" w:after=\"40\" w:line=\"320\" w:lineRule=\"exact\"/></w:pPr><w:rPr><w:sz w:val=\"24\"/><w:szCs w:val=\"24\"/></w:rPr></w:style><w:style w:type=\"paragraph\" w:styleId=\"CellHead\"><w:name w:val=\"CellHead\"/><w:basedOn w:val=\"Cell\"/><w:pPr><w:jc w:val=\"center\"/></w:pPr><w:rPr><w:rFonts w:ascii=\"黑体\" w:hAnsi=\"黑体\" w:eastAsia=\"黑体\"/></w:rPr></w:style></w:styles>";

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn a_document_holds_its_text_its_table_and_the_margins_of_the_standard() {
        let table = Attachment {
            title: "寿光市服务专员名单".into(),
            heads: vec![("企业", 2), ("专员", 1)],
            rows: vec![vec!["甲<乙>&公司\u{1}".into(), "李明".into()]],
        };
        let paper =
            Paper {
                title: "公示".into(), text: vec!["正文。".into()], attachments: vec![table], ..Paper::default()
            };
        let mut zip = zip::ZipArchive::new(Cursor::new(paper.docx().unwrap())).unwrap();
        let mut text = String::new();
        zip.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
        assert!(text.contains("甲&lt;乙&gt;&amp;公司<") && text.contains("正文。"), "{text}");
        assert!(text.contains("w:top=\"2098\" w:right=\"1474\" w:bottom=\"1984\" w:left=\"1587\""));
        assert_eq!(text.matches("<w:p>").count(), text.matches("</w:p>").count());
    }
}
