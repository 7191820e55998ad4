//! A stopwatch that stops while the machine stands still: limits of time are about what runs on it.

use std::{
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

/// How often a thread of its own looks at the clock.
const STEP: Duration = Duration::from_millis(10);
/// A thread that is woken up later than this was not waiting for others to have their turn: nobody had one.
const LATE: Duration = Duration::from_millis(200);

/// What is running since a moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch {
    pub(crate) begun: Instant,
    stood: Duration,
}

impl Stopwatch {
    pub(crate) fn start() -> Self {
        let begun = Instant::now();
        Self { begun, stood: clock().stood(begun) }
    }

    /// How long the machine has run since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begun.elapsed().saturating_sub(self.stood())
    }

    /// How long it has stood still.
    pub(crate) fn stood(&self) -> Duration {
        clock().stood(Instant::now()).saturating_sub(self.stood)
    }
}

/// What the looks at the clock have shown.
struct Clock {
    looked: Instant,
    stood: Duration,
}

impl Clock {
    fn look(&mut self, now: Instant) {
        (self.stood, self.looked) = (self.stood(now), now);
    }

    /// With the look that is under way.
    fn stood(&self, now: Instant) -> Duration {
        let late = now.saturating_duration_since(self.looked).saturating_sub(STEP);
        self.stood + if late > LATE { late } else { Duration::ZERO }
    }
}

fn clock() -> MutexGuard<'static, Clock> {
    static CLOCK: LazyLock<Mutex<Clock>> = LazyLock::new(|| {
        thread::spawn(|| {
            loop {
                thread::sleep(STEP); // between two looks
                clock().look(Instant::now());
            }
        });
        Mutex::new(Clock { looked: Instant::now(), stood: Duration::ZERO })
    });
    CLOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn a_look_that_comes_late_is_a_standstill() {
    let begun = Instant::now();
    let at = |ms| begun + Duration::from_millis(ms);
    let mut clock = Clock { looked: begun, stood: Duration::ZERO };
    clock.look(at(10));
    clock.look(at(200));
    assert_eq!(clock.stood(at(400)), Duration::ZERO, "others had their turn");
    assert_eq!(clock.stood(at(1_210)), Duration::from_secs(1));
    clock.look(at(1_210));
    clock.look(at(1_220));
    assert_eq!(clock.stood(at(1_230)), Duration::from_secs(1));
}
