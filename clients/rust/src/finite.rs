//! A walk over what is about to be written as JSON, which has no word for NaN and infinity: `serde_json` would write null.

use serde::Serialize;
use serde::ser::{self, Error as _, Serializer};
use serde_json::Error;

/// # Errors
/// A number in it is NaN or infinite.
pub(crate) fn check_finite(value: &(impl Serialize + ?Sized)) -> Result<(), Error> {
    value.serialize(Walk)
}

/// Goes through a value and writes nothing.
struct Walk;

impl Walk {
    /// The error of a field's value names it.
    fn within<T: std::fmt::Display>(field: T, error: &Error) -> Error {
        Error::custom(format!("{field}: {error}"))
    }

    fn number(value: f64) -> Result<(), Error> {
        if value.is_finite() { Ok(()) } else { Err(Error::custom(format!("the number {value} has no form in JSON"))) }
    }
}

macro_rules! passes {
    ($($method:ident($($ty:ty),*)),+) => { $(fn $method(self, $(_: $ty),*) -> Result<(), Error> { Ok(()) })+ };
}

macro_rules! opens {
    ($($method:ident($($ty:ty),*)),+) => { $(fn $method(self, $(_: $ty),*) -> Result<Walk, Error> { Ok(Walk) })+ };
}

impl Serializer for Walk {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Walk;
    type SerializeTuple = Walk;
    type SerializeTupleStruct = Walk;
    type SerializeTupleVariant = Walk;
    type SerializeMap = Walk;
    type SerializeStruct = Walk;
    type SerializeStructVariant = Walk;

    passes!(
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128)
    );
    passes!(serialize_u8(u8), serialize_u16(u16), serialize_u32(u32), serialize_u64(u64), serialize_u128(u128));
    passes!(serialize_char(char), serialize_str(&str), serialize_bytes(&[u8]), serialize_none(), serialize_unit());
    passes!(serialize_unit_struct(&'static str), serialize_unit_variant(&'static str, u32, &'static str));
    opens!(serialize_seq(Option<usize>), serialize_tuple(usize), serialize_tuple_struct(&'static str, usize));
    opens!(serialize_tuple_variant(&'static str, u32, &'static str, usize), serialize_map(Option<usize>));
    opens!(serialize_struct(&'static str, usize), serialize_struct_variant(&'static str, u32, &'static str, usize));

    fn serialize_f32(self, value: f32) -> Result<(), Error> {
        Walk::number(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Error> {
        Walk::number(value)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        value.serialize(self)
    }

    /// A displayed value is a string: nothing is formatted for it.
    fn collect_str<T: std::fmt::Display + ?Sized>(self, _: &T) -> Result<(), Error> {
        Ok(())
    }
}

macro_rules! walks {
    ($($kind:ident: $($method:ident($($name:ty)?)),+);+ $(;)?) => {$(
        impl ser::$kind for Walk {
            type Ok = ();
            type Error = Error;

            $(fn $method<T: Serialize + ?Sized>(&mut self, $(field: $name,)? value: &T) -> Result<(), Error> {
                value.serialize(Walk)$(.map_err(|error| Walk::within::<$name>(field, &error)))?
            })+

            fn end(self) -> Result<(), Error> {
                Ok(())
            }
        }
    )+};
}

walks! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(&'static str);
    SerializeStructVariant: serialize_field(&'static str);
}

impl ser::SerializeMap for Walk {
    type Ok = ();
    type Error = Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Error> {
        key.serialize(Walk)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        value.serialize(Walk)
    }

    fn serialize_entry<K: Serialize + ?Sized, V: Serialize + ?Sized>(&mut self, key: &K, value: &V) -> Result<(), Error> {
        key.serialize(Walk)?;
        let field = || serde_json::to_value(key).ok().and_then(|key| key.as_str().map(str::to_owned)).unwrap_or_default();
        value.serialize(Walk).map_err(|error| Walk::within(field(), &error))
    }

    fn end(self) -> Result<(), Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::ChatCompletionRequest;
    use serde_json::json;

    #[test]
    fn numbers_that_json_cannot_tell() {
        #[derive(serde::Serialize)]
        enum Shape {
            Unit,
            One(f32),
            Two(u8, f64),
            Named { a: Option<f64> },
        }
        let good = (1.5, [Some(2u8), None], json!({"a": [null, 1e300]}), Shape::Unit, Shape::Named { a: None }, 'c', "s", ());
        assert!(check_finite(&good).is_ok());
        let bad = [Shape::One(f32::NAN), Shape::Two(0, f64::INFINITY), Shape::Named { a: Some(f64::NEG_INFINITY) }];
        assert!(bad.iter().all(|bad| check_finite(&vec![bad]).is_err()));
        assert_eq!(check_finite(&bad[2]).unwrap_err().to_string(), "a: the number -inf has no form in JSON");
        let request = |temperature| ChatCompletionRequest { temperature, ..ChatCompletionRequest::default() };
        assert!(check_finite(&request(Some(0.0))).is_ok());
        assert_eq!(
            check_finite(&request(Some(f64::NAN))).unwrap_err().to_string(),
            "temperature: the number NaN has no form in JSON"
        );
    }
}
