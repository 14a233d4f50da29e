//! What a demand was answered, as far as everybody who reads the demand may read it: interim answers and answers, where heads
//! approve those that were approved. Search looks into these and into nothing else of a timeline.

use super::Happened;
use kernel::Problem;
use kernel::id::DemandId;
use kernel::words::{DemandAct, DemandState, Outcome};
use sea_orm::FromQueryResult;
use std::collections::HashMap;
use store::{Db, Sql};

/// For how many demands one statement asks.
const AT_ONCE: usize = 256;

/// What tells of a line of a timeline whether it is an answer that everybody may read.
pub(super) type Step = (DemandAct, Option<DemandState>, Option<Outcome>);

/// Which of the lines, the first first, are such answers. What still waits for the head of the unit, or was sent back, is none.
pub(super) fn open_to_all(steps: impl IntoIterator<Item = Step>) -> Vec<bool> {
    let mut open: Vec<bool> = Vec::new();
    let mut proposed = None;
    for (act, state, outcome) in steps {
        let place = open.len();
        let is_open = match act {
            DemandAct::InterimReply => true,
            DemandAct::Reply if state == Some(DemandState::Proposed) => {
                proposed = Some(place);
                false
            }
            DemandAct::Reply => true,
            DemandAct::Approve => {
                if let Some(approved) = proposed.take().filter(|_| outcome.is_some()) {
                    open[approved] = true;
                }
                false
            }
            _ => false,
        };
        open.push(is_open);
    }
    open
}

/// Takes from a timeline the words of answers that nobody has approved, for whoever is to hear none but approved ones.
pub(super) fn keep_back(lines: &mut [Happened]) {
    let open = open_to_all(lines.iter().map(|line| (line.act, line.state, line.outcome)));
    for (line, open) in lines.iter_mut().zip(open) {
        if line.act == DemandAct::Reply && !open {
            line.text.clear();
            line.files.clear();
            line.outcome = None;
        }
    }
}

#[derive(FromQueryResult)]
struct Line {
    demand_id: DemandId,
    act: DemandAct,
    state: Option<DemandState>,
    outcome: Option<Outcome>,
    text: String,
}

/// The answers of these demands that everybody may read who reads the demand, the first first.
pub(super) async fn of(db: &impl Db, demands: &[DemandId]) -> Result<HashMap<DemandId, Vec<String>>, Problem> {
    let mut answers: HashMap<DemandId, Vec<String>> = HashMap::new();
    for some in demands.chunks(AT_ONCE) {
        let Some(last) = some.last() else { break };
        // A few lengths only, so that the statements are known again.
        let full = some.len().next_power_of_two();
        let asked = some.iter().chain(std::iter::repeat(last)).take(full);
        let mut sql = Sql::text("");
        let places: Vec<String> = asked.map(|demand| sql.place(*demand)).collect();
        let text = format!(
            "SELECT demand_id, act, state, outcome, text FROM demand_event
             WHERE demand_id IN ({}) AND act IN ('interim-reply', 'reply', 'approve') ORDER BY demand_id, place",
            places.join(", ")
        );
        let lines: Vec<Line> = db.all(sql.say(text)).await?;
        for lines in lines.chunk_by(|one, next| one.demand_id == next.demand_id) {
            let open = open_to_all(lines.iter().map(|line| (line.act, line.state, line.outcome)));
            let said = lines.iter().zip(open).filter(|(_, open)| *open).map(|(line, _)| line.text.clone());
            answers.entry(lines[0].demand_id).or_default().extend(said);
        }
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use DemandAct::{Approve, InterimReply, Reply, Sign};
    use DemandState::{Handling, Proposed, Replied};

    #[test]
    fn an_answer_is_open_to_all_once_it_needs_nobodys_approval() {
        let solved = Some(Outcome::Solved);
        let steps = [
            (Sign, Some(Handling), None),
            (InterimReply, Some(Handling), None),
            (Reply, Some(Proposed), solved),
            (Approve, Some(Handling), None),
            (Reply, Some(Proposed), solved),
            (Approve, Some(Replied), solved),
            (Reply, Some(Proposed), solved),
        ];
        assert_eq!(open_to_all(steps), [false, true, false, false, true, false, false]);
        assert_eq!(open_to_all([(Reply, Some(Replied), solved), (Reply, None, solved)]), [true, true]);
    }
}
