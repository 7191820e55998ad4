//! Serde on the tree. Who asks for a text gets a scalar as it is written (`1.10`, `007`, `yes`); who asks for
//! anything else gets the value that YAML gives it. Every error carries the place of the value that is to blame.
//!
//! Places do not survive serde's own buffering: `untagged`, `flatten` and `tag` read through `deserialize_any` into a
//! copy without places, so the types of bot files do not use them.

use serde::{
    de::{
        DeserializeSeed, Deserializer, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
        value::BorrowedStrDeserializer,
    },
    forward_to_deserialize_any,
};

use super::{
    error::ReadError,
    literal::{NODE, Parts},
    spanned::{SPANNED, SpannedAccess},
    tree::{Key, Kind, Node},
};

type Read<T> = Result<T, ReadError>;

impl Node {
    /// Reads this value into a type; the error blames the innermost value that does not fit.
    pub fn read<'de, T: serde::Deserialize<'de>>(&'de self) -> Result<T, ReadError> {
        T::deserialize(NodeReader(self))
    }
}

/// Reads one value.
#[derive(Clone, Copy)]
pub(super) struct NodeReader<'de>(pub(super) &'de Node);

impl<'de> NodeReader<'de> {
    fn blame<T>(self, read: Read<T>) -> Read<T> {
        read.map_err(|error| error.at(self.0.span))
    }

    fn any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match &self.0.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(truth) => visitor.visit_bool(*truth),
            Kind::Number(number) => number.deserialize_any(visitor).map_err(ReadError::custom),
            Kind::Text(text) => visitor.visit_borrowed_str(text),
            Kind::List(items) => visitor.visit_seq(Items(items.iter())),
            Kind::Map(entries) => visitor.visit_map(Entries { left: entries.iter(), value: None }),
        }
    }

    fn choice<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match &self.0.kind {
            Kind::Map(entries) if entries.len() == 1 => {
                visitor.visit_enum(Choice { name: KeyReader(&entries[0].0), value: Some(&entries[0].1) })
            }
            Kind::Map(_) => Err(ReadError::invalid_type(Unexpected::Map, &"a mapping with one key")),
            Kind::List(_) => Err(ReadError::invalid_type(Unexpected::Seq, &"a name")),
            _ => match self.0.as_written() {
                Some(text) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
                None => Err(ReadError::invalid_type(Unexpected::Unit, &"a name")),
            },
        }
    }
}

impl<'de> Deserializer<'de> for NodeReader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.blame(self.any(visitor))
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.blame(match self.0.as_written() {
            Some(text) => visitor.visit_borrowed_str(text),
            None => self.any(visitor),
        })
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.blame(if self.0.kind == Kind::Null { visitor.visit_none() } else { visitor.visit_some(self) })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        self.blame(match name {
            SPANNED => visitor.visit_seq(SpannedAccess::new(self.0.span, self)),
            NODE => visitor.visit_seq(Parts::of(self.0)),
            _ => visitor.visit_newtype_struct(self),
        })
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _name: &'static str, _variants: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.blame(self.choice(visitor))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 bytes byte_buf unit unit_struct seq tuple tuple_struct map struct
    }
}

impl<'de> IntoDeserializer<'de, ReadError> for NodeReader<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

/// Reads a key.
#[derive(Clone, Copy)]
pub(super) struct KeyReader<'de>(pub(super) &'de Key);

impl<'de> Deserializer<'de> for KeyReader<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_borrowed_str(&self.0.text).map_err(|error: ReadError| error.at(self.0.span))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, name: &'static str, visitor: V) -> Read<V::Value> {
        match name {
            SPANNED => visitor.visit_seq(SpannedAccess::new(self.0.span, self)),
            _ => visitor.visit_newtype_struct(self),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(self, _name: &'static str, _variants: &'static [&'static str], visitor: V) -> Read<V::Value> {
        visitor.visit_enum(BorrowedStrDeserializer::new(&self.0.text)).map_err(|error: ReadError| error.at(self.0.span))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> IntoDeserializer<'de, ReadError> for KeyReader<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        self.0.next().map(|node| seed.deserialize(NodeReader(node)).map_err(|error| error.at(node.span))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.0.len())
    }
}

struct Entries<'de> {
    left: std::slice::Iter<'de, (Key, Node)>,
    value: Option<&'de Node>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        let Some((key, value)) = self.left.next() else { return Ok(None) };
        self.value = Some(value);
        seed.deserialize(KeyReader(key)).map(Some).map_err(|error| error.at(key.span))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        let node = self.value.take().ok_or_else(|| ReadError::custom("a value was asked for before its key"))?;
        seed.deserialize(NodeReader(node)).map_err(|error| error.at(node.span))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left.len())
    }
}

/// `name: value`, where the name says which kind of value it is.
struct Choice<'de> {
    name: KeyReader<'de>,
    value: Option<&'de Node>,
}

impl<'de> EnumAccess<'de> for Choice<'de> {
    type Error = ReadError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        Ok((seed.deserialize(self.name)?, self))
    }
}

impl<'de> Choice<'de> {
    fn node(&self) -> Read<NodeReader<'de>> {
        self.value.map(NodeReader).ok_or_else(|| ReadError::custom("a value is missing"))
    }
}

impl<'de> VariantAccess<'de> for Choice<'de> {
    type Error = ReadError;

    fn unit_variant(self) -> Read<()> {
        serde::Deserialize::deserialize(self.node()?)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self.node()?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Read<V::Value> {
        self.node()?.deserialize_any(visitor)
    }

    fn struct_variant<V: Visitor<'de>>(self, _fields: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.node()?.deserialize_any(visitor)
    }
}
