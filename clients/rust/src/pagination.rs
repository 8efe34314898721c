//! Pages, and the way from one to the next.

use crate::errors::{Error, Kind};
use crate::fit::{Fit, Fitted, or_absent};
use crate::values::Extra;
use serde::de::{Error as _, MapAccess};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

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

impl<T: Fit> Fit for Page<T> {
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
        Ok(Some(made))
    }
}

impl<'de, T: Fit> Deserialize<'de> for Page<T> {
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
pub(crate) fn fill_cords(page: &mut Value) {
    let Some(page) = page.as_object_mut() else { return };
    let Some(refs) = page.get("cord_refs").and_then(Value::as_object).cloned() else { return };
    for item in page.get_mut("items").and_then(Value::as_array_mut).into_iter().flatten().filter_map(Value::as_object_mut) {
        let own = item.get("cords").is_some_and(|cords| !cords.is_null());
        let found = item.get("cord_ref_id").and_then(Value::as_str).and_then(|id| refs.get(id));
        if let Some(cords) = found.filter(|_| !own) {
            item.insert("cords".to_owned(), cords.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn page(items: &[i32], total: i64, limit: i64) -> Page<i32> {
        Page { items: items.to_vec(), total: Some(total), page: None, limit: Some(limit), extra: Extra::new() }
    }

    #[test]
    fn listed_chutes_get_their_cords() {
        let mut page = json!({
            "items": [{"cord_ref_id": "r"}, {"cord_ref_id": "r", "cords": null}, {"cord_ref_id": "gone"}, {"cord_ref_id": "r", "cords": []}, 7],
            "cord_refs": {"r": [{"path": "/run"}]},
        });
        fill_cords(&mut page);
        let cords: Vec<&Value> = page["items"].as_array().unwrap().iter().map(|i| &i["cords"]).collect();
        assert_eq!(cords, [&json!([{"path": "/run"}]), &json!([{"path": "/run"}]), &Value::Null, &json!([]), &Value::Null]);
        for mut odd in [json!(null), json!([]), json!({"items": 1, "cord_refs": 2})] {
            let before = odd.clone();
            fill_cords(&mut odd);
            assert_eq!(odd, before);
        }
    }

    #[test]
    fn goes_on_until_the_total() {
        assert_eq!(next(&[], &page(&[1, 2], 3, 2), 0, None).unwrap(), Next::Page(1));
        assert_eq!(next(&[1, 2], &page(&[3], 3, 2), 1, None).unwrap(), Next::End);
        assert_eq!(next(&[], &page(&[], 9, 2), 0, None).unwrap(), Next::End);
        assert_eq!(next(&[1], &page(&[1], 9, 1), 1, None).unwrap_err().kind(), Kind::PaginationStuck);
    }
}
