//! Pages, and the way from one to the next.

use crate::errors::{Error, Kind};
use crate::fit::{Fit, Fitted, or_absent};
use crate::json::Extra;
use crate::types::Chute;
use serde::de::{Error as _, MapAccess};
use serde::{Deserialize, Deserializer, Serialize};
use std::any::Any;

/// Pages that are asked for at most.
pub const MAX_PAGES: u64 = 10_000;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// How many there are on all pages.
    pub total: Option<i64>,
    /// The number of this page; 0 is the first.
    pub page: Option<i64>,
    /// Items in a full page.
    pub limit: Option<i64>,
    /// Fields that this version does not know.
    #[serde(flatten)]
    pub extra: Extra,
}

impl<T: Fit + 'static> Fit for Page<T> {
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        let mut made = Page { items: Vec::new(), total: None, page: None, limit: None, extra: Extra::new() };
        while let Some(name) = object.next_key::<String>()? {
            match name.as_str() {
                "items" => made.items = or_absent(object.next_value()?),
                "total" => made.total = or_absent(object.next_value()?),
                "page" => made.page = or_absent(object.next_value()?),
                "limit" => made.limit = or_absent(object.next_value()?),
                _ => {
                    made.extra.insert(name, object.next_value()?);
                }
            }
        }
        fill_cords(&mut made.items, &made.extra);
        Ok(Some(made))
    }
}

impl<'de, T: Fit + 'static> Deserialize<'de> for Page<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Page<T>, D::Error> {
        Fitted::deserialize(input)?.0.ok_or_else(|| D::Error::custom("it is no object"))
    }
}

/// What comes after a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    Page(u64),
    End,
}

/// Decides whether there is another page: none when `(page+1)*limit >= total` or the page is empty.
///
/// # Errors
/// `pagination_stuck` when a page repeats the one before it, or after [`MAX_PAGES`].
pub(crate) fn next<T: PartialEq>(previous: &[T], page: &Page<T>, number: u64, asked_limit: Option<u64>) -> Result<Next, Error> {
    if page.items.is_empty() {
        return Ok(Next::End);
    }
    if previous == page.items.as_slice() {
        return Err(Error::new(
            Kind::PaginationStuck,
            format!("page {number} repeats the page before it; the server ignores `page`"),
        ));
    }
    let limit = page.limit.and_then(|l| u64::try_from(l).ok()).or(asked_limit).filter(|l| *l > 0);
    let total = page.total.and_then(|t| u64::try_from(t).ok());
    if let (Some(limit), Some(total)) = (limit, total)
        && (number + 1).saturating_mul(limit) >= total
    {
        return Ok(Next::End);
    }
    if number + 1 >= MAX_PAGES {
        return Err(Error::new(Kind::PaginationStuck, format!("there is no end after {MAX_PAGES} pages")));
    }
    Ok(Next::Page(number + 1))
}

/// Gives listed chutes the cords that stand beside the list, under the `cord_ref_id` of each.
fn fill_cords(items: &mut dyn Any, beside: &Extra) {
    let Some(chutes) = items.downcast_mut::<Vec<Chute>>() else { return };
    let Some(refs) = beside.get("cord_refs").and_then(|refs| refs.parse::<Extra>().ok()) else { return };
    for chute in chutes.iter_mut().filter(|chute| chute.cords.is_empty()) {
        if let Some(cords) = chute.cord_ref_id.as_ref().and_then(|id| refs.get(id)) {
            chute.cords = cords.parse().map(or_absent).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(items: &[i32], total: i64, limit: i64) -> Page<i32> {
        Page { items: items.to_vec(), total: Some(total), page: None, limit: Some(limit), extra: Extra::new() }
    }

    #[test]
    fn listed_chutes_get_their_cords() {
        let text = r#"{"items": [{"cord_ref_id": "r"}, {"cord_ref_id": "r", "cords": null}, {"cord_ref_id": "gone"},
            {"cord_ref_id": "r", "cords": [{"path": "/own"}]}, {"cord_ref_id": "odd"}], "cord_refs": {"r": [{"path": "/run"}], "odd": [7]}}"#;
        let page: Page<Chute> = serde_json::from_str(text).unwrap();
        let paths: Vec<Vec<&str>> = page.items.iter().map(|c| c.cords.iter().map(|cord| cord.path.as_str()).collect()).collect();
        assert_eq!(paths, [vec!["/run"], vec!["/run"], vec![], vec!["/own"], vec![]]);
        let odd: Page<Chute> = serde_json::from_str(r#"{"items": [{"cord_ref_id": "r"}], "cord_refs": 2}"#).unwrap();
        assert!(odd.items[0].cords.is_empty());
    }

    #[test]
    fn goes_on_until_the_total() {
        assert_eq!(next(&[], &page(&[1, 2], 3, 2), 0, None).unwrap(), Next::Page(1));
        assert_eq!(next(&[1, 2], &page(&[3], 3, 2), 1, None).unwrap(), Next::End);
        assert_eq!(next(&[], &page(&[], 9, 2), 0, None).unwrap(), Next::End);
        assert_eq!(next(&[1], &page(&[1], 9, 1), 1, None).unwrap_err().kind(), Kind::PaginationStuck);
    }
}
