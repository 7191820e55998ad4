//! The cases: who says what, to which backend, and how one process after the other dies.

use flowgate::crash::Point::{self, *};

/// How a process dies.
#[derive(Clone, Copy, Debug)]
pub(super) enum Death {
    /// By itself, when it comes to a point for the n-th time.
    At(Point, usize),
    /// From outside, when the backend has a request for this path and has not answered.
    Called(&'static str),
}

/// What a user says: what stands between commas in one breath, one message as soon as the one before is accepted; the next
/// breath when all is answered.
pub(super) type Script = &'static str;

const W1: Script = "hello, hello, hello";
const W2: Script = "order, large, 7, order, small, 3";
const LOOK: Script = "hello, look, hello";
const BUY: Script = "hello, buy, hello";
const PAY: Script = "hello, pay, hello";
const LOOK_AND_MORE: Script = "hello, look + hello, hello";
const BUY_AND_MORE: Script = "hello, buy + hello, hello";
const PAY_AND_MORE: Script = "hello, pay + hello, hello";

/// What is said during a call, by its id: the third of the scripts with more.
pub(super) const SECOND: &str = "m2";

/// How long the backend takes: at once, or longer than a commit waits for a GET.
const AT_ONCE: u64 = 0;
const SLOWLY: u64 = 900;

/// Who says what to a backend that takes so many milliseconds, and how one process after the other dies.
#[derive(Clone, Copy)]
pub(super) struct Case(pub(super) Script, pub(super) u64, pub(super) &'static [Death]);

pub(super) const GREETING: &[Case] = &[
    Case(W1, AT_ONCE, &[Death::At(Received, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Advanced, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Writing, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Written, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Committed, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Replied, 1)]),
    Case(W1, AT_ONCE, &[Death::At(Received, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Advanced, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Writing, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Written, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Committed, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Replied, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Streamed, 2)]),
    Case(W1, AT_ONCE, &[Death::At(Streamed, 3)]),
    Case(W1, AT_ONCE, &[Death::At(Written, 1), Death::At(Written, 1), Death::At(Written, 1)]),
];

pub(super) const STEPS: &[Case] = &[
    Case(W2, AT_ONCE, &[Death::At(Received, 2), Death::At(Received, 2), Death::At(Received, 2)]),
    Case(W2, AT_ONCE, &[Death::At(Advanced, 2), Death::At(Advanced, 2), Death::At(Advanced, 2)]),
    Case(W2, AT_ONCE, &[Death::At(Writing, 2), Death::At(Writing, 2), Death::At(Writing, 2)]),
    Case(W2, AT_ONCE, &[Death::At(Written, 1), Death::At(Written, 1), Death::At(Written, 1), Death::At(Written, 1)]),
    Case(W2, AT_ONCE, &[Death::At(Committed, 1), Death::At(Committed, 1), Death::At(Committed, 1), Death::At(Committed, 1)]),
    Case(W2, AT_ONCE, &[Death::At(Replied, 2), Death::At(Replied, 2)]),
    Case(W2, AT_ONCE, &[Death::At(Streamed, 2), Death::At(Streamed, 3)]),
];

pub(super) const CALLS: &[Case] = &[
    Case(LOOK, AT_ONCE, &[Death::At(Calling, 1)]),
    Case(LOOK, AT_ONCE, &[Death::At(CallAnswered, 1)]),
    Case(LOOK, AT_ONCE, &[Death::At(Advanced, 2)]),
    Case(LOOK, AT_ONCE, &[Death::At(Writing, 2)]),
    Case(LOOK, AT_ONCE, &[Death::At(Committed, 2)]),
    Case(LOOK, AT_ONCE, &[Death::Called("/look")]),
    Case(LOOK, SLOWLY, &[Death::At(Committed, 2), Death::At(TakenOver, 1), Death::At(Calling, 1)]),
    Case(LOOK, SLOWLY, &[Death::At(CallAnswered, 1), Death::At(CallAnswered, 1)]),
    Case(LOOK, SLOWLY, &[Death::At(AnswerCommitted, 1)]),
    Case(BUY, AT_ONCE, &[Death::At(Advanced, 2)]),
    Case(BUY, AT_ONCE, &[Death::At(Writing, 2)]),
    Case(BUY, AT_ONCE, &[Death::At(Written, 2)]),
    Case(BUY, AT_ONCE, &[Death::At(Committed, 2), Death::At(TakenOver, 1)]),
    Case(BUY, AT_ONCE, &[Death::At(Calling, 1)]),
    Case(BUY, AT_ONCE, &[Death::Called("/buy"), Death::At(TakenOver, 1)]),
    Case(BUY, AT_ONCE, &[Death::At(CallAnswered, 1)]),
    Case(BUY, AT_ONCE, &[Death::At(Writing, 3)]),
    Case(BUY, AT_ONCE, &[Death::At(Written, 3)]),
    Case(BUY, AT_ONCE, &[Death::At(AnswerCommitted, 1)]),
    Case(BUY, AT_ONCE, &[Death::At(Streamed, 3)]),
    Case(PAY, AT_ONCE, &[Death::At(Written, 2)]),
    Case(PAY, AT_ONCE, &[Death::At(Committed, 2)]),
    Case(PAY, AT_ONCE, &[Death::At(Calling, 1), Death::At(Calling, 1)]),
    Case(PAY, AT_ONCE, &[Death::Called("/pay"), Death::At(TakenOver, 1), Death::At(CallAnswered, 1)]),
    Case(PAY, AT_ONCE, &[Death::At(CallAnswered, 1), Death::At(Writing, 2)]),
    Case(PAY, AT_ONCE, &[Death::At(Advanced, 3)]),
    Case(PAY, AT_ONCE, &[Death::At(Written, 3)]),
    Case(PAY, AT_ONCE, &[Death::At(AnswerCommitted, 1)]),
];

pub(super) const INBOX: &[Case] = &[
    Case(LOOK_AND_MORE, SLOWLY, &[Death::At(InboxPut, 1)]),
    Case(LOOK_AND_MORE, SLOWLY, &[Death::At(InboxTaken, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(InboxPut, 1), Death::At(TakenOver, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(InboxPut, 1), Death::At(InboxTaken, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(CallAnswered, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(AnswerCommitted, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(Writing, 4)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(InboxTaken, 1)]),
    Case(BUY_AND_MORE, SLOWLY, &[Death::At(Replied, 2)]),
    Case(PAY_AND_MORE, SLOWLY, &[Death::At(InboxPut, 1), Death::At(AnswerCommitted, 1)]),
    Case(PAY_AND_MORE, SLOWLY, &[Death::At(CallAnswered, 1), Death::At(Written, 2)]),
    Case(PAY_AND_MORE, SLOWLY, &[Death::At(AnswerCommitted, 1)]),
    Case(PAY_AND_MORE, SLOWLY, &[Death::At(InboxTaken, 1)]),
];
