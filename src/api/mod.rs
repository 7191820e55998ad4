//! The actix routes, authentication, error envelopes, OpenAPI. Never calls `flow::advance`.
