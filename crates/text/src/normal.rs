//! One spelling for what people write in several: full and half width, capitals, the numerals of cheques, blanks.

/// The text in its one spelling: half-width letters and signs, small letters, plain numerals for those of cheques
/// (`壹`, `貳` …), a single blank for any white space, none at the ends, and nothing that cannot be seen. Doing it
/// twice changes nothing more.
#[must_use]
pub fn normal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for sign in text.chars().filter(|sign| !unseen(*sign)) {
        let sign = spelt(sign);
        if sign.is_whitespace() {
            blank = !out.is_empty();
            continue;
        }
        if std::mem::take(&mut blank) {
            out.push(' ');
        }
        // Lowering may give several signs; the few for which it would not settle at once are left out of it by ASCII.
        out.push(sign.to_ascii_lowercase());
    }
    out
}

/// What takes no room: it comes along from web pages and word processors.
fn unseen(sign: char) -> bool {
    matches!(sign, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{00AD}')
        || sign.is_control() && !sign.is_whitespace()
}

fn spelt(sign: char) -> char {
    match sign {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(sign) - 0xFEE0).unwrap_or(sign),
        '①'..='⑨' => char::from_u32(u32::from(sign) - u32::from('①') + u32::from('1')).unwrap_or(sign),
        '。' | '｡' => '.',
        '、' => ',',
        '“' | '”' | '「' | '」' | '『' | '』' | '《' | '》' | '〈' | '〉' => '"',
        '‘' | '’' => '\'',
        '【' | '〔' => '[',
        '】' | '〕' => ']',
        '—' | '–' => '-',
        '〇' | '零' => '0',
        '壹' => '一',
        '贰' | '貳' | '貮' => '二',
        '叁' | '參' | '叄' => '三',
        '肆' => '四',
        '伍' => '五',
        '陆' | '陸' => '六',
        '柒' => '七',
        '捌' => '八',
        '玖' => '九',
        '拾' => '十',
        '佰' => '百',
        '仟' => '千',
        '萬' => '万',
        '億' => '亿',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::normal;
    use proptest::prelude::*;

    #[test]
    fn two_clerks_who_type_the_same_in_full_and_half_width_wrote_the_same() {
        assert_eq!(normal("ＡＢＣ１２３（增容）"), "abc123(增容)");
        assert_eq!(normal("abc123(增容)"), normal("ＡＢＣ１２３（增容）"));
        assert_eq!(normal("  用电\u{3000}\r\n增容 "), "用电 增容");
        assert_eq!(normal("人民币貳拾萬元整"), "人民币二十万元整");
        assert_eq!(normal("用\u{200B}电"), "用电");
    }

    proptest! {
        #[test]
        fn what_is_in_its_one_spelling_stays_so(text in any::<String>()) {
            let once = normal(&text);
            prop_assert_eq!(normal(&once), once);
        }
    }
}
