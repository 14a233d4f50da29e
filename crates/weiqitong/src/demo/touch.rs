//! Contacts with what became of them, written a chunk at a time after the demands; then when the next visits are due.

use super::people::People;
use demo::{Course, Touch, World};
use kernel::id::ClientId;
use kernel::words::{ContactKind, ContactSide, YieldKind};
use kernel::{Day, Instant, Problem};
use platform::App;
use platform::contacts::{self, Lived, Notes};
use rules::contact::Deed;

/// How many contacts go into one transaction.
const CHUNK: usize = 5_000;
/// How many clients are reckoned in one transaction.
const CLIENTS: usize = 3_000;

/// Writes all contacts of the world, and reckons when the next visits are due.
pub(super) async fn write(
    app: &App,
    world: &World,
    people: &People,
    (seed, now): (u64, Instant),
) -> Result<(), Problem> {
    let time = super::time(&app.site, now);
    let planned: Vec<Touch> = demo::touches(world, seed, &time).collect();
    let teller = Teller { app, world, people, now };
    for chunk in planned.chunks(CHUNK) {
        let lived: Vec<Lived<'_>> = chunk.iter().filter_map(|touch| teller.tell(touch)).collect();
        let tx = app.store.begin().await?;
        contacts::write_down(&tx, &app.site, &lived).await?;
        tx.commit().await?;
    }
    let clients: Vec<ClientId> = people.clients.iter().map(|client| client.id).collect();
    for some in clients.chunks(CLIENTS) {
        let tx = app.store.begin().await?;
        contacts::cadence::settle(&tx, &app.site, some).await?;
        tx.commit().await?;
    }
    Ok(())
}

struct Teller<'a> {
    app: &'a App,
    world: &'a World,
    people: &'a People,
    now: Instant,
}

impl<'a> Teller<'a> {
    /// The contact with its steps, each at its moment; none when a moment would lie ahead.
    fn tell(&self, touch: &'a Touch) -> Option<Lived<'a>> {
        let hours = &self.app.site.hours;
        let at = |day: Day, minutes: i64| hours.begin(day) + chrono::Duration::minutes(minutes);
        let official = &self.people.officials[touch.official];
        let liaison = self.world.clients[touch.client].liaisons.first()?.name.as_str();
        let name = |side: ContactSide| match side {
            ContactSide::Client => liaison,
            ContactSide::Commissioner => official.name.as_str(),
        };
        let other = touch.by.other();
        let planned_on = touch.day.checked_sub_days(chrono::Days::new(u64::from(touch.ahead)))?;
        let planned_on = planned_on.min(hours.day(self.now).pred_opt()?);
        let made_at = at(planned_on, 560);
        let notes = notes(touch);
        let record = Deed::Record { kind: touch.kind, day: touch.day, yields: notes.yields() };
        let mut steps = Vec::new();
        let mut done = |side: ContactSide, deed: Deed, at: Instant| steps.push((side, deed, name(side), at));
        let spontaneous = touch.ahead == 0;
        let answered = made_at + chrono::Duration::minutes(95);
        match touch.course {
            Course::Asked => {}
            Course::Agreed => done(other, Deed::Agree, answered),
            Course::Declined => done(other, Deed::Decline, answered),
            Course::Recorded | Course::Confirmed => {
                if !spontaneous {
                    done(other, Deed::Agree, answered);
                    done(ContactSide::Commissioner, record, at(touch.day, 970));
                }
                if touch.course == Course::Confirmed {
                    done(ContactSide::Client, Deed::Confirm, at(touch.day.succ_opt()?, 555));
                }
            }
        }
        let steps_past = steps.iter().all(|(_, _, _, at)| *at <= self.now);
        let made_at = if spontaneous { at(touch.day, 960) } else { made_at };
        (steps_past && made_at <= self.now).then_some(Lived {
            client: &self.people.clients[touch.client],
            official,
            by: touch.by,
            kind: touch.kind,
            day: touch.day,
            hour: touch.hour,
            purpose: touch.purpose,
            made_at,
            at_once: spontaneous,
            notes,
            steps,
        })
    }
}

fn notes(touch: &Touch) -> Notes {
    let mut notes = Notes::default();
    if matches!(touch.course, Course::Recorded | Course::Confirmed) {
        touch.note.clone_into(&mut notes.note);
        match touch.gain {
            Some((YieldKind::Answer, text)) => text.clone_into(&mut notes.answer),
            Some((YieldKind::Policy, text)) => text.clone_into(&mut notes.policy),
            Some((YieldKind::Correction, text)) => text.clone_into(&mut notes.correction),
            _ => {}
        }
    }
    debug_assert!(touch.kind != ContactKind::Onsite || touch.ahead > 0);
    notes
}
