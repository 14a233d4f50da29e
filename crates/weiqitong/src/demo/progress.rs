//! How far it is: a bar on a terminal, a line now and then elsewhere. All of it on standard error.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::IsTerminal;

/// Where progress is told.
#[derive(Debug)]
pub(super) enum Progress {
    /// To somebody at a terminal.
    Bar(ProgressBar),
    /// To a file or a pipe.
    Lines,
    /// To nobody.
    #[cfg(test)]
    Silent,
}

impl Progress {
    /// What suits standard error.
    pub fn shown() -> Self {
        if std::io::stderr().is_terminal() {
            Self::Bar(ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()))
        } else {
            Self::Lines
        }
    }

    /// Tells something once.
    pub fn say(&self, text: &str) {
        match self {
            Self::Bar(bar) => bar.suspend(|| eprintln!("{text}")),
            Self::Lines => eprintln!("{text}"),
            #[cfg(test)]
            Self::Silent => {}
        }
    }

    /// Tells that so many of all demands are written.
    pub fn written(&self, count: usize, all: usize) {
        match self {
            Self::Bar(bar) => {
                if bar.length().is_none() {
                    bar.set_length(all as u64);
                    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} 件诉求，还需 {eta}") {
                        bar.set_style(style);
                    }
                }
                bar.set_position(count as u64);
                if count == all {
                    bar.finish();
                }
            }
            Self::Lines => eprintln!("  {count} / {all}"),
            #[cfg(test)]
            Self::Silent => {}
        }
    }
}
