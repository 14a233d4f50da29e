//! `weiqitong workday`: working-day arithmetic by the State Council's calendar.

use anyhow::{Result, anyhow, bail};
use chrono::{DateTime, Datelike, FixedOffset, SecondsFormat};
use clap::Subcommand;
use kernel::hours::{due_after_days, due_after_minutes};
use kernel::{BusinessHours, Day, WorkCalendar};

/// What is asked.
#[derive(Debug, Subcommand)]
pub enum Workday {
    /// 从某一时刻起，若干工作日（或若干办公小时）的期限何时届满
    Due {
        /// 起始时刻，如 2026-11-23T10:00:00+08:00
        #[arg(long, value_name = "RFC3339")]
        start: DateTime<FixedOffset>,
        /// 工作日数：起始当天为第 0 天，届满于第 N 个工作日下班时
        #[arg(long, value_name = "N", required_unless_present = "hours")]
        days: Option<u32>,
        /// 办公小时数，可带小数；与 --days 同用时，先算天数，再从那时起算小时
        #[arg(long, value_name = "H")]
        hours: Option<f64>,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
    /// 两个日期之间（含首尾两天）有多少个工作日
    Count {
        /// 首日，如 2026-10-01
        #[arg(long, value_name = "DATE")]
        from: Day,
        /// 末日
        #[arg(long, value_name = "DATE")]
        to: Day,
        /// 输出 JSON
        #[arg(long)]
        json: bool,
    },
}

/// The answer as one line: the machine's value first, then words.
///
/// # Errors
/// When a year's notice is not out, or the hours are no amount.
pub fn answer(asked: &Workday, hours: &BusinessHours) -> Result<String> {
    let calendar = WorkCalendar::state_council().map_err(|told| anyhow!(told))?;
    match asked {
        Workday::Due { start, days, hours: amount, json } => {
            let mut due = start.to_utc();
            if let Some(days) = days {
                due = due_after_days(&calendar, hours, due, *days)?;
            }
            if let Some(amount) = amount {
                due = due_after_minutes(&calendar, hours, due, minutes(*amount)?)?;
            }
            let due = due.with_timezone(&hours.zone());
            let stamp = due.to_rfc3339_opts(SecondsFormat::Secs, false);
            if *json {
                return Ok(serde_json::json!({ "due": stamp }).to_string());
            }
            let weekday = ["一", "二", "三", "四", "五", "六", "日"][due.weekday().num_days_from_monday() as usize];
            let (year, month, day) = (due.year(), due.month(), due.day());
            Ok(format!("{stamp}  {year}年{month}月{day}日（周{weekday}）{}", due.format("%H:%M")))
        }
        Workday::Count { from, to, json } => {
            if to < from {
                bail!("末日 {to} 早于首日 {from}，请调换。");
            }
            let count = calendar.count(*from, *to)?;
            Ok(if *json { serde_json::json!({ "workdays": count }).to_string() } else { count.to_string() })
        }
    }
}

/// Hours as whole minutes, at most a year of them.
fn minutes(hours: f64) -> Result<u32> {
    if !(0.0..=8784.0).contains(&hours) {
        bail!("小时数应在 0 到 8784 之间，收到 {hours}。");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked just above")]
    Ok((hours * 60.0).round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(days: Option<u32>, hours: Option<f64>, json: bool) -> Result<String> {
        let start = "2026-11-23T15:00:00+08:00".parse()?;
        let site = BusinessHours::parse("09:00-12:00,13:30-17:00", "+08:00").map_err(|told| anyhow!(told))?;
        answer(&Workday::Due { start, days, hours, json }, &site)
    }

    #[test]
    fn a_clerk_reads_the_weekday_and_a_script_the_stamp() {
        let told = asked(Some(1), None, false).unwrap();
        assert_eq!(told, "2026-11-24T17:00:00+08:00  2026年11月24日（周二）17:00");
        assert_eq!(asked(None, Some(2.0), true).unwrap(), r#"{"due":"2026-11-23T17:00:00+08:00"}"#);
    }

    #[test]
    fn a_limit_into_2027_is_refused_with_the_reason() {
        assert!(asked(Some(60), None, false).unwrap_err().to_string().contains("2027 年"));
        assert!(asked(None, Some(-1.0), false).is_err());
        assert!(asked(None, Some(f64::NAN), false).is_err());
    }
}
