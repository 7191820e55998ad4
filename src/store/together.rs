//! Questions that many ask at the same time, put together: while the server answers some, the next ones gather. Each for itself
//! they would cost it more than the turns that ask them.

use tokio::sync::{mpsc, oneshot};

use super::StoreError;

/// How many may wait; who comes later waits to get in.
const WAITING_MAX: usize = 4_096;

/// How many are looked for at once.
const TOGETHER_MAX: usize = 128;

/// How many questions are answered at once.
pub(super) trait Look: Send + 'static {
    type Question: Send + 'static;
    type Answer: Send + 'static;

    /// The answers, in the order of the questions.
    fn look(&self, questions: Vec<Self::Question>) -> impl Future<Output = Result<Vec<Self::Answer>, StoreError>> + Send;
}

struct Asked<L: Look> {
    question: L::Question,
    answer: oneshot::Sender<Result<L::Answer, StoreError>>,
}

/// Asks on behalf of many.
pub(super) struct Together<L: Look>(mpsc::Sender<Asked<L>>);

impl<L: Look> Together<L> {
    /// On the runtime of the store, until nobody can ask any more.
    pub(super) fn new(look: L) -> Self {
        let (sender, asked) = mpsc::channel(WAITING_MAX);
        tokio::spawn(work(look, asked));
        Self(sender)
    }

    pub(super) async fn ask(&self, question: L::Question) -> Result<L::Answer, StoreError> {
        let ended = || StoreError::Unavailable("nobody looks into the database any more".to_owned());
        let (answer, told) = oneshot::channel();
        self.0.send(Asked { question, answer }).await.map_err(|_| ended())?;
        told.await.unwrap_or_else(|_| Err(ended()))
    }
}

async fn work<L: Look>(look: L, mut waiting: mpsc::Receiver<Asked<L>>) {
    let mut asked = Vec::with_capacity(TOGETHER_MAX);
    while waiting.recv_many(&mut asked, TOGETHER_MAX).await > 0 {
        let (questions, callers): (Vec<_>, Vec<_>) = asked.drain(..).map(|a| (a.question, a.answer)).unzip();
        match look.look(questions).await {
            Ok(answers) => callers.into_iter().zip(answers).for_each(|(caller, answer)| tell(caller, Ok(answer))),
            Err(error) => callers.into_iter().for_each(|caller| tell(caller, Err(error.clone()))),
        }
    }
}

fn tell<A>(caller: oneshot::Sender<Result<A, StoreError>>, answer: Result<A, StoreError>) {
    let _caller_is_gone = caller.send(answer);
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures_util::future::join_all;
    use tokio::sync::Semaphore;

    use super::*;

    /// Doubles numbers once it may; 13 is bad luck for all.
    struct Doubling {
        may: Arc<Semaphore>,
        groups: Arc<Mutex<Vec<usize>>>,
    }

    impl Look for Doubling {
        type Question = u32;
        type Answer = u32;

        async fn look(&self, questions: Vec<u32>) -> Result<Vec<u32>, StoreError> {
            self.groups.lock().unwrap().push(questions.len());
            self.may.acquire().await.unwrap().forget();
            if questions.contains(&13) {
                return Err(StoreError::Unavailable("bad luck".to_owned()));
            }
            Ok(questions.into_iter().map(|n| 2 * n).collect())
        }
    }

    #[tokio::test]
    async fn what_is_asked_meanwhile_is_answered_together_and_each_gets_its_own() {
        let (may, groups) = (Arc::new(Semaphore::new(0)), Arc::<Mutex<Vec<usize>>>::default());
        let together = Together::new(Doubling { may: may.clone(), groups: groups.clone() });
        let first = together.ask(1);
        let others = async {
            until(|| groups.lock().unwrap().len() == 1).await;
            join_all((2..=5).map(|n| together.ask(n))).await
        };
        let free = async {
            until(|| together.0.max_capacity() - together.0.capacity() == 4).await;
            may.add_permits(2);
        };
        let (first, others, ()) = tokio::join!(first, others, free);
        assert_eq!((first, others), (Ok(2), (2..=5).map(|n| Ok(2 * n)).collect()));
        assert_eq!(*groups.lock().unwrap(), [1, 4]);
        may.add_permits(1);
        assert_eq!(together.ask(13).await, Err(StoreError::Unavailable("bad luck".to_owned())));
        may.add_permits(1);
        assert_eq!(together.ask(7).await, Ok(14), "it goes on");
    }

    async fn until(holds: impl Fn() -> bool) {
        while !holds() {
            tokio::task::yield_now().await;
        }
    }
}
