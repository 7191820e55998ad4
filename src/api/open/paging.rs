//! Pages of lists.

use serde::Deserialize;
use utoipa::IntoParams;

use crate::api::problem::Problem;

/// How deep pages go.
const ROWS_MAX: i64 = 10_000;
/// Rows of a page that does not say how many.
const LIMIT: i64 = 50;
const LIMITS: std::ops::RangeInclusive<i64> = 25..=1_000;

/// Which page is asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct Paging {
    /// Counted from 1; pages end at the 10,000th row.
    #[param(minimum = 1, example = 1)]
    page: Option<i64>,
    /// Rows of a page, 50 by default.
    #[param(minimum = 25, maximum = 1_000, example = 50)]
    limit: Option<i64>,
}

/// A page that may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Wanted {
    pub(super) page: i64,
    pub(super) limit: i64,
}

impl Paging {
    /// The page, if it is not too deep; `narrower` says what else to ask for.
    pub(super) fn wanted(&self, narrower: &str) -> Result<Wanted, Problem> {
        let (page, limit) = (self.page.unwrap_or(1), self.limit.unwrap_or(LIMIT));
        if page < 1 {
            return Err(Problem::invalid("`page` is a number from 1"));
        }
        if !LIMITS.contains(&limit) {
            return Err(Problem::invalid("`limit` is a number from 25 to 1000"));
        }
        if page.saturating_mul(limit) > ROWS_MAX {
            return Err(Problem::invalid(format!("pages end at the {ROWS_MAX}th row: {narrower}")));
        }
        Ok(Wanted { page, limit })
    }
}

impl Wanted {
    pub(super) fn offset(self) -> i64 {
        (self.page - 1) * self.limit
    }

    /// How many pages so many rows make; there is always one.
    pub(super) fn pages(self, total: i64) -> i64 {
        ((total + self.limit - 1) / self.limit).max(1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(page: Option<i64>, limit: Option<i64>) -> Option<(i64, i64)> {
        Paging { page, limit }.wanted("…").ok().map(|wanted| (wanted.offset(), wanted.limit))
    }

    #[test]
    fn pages_have_bounds() {
        assert_eq!(wanted(None, None), Some((0, 50)));
        assert_eq!(wanted(Some(10), Some(1_000)), Some((9_000, 1_000)));
        assert_eq!(wanted(Some(400), Some(25)), Some((9_975, 25)));
        for (page, limit) in [(0, 50), (-1, 50), (201, 50), (1_000_000_000, 25), (i64::MAX, 1_000), (1, 24), (1, 1_001), (1, 0), (1, -50)] {
            assert_eq!(wanted(Some(page), Some(limit)), None, "{page} {limit}");
        }
    }

    #[test]
    fn so_many_rows_make_so_many_pages() {
        let wanted = Wanted { page: 1, limit: 25 };
        assert_eq!([0, 1, 25, 26].map(|total| wanted.pages(total)), [1, 1, 1, 2]);
    }
}
