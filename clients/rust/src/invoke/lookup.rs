//! The look-up of a chute: from its reference to its host, once, under the limits of the call that needs it.

use super::chute::ChuteClient;
use crate::call::Credential;
use crate::cancel::unless_cancelled;
use crate::client::Inner;
use crate::config::{CallOptions, Via, check_duration, check_url};
use crate::deadline::Deadline;
use crate::errors::{Error, Kind};
use crate::helpers::is_uuid;
use crate::management::chutes::ChutesListParams;
use crate::types::{Chute, Cord};

/// What is known of a chute after its look-up. `id` and `name` are `None` when the ref was a URL, a host or a slug.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ChuteInfo {
    /// Base URL of its host, without a trailing slash.
    pub url: String,
    /// Its id.
    pub id: Option<String>,
    /// Its slug.
    pub slug: Option<String>,
    /// Its name.
    pub name: Option<String>,
    /// Its endpoints, where a look-up told them.
    pub cords: Vec<Cord>,
}

/// What a look-up found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) info: ChuteInfo,
    /// Its host is none of the client's: it gets no key.
    pub(super) foreign: bool,
}

impl ChuteClient {
    /// Looks the chute up where its ref asks for that. A second call asks nobody.
    ///
    /// # Errors
    /// `config` for what is no reference, `not_found` when there is no such chute.
    pub async fn resolve(&self) -> Result<ChuteInfo, Error> {
        let mut options = self.options.clone();
        Ok(self.found(&mut options).await?.info)
    }

    /// Looks the chute up under the limits of a call.
    pub(super) async fn found(&self, options: &mut CallOptions) -> Result<Found, Error> {
        let limits = options.clone().limits_only();
        let looked = self.info.get_or_try_init(|| async {
            // Apart: it is large, and a handle does it once.
            let info = Box::pin(self.look_up(limits)).await?;
            let foreign = info.slug.is_none() && !self.client.inner.hosts.own(&info.url);
            Ok(Found { info, foreign })
        });
        self.ahead(options, looked).await.cloned()
    }

    /// What comes before a call counts towards its deadline and ends with its handle, also where it is another caller's look-up.
    pub(super) async fn ahead<T>(
        &self,
        options: &mut CallOptions,
        work: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let Inner { options: client, seam, .. } = &*self.client.inner;
        let cancel = options.cancel.as_ref().or(client.cancel.as_ref());
        let limit = options.deadline.or(client.deadline).map(|limit| check_duration("deadline", limit));
        let Some(total) = limit.transpose()?.flatten() else { return unless_cancelled(cancel, work).await? };
        let (begun, passed) =
            (seam.steady(), || Error::new(Kind::Timeout, "the deadline of the call has passed during the look-up"));
        let done = unless_cancelled(cancel, tokio::time::timeout(total, work)).await?.map_err(|_| passed())??;
        let left = Deadline::after(Some(total), begun).remaining(seam.steady()).filter(|left| !left.is_zero());
        options.deadline = Some(left.ok_or_else(passed)?.into());
        Ok(done)
    }

    /// Whether the ref is a URL or a host: called as it is, and nothing that the platform could be asked about.
    pub(super) fn by_address(&self) -> bool {
        let lower = self.reference.to_ascii_lowercase();
        lower.starts_with("http://") || lower.starts_with("https://") || (lower.contains('.') && !lower.contains('/'))
    }

    async fn look_up(&self, limits: CallOptions) -> Result<ChuteInfo, Error> {
        let reference = self.reference.as_str();
        if reference.is_empty() {
            return Err(Error::config("the chute reference is empty; give an id, user/name, slug, host or URL"));
        }
        if self.by_address() {
            let host = (!reference.contains('/')).then(|| format!("https://{reference}"));
            let url = check_url("chute reference", host.as_deref().unwrap_or(reference))?;
            return Ok(ChuteInfo { url, ..ChuteInfo::default() });
        }
        if !is_uuid(reference) && !reference.contains('/') {
            return self.slug_host(reference);
        }
        let found = self.find(limits).await?;
        let Some(slug) = found.slug.as_deref().filter(|s| !s.is_empty()) else {
            return Err(Error::new(Kind::NotFound, format!("the chute {reference} has no slug, so it has no host to call")));
        };
        let mut info = self.slug_host(slug)?;
        (info.id, info.name, info.cords) = (Some(found.chute_id), Some(found.name), found.cords);
        Ok(info)
    }

    /// Asks for the ref itself and, for user/name, then for the name within that user's chutes.
    async fn find(&self, limits: CallOptions) -> Result<Chute, Error> {
        let error = match self.client.chutes().get(self.reference.as_str()).with(limits.clone()).await {
            Ok(found) => return Ok(found.into_inner()),
            Err(error) if error.is_not_found() => error,
            Err(error) => return Err(error),
        };
        if let Some((user, name)) = self.reference.split_once('/') {
            let params =
                ChutesListParams { name: Some(name.to_owned()), include_public: Some(true), ..ChutesListParams::default() };
            let mut pages = self.client.chutes().list_all(params).with(limits);
            while let Some(chute) = pages.next_item().await {
                let chute = chute?;
                let owner = chute.user.as_ref().and_then(|u| serde_json::to_value(u).ok());
                let owned = owner.is_some_and(|o| o["username"].as_str().is_some_and(|o| o.eq_ignore_ascii_case(user)));
                if owned && chute.name == name {
                    return Ok(chute);
                }
            }
        }
        let text = format!("there is no chute {} that you can see: {}", self.reference, error.message());
        Err(error.with_message(text))
    }

    fn slug_host(&self, slug: &str) -> Result<ChuteInfo, Error> {
        if !slug.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            return Err(Error::config(format!("{slug:?} is no chute reference; give an id, user/name, slug, host or URL")));
        }
        let url = self.client.inner.hosts.chute.replace("{slug}", slug);
        Ok(ChuteInfo { url, slug: Some(slug.to_owned()), ..ChuteInfo::default() })
    }

    /// Where its calls go, and who vouches for them there.
    pub(super) async fn base(&self, options: &mut CallOptions) -> Result<(String, Credential), Error> {
        let via = options.via.or(self.client.inner.options.via).unwrap_or_default();
        let api = &self.client.inner.hosts.api;
        if via == Via::Api && is_uuid(&self.reference) {
            return Ok((format!("{api}/chutes/{}", self.reference), Credential::Client));
        }
        let Found { info, foreign } = self.found(options).await?;
        match (via, info.id) {
            (Via::Host, _) => Ok((info.url, if foreign { Credential::Nobody } else { Credential::Client })),
            (Via::Api, Some(id)) => Ok((format!("{api}/chutes/{id}"), Credential::Client)),
            (Via::Api, None) => Err(Error::config(format!(
                "via api needs the id of the chute; give the UUID or user/name instead of {}",
                self.reference
            ))),
        }
    }
}
