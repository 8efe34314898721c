//! Lenient decoding in one pass: a value is read as it comes and dropped where it does not fit, with no tree of it in between.

use crate::json::Json;
use crate::values::{Patch, Timestamp};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{DeserializeOwned, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::Value;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::marker::PhantomData;

/// What can be made of a JSON value; `None` where it does not fit. Lists and objects are read to their end either way.
pub(crate) trait Fit: Sized {
    /// Reads all of a value.
    fn read<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Self>, D::Error> {
        input.deserialize_any(Reader(PhantomData))
    }

    fn null() -> Option<Self> {
        None
    }

    fn boolean(_: bool) -> Option<Self> {
        None
    }

    fn signed(_: i64) -> Option<Self> {
        None
    }

    fn unsigned(_: u64) -> Option<Self> {
        None
    }

    fn float(_: f64) -> Option<Self> {
        None
    }

    fn text(_: &str) -> Option<Self> {
        None
    }

    fn owned(text: String) -> Option<Self> {
        Self::text(&text)
    }

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Option<Self>, A::Error> {
        IgnoredAny.visit_seq(list).map(|_| None)
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        IgnoredAny.visit_map(object).map(|_| None)
    }
}

/// A value that may not fit.
pub(crate) struct Fitted<T>(pub(crate) Option<T>);

impl<'de, T: Fit> Deserialize<'de> for Fitted<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Fitted<T>, D::Error> {
        T::read(input).map(Fitted)
    }
}

struct Reader<T>(PhantomData<T>);

impl<'de, T: Fit> Visitor<'de> for Reader<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Option<T>, E> {
        Ok(T::null())
    }

    fn visit_bool<E>(self, value: bool) -> Result<Option<T>, E> {
        Ok(T::boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Option<T>, E> {
        Ok(T::signed(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Option<T>, E> {
        Ok(T::unsigned(value))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Option<T>, E> {
        Ok(T::float(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Option<T>, E> {
        Ok(T::text(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Option<T>, E> {
        Ok(T::owned(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Option<T>, A::Error> {
        T::list(list)
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Option<T>, A::Error> {
        T::object(object)
    }
}

thread_local! {
    /// Whether a field was dropped on this thread since [`read`] began.
    static DROPPED: Cell<bool> = const { Cell::new(false) };
}

/// The value of a field; what does not fit is absent, so that one odd field never fails an answer.
pub(crate) fn or_absent<T: Default>(field: Fitted<T>) -> T {
    field.0.unwrap_or_else(|| {
        DROPPED.set(true);
        T::default()
    })
}

/// Reads JSON into a type; also whether every field fitted, so that the type holds all that was said.
pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Option<(T, bool)> {
    DROPPED.set(false);
    let value = serde_json::from_str(text).ok()?;
    Some((value, !DROPPED.get()))
}

impl Fit for String {
    fn text(value: &str) -> Option<String> {
        Some(value.to_owned())
    }

    fn owned(text: String) -> Option<String> {
        Some(text)
    }
}

impl Fit for bool {
    fn boolean(value: bool) -> Option<bool> {
        Some(value)
    }
}

impl Fit for i64 {
    fn signed(value: i64) -> Option<i64> {
        Some(value)
    }

    fn unsigned(value: u64) -> Option<i64> {
        value.try_into().ok()
    }

    /// A whole number that was written with a fraction.
    fn float(value: f64) -> Option<i64> {
        (value.fract() == 0.0 && value.abs() < i64::MAX as f64).then_some(value as i64)
    }
}

impl Fit for f64 {
    fn signed(value: i64) -> Option<f64> {
        Some(value as f64)
    }

    fn unsigned(value: u64) -> Option<f64> {
        Some(value as f64)
    }

    fn float(value: f64) -> Option<f64> {
        Some(value)
    }
}

impl Fit for Timestamp {
    fn text(value: &str) -> Option<Timestamp> {
        Some(value.into())
    }
}

impl Fit for Value {
    fn null() -> Option<Value> {
        Some(Value::Null)
    }

    fn boolean(value: bool) -> Option<Value> {
        Some(value.into())
    }

    fn signed(value: i64) -> Option<Value> {
        Some(value.into())
    }

    fn unsigned(value: u64) -> Option<Value> {
        Some(value.into())
    }

    fn float(value: f64) -> Option<Value> {
        Some(value.into())
    }

    fn text(value: &str) -> Option<Value> {
        Some(value.into())
    }

    fn owned(text: String) -> Option<Value> {
        Some(text.into())
    }

    fn list<'de, A: SeqAccess<'de>>(list: A) -> Result<Option<Value>, A::Error> {
        Value::deserialize(SeqAccessDeserializer::new(list)).map(Some)
    }

    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Option<Value>, A::Error> {
        Value::deserialize(MapAccessDeserializer::new(object)).map(Some)
    }
}

impl Fit for Json {
    fn read<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Json>, D::Error> {
        Json::deserialize(input).map(Some)
    }
}

impl Fit for serde_json::Map<String, Value> {
    fn object<'de, A: MapAccess<'de>>(object: A) -> Result<Option<Self>, A::Error> {
        Self::deserialize(MapAccessDeserializer::new(object)).map(Some)
    }
}

impl<T: Fit> Fit for Option<T> {
    fn read<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Option<T>>, D::Error> {
        Ok(match input.deserialize_option(Nullable(PhantomData))? {
            Some(Fitted(found)) => found.map(Some),
            None => Some(None),
        })
    }
}

impl<T: Fit> Fit for Patch<T> {
    fn read<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Patch<T>>, D::Error> {
        Ok(Option::read(input)?.map(|found| found.map_or(Patch::Null, Patch::Set)))
    }
}

/// Tells null from a value.
struct Nullable<T>(PhantomData<T>);

impl<'de, T: Fit> Visitor<'de> for Nullable<T> {
    type Value = Option<Fitted<T>>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("JSON")
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Self::Value, D::Error> {
        T::read(input).map(|found| Some(Fitted(found)))
    }
}

impl<T: Fit> Fit for Vec<T> {
    fn list<'de, A: SeqAccess<'de>>(mut list: A) -> Result<Option<Vec<T>>, A::Error> {
        let (mut all, mut fits) = (Vec::new(), true);
        while let Some(Fitted(item)) = list.next_element()? {
            match item {
                Some(item) => all.push(item),
                // One that does not fit spoils the list.
                None => fits = false,
            }
        }
        Ok(fits.then_some(all))
    }
}

impl<T: Fit> Fit for BTreeMap<String, T> {
    fn object<'de, A: MapAccess<'de>>(mut object: A) -> Result<Option<Self>, A::Error> {
        let (mut all, mut fits) = (BTreeMap::new(), true);
        while let Some((name, Fitted(value))) = object.next_entry::<String, _>()? {
            match value {
                Some(value) => drop(all.insert(name, value)),
                None => fits = false,
            }
        }
        Ok(fits.then_some(all))
    }
}
