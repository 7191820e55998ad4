//! x
use flowgate::*;
fn main() {
    macro_rules! s { ($($t:ty),*) => { $( println!("{:>6} {}", std::mem::size_of::<$t>(), stringify!($t)); )* } }
    s!(
        language::SequenceFile,
        language::Block,
        language::Item,
        language::Said,
        language::Doing,
        flow::Block,
        flow::Kind,
        flow::Item,
        flow::Question,
        flow::block::Expect,
        template::Text,
        template::Expr,
        flow::Phrase,
        flow::Choices,
        flow::block::Ask,
        yaml::Node,
        yaml::Key,
        yaml::Span,
        diagnostic::Place,
        template::Read,
        flow::Computed
    );
}
