//! How long it will take, by how fast it was lately.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// What happened longer ago says nothing.
const LATELY: Duration = Duration::from_secs(30);
/// The least time that says anything.
const LEAST: Duration = Duration::from_secs(3);

/// How much was done at which times.
#[derive(Debug, Default)]
pub struct Remaining {
    samples: VecDeque<(Instant, u64)>,
}

impl Remaining {
    /// So much is done by now.
    pub fn note(&mut self, now: Instant, done: u64) {
        // It was estimated too high before.
        if self.samples.back().is_some_and(|(_, before)| *before > done) {
            self.samples.clear();
        }
        self.samples.push_back((now, done));
        while self.samples.get(1).is_some_and(|(at, _)| now - *at >= LATELY) {
            self.samples.pop_front();
        }
    }

    /// How long the rest takes; `None` when nobody can say: too little time has passed, or nothing was done in it.
    #[must_use]
    pub fn left(&self, now: Instant, total: u64) -> Option<Duration> {
        let ((since, before), (_, done)) = (self.samples.front()?, self.samples.back()?);
        let (took, made) = (now - *since, done - before);
        if took < LEAST || made == 0 || *done >= total {
            return None;
        }
        let milliseconds = took.as_millis() * u128::from(total - done) / u128::from(made);
        u64::try_from(milliseconds).ok().map(Duration::from_millis)
    }
}

/// A time that is not known exactly, such as `about 20 s`, `about 3 min`: rather too long than too short.
#[must_use]
pub fn in_words(time: Duration) -> String {
    let seconds = time.as_millis().div_ceil(1_000);
    match seconds {
        0..=55 => format!("about {} s", seconds.div_ceil(5).max(1) * 5),
        56..=3_540 => format!("about {} min", seconds.div_ceil(60)),
        _ => format!("about {} h", seconds.div_ceil(3_600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: Instant, seconds: u64) -> Instant {
        start + Duration::from_secs(seconds)
    }

    #[test]
    fn the_rest_takes_as_long_as_it_took_lately() {
        let start = Instant::now();
        let mut remaining = Remaining::default();
        assert_eq!(remaining.left(start, 100), None);
        remaining.note(start, 0);
        remaining.note(after(start, 2), 10);
        assert_eq!(remaining.left(after(start, 2), 100), None, "too early to say");
        remaining.note(after(start, 10), 50);
        assert_eq!(remaining.left(after(start, 10), 100), Some(Duration::from_secs(10)));
        // Slower from now on.
        for second in 11..=50 {
            remaining.note(after(start, second), 50 + (second - 10) / 10);
        }
        let left = remaining.left(after(start, 50), 100).unwrap();
        assert!((300..600).contains(&left.as_secs()), "{left:?}");
        // Nothing moves any more.
        for second in 51..=90 {
            remaining.note(after(start, second), 54);
        }
        assert_eq!(remaining.left(after(start, 90), 100), None);
        remaining.note(after(start, 91), 3);
        assert_eq!(remaining.left(after(start, 91), 100), None, "the counts began anew");
    }

    #[test]
    fn a_time_is_no_more_exact_than_it_is_known() {
        let words = |seconds| in_words(Duration::from_secs(seconds));
        assert_eq!(
            [0, 1, 18, 55].map(words),
            ["about 5 s", "about 5 s", "about 20 s", "about 55 s"]
        );
        assert_eq!(
            [56, 61, 3_540, 3_541, 7_201].map(words),
            ["about 1 min", "about 2 min", "about 59 min", "about 1 h", "about 3 h"]
        );
    }
}
