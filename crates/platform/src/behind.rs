//! Long reckonings stand back for people: each runs on a thread of its own, which gets a processor only when nobody waits
//! for one.

use kernel::{BugExt, Problem};
use std::thread;
use tokio::sync::oneshot;

/// The lowest priority there is, in the words of setpriority(2).
#[cfg(target_os = "linux")]
const LAST: i32 = 19;

/// What `work` comes to. `doing` says what it is, for the log.
///
/// # Errors
/// A bug when it panics, or when there can be no other thread.
pub async fn behind<T: Send + 'static>(
    doing: &'static str,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let (tell, told) = oneshot::channel();
    let run = move || {
        stand_back();
        // Whoever asked may be gone.
        let _ = tell.send(work());
    };
    thread::Builder::new().name("behind".into()).spawn(run).bug(doing)?;
    told.await.bug(doing)
}

/// Gives this thread the lowest priority: on Linux each thread has its own, elsewhere it would be the whole program's.
fn stand_back() {
    #[cfg(target_os = "linux")]
    if let Err(refused) = rustix::process::setpriority_process(None, LAST) {
        tracing::warn!(%refused, "a long reckoning runs at the priority of people");
    }
}

#[cfg(test)]
mod tests {
    use super::behind;

    #[tokio::test]
    async fn a_reckoning_stands_back_and_tells_what_it_comes_to() {
        #[cfg(target_os = "linux")]
        assert_eq!(behind("asking", || rustix::process::getpriority_process(None)).await.unwrap(), Ok(super::LAST));
        assert_eq!(behind("adding", || 1 + 1).await.unwrap(), 2);
        assert!(behind("failing", || assert_eq!(1 + 1, 3)).await.is_err());
    }
}
