//! What the public may read of a round (公示): which commissioner looks after which enterprise or project, by county. No
//! telephone numbers, no reasons. Open to everybody while the round is the published one; before and after to who reads it.

mod pages;
pub(super) mod rows;

use super::App;
use shell::Routes;

pub(super) fn routes() -> Routes<App> {
    pages::routes()
}
