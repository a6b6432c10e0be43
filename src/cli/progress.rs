//! What is being done, for a person who watches, once it takes long.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use indicatif::ProgressBar;

use super::common::Common;

/// After so long a person begins to wonder.
const PATIENCE: Duration = Duration::from_secs(1);
/// How often the line is drawn.
const TICK: Duration = Duration::from_millis(100);

/// A line on standard error that names the stage that runs, once the work has taken over a second; none where standard error is
/// no terminal, or the user wants errors only. It is gone when this is dropped.
pub struct Progress(Option<(Sender<&'static str>, JoinHandle<()>)>);

impl Progress {
    /// Begins with a stage: `reading`.
    pub fn of(common: &Common, stage: &'static str) -> Self {
        if common.quiet || !std::io::stderr().is_terminal() {
            return Progress(None);
        }
        let (sender, stages) = channel();
        let thread = std::thread::spawn(move || {
            let started = std::time::Instant::now();
            let (mut stage, mut bar) = (stage, None::<ProgressBar>);
            loop {
                let wait = if bar.is_none() { PATIENCE.saturating_sub(started.elapsed()) } else { TICK };
                match stages.recv_timeout(wait) {
                    Ok(next) => stage = next,
                    Err(RecvTimeoutError::Timeout) => {
                        let bar = bar.get_or_insert_with(ProgressBar::new_spinner);
                        bar.set_message(format!("{stage} … {} s", started.elapsed().as_secs()));
                        bar.tick();
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            if let Some(bar) = bar {
                bar.finish_and_clear();
            }
        });
        Progress(Some((sender, thread)))
    }

    /// The next stage has begun.
    pub fn stage(&self, stage: &'static str) {
        if let Some((sender, _)) = &self.0 {
            // The thread listens until the sender is gone.
            let _ = sender.send(stage);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.0.take() {
            drop(sender);
            // If drawing has failed, there is nothing to clear away.
            let _ = thread.join();
        }
    }
}
