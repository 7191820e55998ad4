//! TLS to PostgreSQL: what its URL says about it, in the words of libpq.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres::config::SslMode;

use super::OpenError;

/// What a URL asks for.
pub(super) struct Tls {
    pub(super) mode: SslMode,
    /// A file of certificates that are trusted, instead of the system's.
    pub(super) root: Option<String>,
}

/// Takes out of the URL what tokio-postgres does not know.
pub(super) fn split(url: &str) -> Result<(String, Tls), OpenError> {
    let mut tls = Tls { mode: SslMode::Prefer, root: None };
    let Some((base, query)) = url.split_once('?') else { return Ok((url.to_owned(), tls)) };
    let mut kept = Vec::new();
    for pair in query.split('&') {
        match pair.split_once('=') {
            Some(("sslmode", mode)) => tls.mode = ssl_mode(mode)?,
            Some(("sslrootcert", file)) => tls.root = Some(percent_encoding::percent_decode_str(file).decode_utf8_lossy().into_owned()),
            _ => kept.push(pair),
        }
    }
    Ok((format!("{base}?{}", kept.join("&")), tls))
}

fn ssl_mode(name: &str) -> Result<SslMode, OpenError> {
    match name {
        "disable" => Ok(SslMode::Disable),
        "allow" | "prefer" => Ok(SslMode::Prefer),
        "require" | "verify-full" => Ok(SslMode::Require),
        _ => Err(OpenError::Url(format!("sslmode is \"{name}\"; it is one of disable, prefer, require, verify-full"))),
    }
}

/// How a connection is secured: with certificates of this file, or those that the system trusts.
pub(super) fn settings(root: Option<&str>) -> Result<ClientConfig, OpenError> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().map_err(|e| OpenError::Url(e.to_string()))?;
    let verified = match root {
        Some(file) => builder.with_root_certificates(read_roots(file)?),
        None => builder.with_platform_verifier().map_err(|e| OpenError::Url(format!("the system's certificates: {e}")))?,
    };
    Ok(verified.with_no_client_auth())
}

fn read_roots(file: &str) -> Result<RootCertStore, OpenError> {
    let wrong = |reason: String| OpenError::Url(format!("sslrootcert {file}: {reason}"));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|e| wrong(e.to_string()))? {
        roots.add(certificate.map_err(|e| wrong(e.to_string()))?).map_err(|e| wrong(e.to_string()))?;
    }
    if roots.is_empty() { Err(wrong("it holds no certificate".to_owned())) } else { Ok(roots) }
}
