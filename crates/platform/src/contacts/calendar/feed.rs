//! A calendar as telephones and computers read it: iCalendar, RFC 5545.

use super::rows::Event;
use crate::Site;
use chrono::{Duration, NaiveTime, Timelike};
use kernel::Instant;
use kernel::words::ContactState;

/// How many octets a line may have (section 3.1).
const WIDTH: usize = 75;

/// The calendar with these contacts, each leading to its page on `host`.
pub(super) fn written(events: &[Event], site: &Site, (host, now): (&str, Instant)) -> String {
    let address = site.address(host);
    let mut out = String::new();
    line(&mut out, "BEGIN:VCALENDAR");
    line(&mut out, "VERSION:2.0");
    line(&mut out, "PRODID:-//Weiqitong//Contacts//ZH");
    line(&mut out, &format!("X-WR-CALNAME:{}", escaped(&format!("{}：我的联系安排", site.name))));
    line(&mut out, "REFRESH-INTERVAL;VALUE=DURATION:PT1H");
    for event in events {
        line(&mut out, "BEGIN:VEVENT");
        line(&mut out, &format!("UID:{}@{host}", event.id));
        line(&mut out, &format!("SEQUENCE:{}", event.version));
        line(&mut out, &format!("DTSTAMP:{}", stamp(now)));
        match NaiveTime::parse_from_str(&event.hour, "%H:%M") {
            Ok(time) => {
                let minutes = i64::from(time.num_seconds_from_midnight() / 60);
                let begins = site.hours.begin(event.day) + Duration::minutes(minutes);
                line(&mut out, &format!("DTSTART:{}", stamp(begins)));
                line(&mut out, &format!("DTEND:{}", stamp(begins + Duration::hours(1))));
            }
            Err(_) => line(&mut out, &format!("DTSTART;VALUE=DATE:{}", event.day.format("%Y%m%d"))),
        }
        let agreed = event.state == ContactState::Agreed;
        let open = if agreed { "" } else { "（待约定）" };
        line(&mut out, &format!("SUMMARY:{}{open}：{}", event.kind.label(), escaped(&event.client_name)));
        line(&mut out, if agreed { "STATUS:CONFIRMED" } else { "STATUS:TENTATIVE" });
        line(&mut out, &format!("URL:{address}/contacts/{}", event.id));
        line(&mut out, "END:VEVENT");
    }
    line(&mut out, "END:VCALENDAR");
    out
}

fn stamp(at: Instant) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n")
}

/// Adds a line, folded where it is too long, never within a character.
fn line(out: &mut String, text: &str) {
    let mut width = 0;
    for character in text.chars().filter(|character| !matches!(character, '\r' | '\n')) {
        if width + character.len_utf8() > WIDTH {
            out.push_str("\r\n ");
            width = 1;
        }
        width += character.len_utf8();
        out.push(character);
    }
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::{escaped, line};

    #[test]
    fn a_long_line_is_folded_between_characters_and_reads_the_same() {
        let name = "SUMMARY:现场办公：潍坊市高新技术产业开发区绿源蔬菜种苗科技发展有限责任公司第一分公司";
        let mut out = String::new();
        line(&mut out, name);
        assert!(out.lines().count() > 1 && out.split("\r\n").all(|part| part.len() <= 75), "{out}");
        assert_eq!(out.replace("\r\n ", "").trim_end(), name);
    }

    #[test]
    fn what_means_something_in_a_calendar_is_escaped() {
        assert_eq!(escaped("甲,乙;丙\\丁\n戊"), "甲\\,乙\\;丙\\\\丁\\n戊");
    }
}
