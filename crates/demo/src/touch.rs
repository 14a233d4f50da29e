//! How commissioners kept in touch with their clients lately: visits some two months apart, calls between them, what came of
//! them; and for the clients of the demo commissioner one contact in every state, so that each can be looked at.

use crate::chance::Chance;
use crate::{Time, World};
use chrono::{Datelike, Days};
use kernel::Day;
use kernel::words::{ContactKind, ContactSide, YieldKind};

/// So far back it goes, in days.
const BACK: u32 = 150;

/// Of so many in a hundred clients nothing was heard.
const SILENT: u32 = 12;
/// So many of the first clients are there to be looked at.
const SHOWN: usize = 3;

/// A contact with what became of it.
#[derive(Debug, Clone)]
pub struct Touch {
    /// With which client.
    pub client: usize,
    /// Of which official.
    pub official: usize,
    /// Who wished for it.
    pub by: ContactSide,
    /// By which way.
    pub kind: ContactKind,
    /// On which day.
    pub day: Day,
    /// At what time.
    pub hour: &'static str,
    /// When it was planned: so many days before.
    pub ahead: u32,
    /// What it was about.
    pub purpose: &'static str,
    /// How far it has come.
    pub course: Course,
    /// What was written down.
    pub note: &'static str,
    /// What came of it.
    pub gain: Option<(YieldKind, &'static str)>,
}

/// How far a contact has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Course {
    /// The other side has not answered.
    Asked,
    /// Agreed.
    Agreed,
    /// Written down, not confirmed.
    Recorded,
    /// Written down and confirmed.
    Confirmed,
    /// The other side declined.
    Declined,
}

const HOURS: &[&str] = &["09:00", "09:30", "10:00", "14:30", "15:00", ""];
/// What a visit was about, what was written down, and what came of it.
type Matter = (&'static str, &'static str, Option<(YieldKind, &'static str)>);
const MATTERS: &[Matter] = &[
    (
        "了解技改项目进展",
        "设备已到货，预计下月试生产。企业关心技改补助何时兑付。",
        Some((YieldKind::Policy, "技改设备补助的申报条件和兑付时间")),
    ),
    ("了解订单和用工情况", "订单稳定，熟练工缺口约十人，已自行招聘。", None),
    (
        "送达惠企政策清单",
        "逐条说明了适用的三项政策，企业表示清楚。",
        Some((YieldKind::Policy, "小微企业“六税两费”减免、稳岗返还")),
    ),
    (
        "回访上次反映的问题",
        "问题已办结，企业没有新的困难。",
        Some((YieldKind::Answer, "排污许可延续需在到期前六十日提出")),
    ),
    ("了解用电用气保障情况", "负荷够用，冬季错峰安排已知晓。", None),
    ("核对登记信息", "通信地址已变更，其余无误。", Some((YieldKind::Correction, "通信地址已迁至新厂区，请核实更正"))),
    ("了解融资需求", "续贷手续在办，暂无新的资金需求。", None),
];
const CALLS: &[(&str, &str)] = &[
    ("问候并了解近况", "经营正常，暂无需要协调的事。"),
    ("告知政策申报截止日期", "已提醒申报截止日期，企业自行准备。"),
    ("回访诉求办理情况", "企业对办理结果没有异议。"),
];

/// Everything there was and will be, client by client.
pub fn touches<'a>(world: &'a World, seed: u64, time: &'a Time<'a>) -> impl Iterator<Item = Touch> + 'a {
    let today = time.hours.day(time.now);
    (0..world.clients.len()).flat_map(move |client| {
        let mut chance = Chance::new(seed ^ (0x5EED_0000 + u64::try_from(client).unwrap_or_default()));
        // From some nothing was heard: they are what the silence radar looks for.
        let silent = chance.happens(SILENT) && client >= SHOWN;
        let mut touches = if silent { Vec::new() } else { lately(world, &mut chance, client, (time, today)) };
        touches.extend(shown(world, client, (time, today)));
        touches
    })
}

