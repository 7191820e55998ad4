//! Answers of the server.

use reqwest::{RequestBuilder, Response};
use serde_json::Value;

/// An answer that has arrived as a whole.
#[derive(Debug)]
pub(crate) struct Got {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

/// Sends a request and waits for the whole answer.
pub(crate) async fn got(request: RequestBuilder) -> Got {
    Got::of(request.send().await.unwrap()).await
}

impl Got {
    pub(crate) async fn of(response: Response) -> Self {
        let begun = Self::begun(&response);
        Self { body: response.text().await.unwrap(), ..begun }
    }

    /// Of an answer whose body is not waited for.
    pub(crate) fn begun(response: &Response) -> Self {
        Self { status: response.status().as_u16(), headers: response.headers().clone(), body: String::new() }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Asserts that this is a problem in its one form, and gives its code.
    pub(crate) fn problem(&self, status: u16) -> String {
        assert_eq!(self.status, status, "{self:?}");
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert!(["title", "detail"].iter().all(|key| problem[key].as_str().is_some_and(|text| !text.is_empty())), "{problem}");
        problem["code"].as_str().unwrap().to_owned()
    }
}
