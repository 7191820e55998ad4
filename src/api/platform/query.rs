//! The query of a request: names in any case, the last value of each.

use std::{collections::BTreeMap, ops::RangeInclusive};

use actix_web::HttpRequest;

use super::{DEPTH_MAX, PAGE, PAGE_MAX};
use crate::api::problem::Problem;

/// What stands behind `?`.
pub(super) struct Query(BTreeMap<String, String>);

/// Which page of how many rows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paging {
    /// From 1; none if the client names none.
    pub(super) number: Option<i64>,
    /// Rows.
    pub(super) size: i64,
}

impl Query {
    pub(super) fn of(request: &HttpRequest) -> Self {
        let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
        Self(pairs.map(|(name, value)| (name.to_lowercase(), value.into_owned())).collect())
    }

    /// What is sent under one of these names.
    pub(super) fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.0.get(*name)).map(String::as_str)
    }

    /// The same, where it has to be there.
    pub(super) fn needed(&self, names: &[&str]) -> Result<&str, Problem> {
        self.text(names).ok_or_else(|| Problem::invalid(format!("`{}` is missing", names[0])))
    }

    /// A whole number within bounds; an empty text is none.
    pub(super) fn number(&self, name: &str, bounds: RangeInclusive<i64>) -> Result<Option<i64>, Problem> {
        let Some(text) = self.text(&[name]).filter(|text| !text.is_empty()) else { return Ok(None) };
        let number = text.trim().parse().ok().filter(|number| bounds.contains(number));
        let (least, most) = bounds.into_inner();
        number.map(Some).ok_or_else(|| Problem::invalid(format!("`{name}` is a whole number from {least} to {most}")))
    }

    pub(super) fn paging(&self) -> Result<Paging, Problem> {
        let number = self.number("page_number", 1..=i64::from(i32::MAX))?;
        Ok(Paging { number, size: self.number("page_size", 1..=PAGE_MAX)?.unwrap_or(PAGE) })
    }
}

impl Paging {
    /// The rows before the page: not too many, since they are all walked through.
    pub(super) fn skip(self, narrow: &str) -> Result<i64, Problem> {
        let skip = (self.number.unwrap_or(1) - 1) * self.size;
        if skip < DEPTH_MAX { Ok(skip) } else { Err(Problem::invalid(format!("pages end at {DEPTH_MAX} rows: {narrow}"))) }
    }

    /// How many pages there are; one if there is nothing.
    pub(super) fn pages(self, total: i64) -> i64 {
        total.max(1).div_euclid(self.size) + i64::from(total.max(1) % self.size > 0)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn query(text: &str) -> Query {
        Query::of(&TestRequest::with_uri(&format!("/?{text}")).to_http_request())
    }

    #[test]
    fn names_are_read_in_any_case_and_the_last_counts() {
        let query = query("Attribute_Name=a&attribute.value=b%20c&ATTRIBUTE_NAME=d");
        assert_eq!(query.text(&["attribute_name", "attribute.name"]), Some("d"));
        assert_eq!(query.needed(&["attribute_value", "attribute.value"]).unwrap(), "b c");
        assert!(query.needed(&["page_number"]).is_err());
    }

    #[test]
    fn pages_are_whole_numbers_within_bounds() {
        let paging = |text: &str| query(text).paging().map(|paging| (paging.number, paging.size));
        assert_eq!(paging("").unwrap(), (None, 500));
        assert_eq!(paging("page_number=&PAGE_SIZE=").unwrap(), (None, 500));
        assert_eq!(paging("Page_Number=2&page_size=1000").unwrap(), (Some(2), 1_000));
        for bad in ["page_number=0", "page_number=-1", "page_number=two", "page_number=1.5", "page_size=0", "page_size=1001"] {
            assert!(paging(bad).is_err(), "{bad}");
        }
        let deep = Paging { number: Some(1_000_000_000), size: 500 };
        assert!(deep.skip("x").is_err());
        assert_eq!(Paging { number: Some(20), size: 500 }.skip("x").unwrap(), 9_500);
    }

    #[test]
    fn the_last_page_may_be_short() {
        let pages = |total| Paging { number: None, size: 3 }.pages(total);
        assert_eq!([0, 1, 3, 4, 6].map(pages), [1, 1, 1, 2, 2]);
    }
}