/// A working day outside the end of a month, when accounts are closed.
fn fit(time: &Time<'_>, day: Day) -> Option<Day> {
    let day = time.calendar.on_or_after(day).ok()?;
    let later = day.checked_add_days(Days::new(3))?;
    if later.month() == day.month() { Some(day) } else { time.calendar.on_or_after(later).ok() }
}

fn lately(world: &World, chance: &mut Chance, client: usize, (time, today): (&Time<'_>, Day)) -> Vec<Touch> {
    let mut touches = Vec::new();
    let mut back = BACK + chance.between(0, 40);
    let rhythm = chance.between(48, 95);
    while back > 3 {
        let day = today.checked_sub_days(Days::new(u64::from(back))).and_then(|day| fit(time, day));
        let official =
            day.filter(|day| *day < today).and_then(|day| Some((day, world.clients[client].commissioner_on(day)?)));
        if let Some((day, official)) = official {
            touches.push(visit(chance, (client, official), day));
        }
        let call = back.saturating_sub(chance.between(15, 30));
        let called =
            today.checked_sub_days(Days::new(u64::from(call))).and_then(|day| time.calendar.on_or_after(day).ok());
        let called = called.filter(|day| call > 2 && *day < today);
        let called = called.and_then(|day| Some((day, world.clients[client].commissioner_on(day)?)));
        if let Some((day, official)) = called
            && chance.happens(60)
        {
            touches.push(call_of(chance, (client, official), day));
        }
        back = back.saturating_sub(rhythm + chance.between(0, 12));
    }
    touches
}

fn visit(chance: &mut Chance, (client, official): (usize, usize), day: Day) -> Touch {
    let (purpose, note, gain) = *chance.one(MATTERS);
    let course = match chance.between(1, 100) {
        1..=8 => Course::Declined,
        9..=16 => Course::Recorded,
        _ => Course::Confirmed,
    };
    let by = if chance.happens(12) { ContactSide::Client } else { ContactSide::Commissioner };
    let (hour, ahead) = (*chance.one(HOURS), chance.between(2, 9));
    Touch { client, official, by, kind: ContactKind::Onsite, day, hour, ahead, purpose, course, note, gain }
}

fn call_of(chance: &mut Chance, (client, official): (usize, usize), day: Day) -> Touch {
    let (purpose, note) = *chance.one(CALLS);
    let kind = *chance.one(&[ContactKind::Phone, ContactKind::Phone, ContactKind::Wechat, ContactKind::Video]);
    let course = if chance.happens(80) { Course::Confirmed } else { Course::Recorded };
    let (by, hour) = (ContactSide::Commissioner, "");
    Touch { client, official, by, kind, day, hour, ahead: 0, purpose, course, note, gain: None }
}

/// One contact in every state, among the clients of the demo commissioner.
fn shown(world: &World, client: usize, (time, today): (&Time<'_>, Day)) -> Vec<Touch> {
    use ContactKind::{Onsite, Phone, Video};
    use ContactSide::{Client, Commissioner};
    let Some(official) = world.clients[client].commissioner_on(today).filter(|_| client < SHOWN) else {
        return Vec::new();
    };
    let at = |days: i64| {
        let day = today.checked_add_signed(chrono::Duration::days(days)).unwrap_or(today);
        time.calendar.on_or_after(day).unwrap_or(day)
    };
    let touch = |by, kind, day, course| Touch {
        client,
        official,
        by,
        kind,
        day,
        hour: "09:30",
        ahead: 2,
        purpose: "了解冬季用能和订单情况",
        course,
        note: "生产正常，关心年底前的补助兑付。",
        gain: None,
    };
    match client {
        0 => vec![
            touch(Commissioner, Phone, at(-6).min(today), Course::Recorded),
            touch(Client, Phone, at(2), Course::Asked),
            touch(Commissioner, Onsite, at(8), Course::Asked),
        ],
        1 => vec![
            touch(Commissioner, Phone, at(-5).min(today), Course::Agreed),
            touch(Client, Onsite, at(6), Course::Agreed),
        ],
        _ => vec![touch(Commissioner, Video, at(3), Course::Declined)],
    }
}
