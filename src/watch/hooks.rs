//! The programs that `watch` runs beside its own runs, as the project names them.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::Value;

use super::hook_event::HookEvent;
use super::paths::FileStates;
use super::trouble_reporter::TroubleReporter;
use super::uploader::Uploader;
use super::wait_scale::WaitScale;
use crate::deliver::reported_trouble::Trouble;
use crate::project::Settings;

/// The programs of `emit.on_change` and `emit.on_trouble`.
pub struct Hooks {
    clock: WaitScale,
    delivery: Option<Uploader>,
    alarm: Option<TroubleReporter>,
}

/// How a run of `watch` has ended, as far as the programs are concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunOutcome<'r> {
    /// It has written these outputs, or found them as they are to be.
    Emitted(&'r [PathBuf]),
    /// The guard has refused it.
    Refused,
    /// It has met errors.
    Errors,
}

impl Hooks {
    /// None so far.
    pub fn new(clock: WaitScale) -> Self {
        Hooks { clock, delivery: None, alarm: None }
    }

    /// Takes the programs of a project. One that is no longer named, or named otherwise, is ended, which may take seconds. Returns
    /// what there is to say.
    pub fn configure(&mut self, settings: &Settings) -> Vec<HookEvent> {
        let Some(state) = &settings.state else { return vec![] };
        let root = settings.root.as_path();
        let mut news = vec![];
        let is_same =
            |alarm: &TroubleReporter| settings.on_trouble.as_ref().is_some_and(|program| alarm.is_of(program, root, state));
        if !self.alarm.as_ref().is_some_and(is_same) {
            if let Some(mut old) = self.alarm.take() {
                old.end();
                old.wait_for_end();
            }
            if let Some(program) = &settings.on_trouble {
                let (alarm, told) = TroubleReporter::new(program.clone(), root, state.clone(), self.clock);
                self.alarm = Some(alarm);
                news.extend(told);
            }
        }
        let is_same =
            |delivery: &Uploader| settings.on_change.as_ref().is_some_and(|program| delivery.is_of(program, root, state));
        if !self.delivery.as_ref().is_some_and(is_same) {
            if let Some(mut old) = self.delivery.take() {
                old.end();
                news.extend(old.wait_for_end());
            }
            if let Some(program) = &settings.on_change {
                let in_trouble = self.alarm.as_ref().is_some_and(|alarm| alarm.may_know_of(Trouble::Delivery));
                let (delivery, told) = Uploader::new(program.clone(), root, state.clone(), self.clock, in_trouble);
                self.delivery = Some(delivery);
                news.extend(told);
            }
        }
        if let Some(delivery) = &mut self.delivery {
            delivery.found(&settings.outputs.files());
        }
        news
    }

    /// Whether there are any: outputs that other processes write concern them.
    pub fn are_any(&self) -> bool {
        self.delivery.is_some() || self.alarm.is_some()
    }

    /// A run of `watch` has ended in this way; the object is what was logged of it.
    pub fn ran(&mut self, ending: RunOutcome<'_>, object: Value) {
        if let Some(delivery) = &mut self.delivery {
            match ending {
                RunOutcome::Emitted(outputs) => delivery.emitted(outputs),
                RunOutcome::Refused | RunOutcome::Errors => delivery.find_last(),
            }
        }
        if let Some(alarm) = &mut self.alarm {
            match ending {
                RunOutcome::Emitted(_) => alarm.emitted(object),
                RunOutcome::Refused => alarm.refused(object),
                RunOutcome::Errors => alarm.errors(object),
            }
        }
    }

    /// An event of a program was logged as this object: where it is trouble, or its end, `on_trouble` is run.
    pub fn logged(&mut self, news: &HookEvent, object: Value) {
        if let (Some(alarm), Some(is_trouble)) = (&mut self.alarm, news.trouble) {
            alarm.delivery(!is_trouble, object);
        }
    }

    /// Looks which programs have ended, and which are to be run. `seen` are the outputs as the last run of `watch` has left or
    /// found them. Returns what there is to say.
    pub fn look(&mut self, seen: &FileStates) -> Vec<HookEvent> {
        let mut news = self.delivery.as_mut().map(|delivery| delivery.look(seen)).unwrap_or_default();
        news.extend(self.alarm.as_mut().map(TroubleReporter::look).unwrap_or_default());
        news
    }

    /// The outputs of which it means nothing that they are gone: a program has moved them away, or is at work on them.
    pub fn may_be_gone(&self) -> Vec<PathBuf> {
        self.delivery.as_ref().map(Uploader::may_be_gone).unwrap_or_default()
    }

    /// How long to wait before looking again; `None` until something happens.
    pub fn patience(&self) -> Option<Duration> {
        let delivery = self.delivery.as_ref().and_then(Uploader::patience);
        [delivery, self.alarm.as_ref().and_then(TroubleReporter::patience)].into_iter().flatten().min()
    }

    /// Whether one is running, or about to be.
    pub fn are_busy(&self) -> bool {
        self.delivery.as_ref().is_some_and(Uploader::is_running) || self.alarm.as_ref().is_some_and(TroubleReporter::is_busy)
    }

    /// Ends those that are running. Returns what there is to say.
    pub fn finish(&mut self) -> Vec<HookEvent> {
        if let Some(delivery) = &mut self.delivery {
            delivery.end();
        }
        if let Some(alarm) = &mut self.alarm {
            alarm.end();
            alarm.wait_for_end();
        }
        self.delivery.as_mut().map(Uploader::wait_for_end).unwrap_or_default()
    }
}
