//! Types of attributes and answers, and making values fit them.
//!
//! Who wrote a text decides how it is read: what a person typed as their language writes it ([`person`]), what a machine wrote
//! (an API, a template, a literal) as JSON and YAML write it ([`machine`]), whatever the user's language. What goes into a text
//! stays as it is.

mod address;
pub(super) mod machine;
mod node;
pub(super) mod person;
mod writer;

use jiff::tz::TimeZone;
use serde_json::{Map, Number, Value};

pub(super) use node::{elements, field, of_node};
pub(super) use writer::Writer;

use crate::language::TypeName;

/// A type.
#[derive(Clone, Debug, PartialEq)]
pub struct Type {
    /// Its name.
    pub name: TypeName,
    /// Of a list: what its elements are.
    pub of: Option<Box<Type>>,
    /// Of an object (or the elements of a list): its fields.
    pub fields: Vec<(String, TypeName)>,
}

impl From<TypeName> for Type {
    fn from(name: TypeName) -> Self {
        Self { name, of: None, fields: Vec::new() }
    }
}

impl TypeName {
    /// The word in YAML.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Date => "date",
            Self::Time => "time",
            Self::Datetime => "datetime",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Url => "url",
            Self::Location => "location",
            Self::File => "file",
            Self::List => "list",
            Self::Object => "object",
        }
    }

    /// Its ISO text compares and adds as a date in expressions.
    #[must_use]
    pub fn temporal(self) -> bool {
        matches!(self, Self::Date | Self::Time | Self::Datetime)
    }
}

/// The value as the first of the types that it fits; none if it fits no one. What names a moment elsewhere becomes that of this zone.
#[must_use]
pub(super) fn convert(value: &Value, types: &[Type], writer: Writer<'_>, zone: &TimeZone) -> Option<Value> {
    types.iter().find_map(|t| t.convert(value, writer, zone))
}

impl Type {
    fn convert(&self, value: &Value, writer: Writer<'_>, zone: &TimeZone) -> Option<Value> {
        match (self.name, value) {
            (TypeName::List, Value::Array(list)) => self.list(list, writer, zone),
            (TypeName::Object, Value::Object(map)) => self.object(map, writer, zone),
            (TypeName::Location, Value::Object(map)) => location(map),
            (TypeName::File, Value::Object(map)) => map.get("url")?.is_string().then(|| value.clone()),
            (TypeName::List | TypeName::Object | TypeName::Location | TypeName::File, _) => None,
            (TypeName::Boolean, Value::Bool(_)) | (TypeName::Number, Value::Number(_)) => Some(value.clone()),
            (TypeName::Integer, Value::Number(number)) => whole(number),
            (TypeName::Phone, Value::Number(number)) => machine::read(self.name, &whole(number)?.to_string(), zone),
            (TypeName::String, Value::Number(_) | Value::Bool(_)) => Some(value.to_string().into()),
            (_, Value::String(text)) => match writer {
                Writer::Person(language) => person::read(self.name, text, language, zone),
                Writer::Machine | Writer::Parts(..) => machine::read(self.name, text, zone),
            },
            _ => None,
        }
    }

    fn list(&self, list: &[Value], writer: Writer<'_>, zone: &TimeZone) -> Option<Value> {
        let Some(of) = &self.of else { return Some(list.to_vec().into()) };
        let element = |(ix, v): (usize, &Value)| of.convert(v, writer.of_element(ix), zone);
        list.iter().enumerate().map(element).collect::<Option<Vec<_>>>().map(Value::Array)
    }

    fn object(&self, map: &Map<String, Value>, writer: Writer<'_>, zone: &TimeZone) -> Option<Value> {
        let field = |(key, value): (&String, &Value)| match self.fields.iter().find(|(name, _)| name == key) {
            Some((_, name)) if !value.is_null() => Type::from(*name).convert(value, writer.of_field(key), zone).map(|v| (key.clone(), v)),
            _ => Some((key.clone(), value.clone())),
        };
        map.iter().map(field).collect::<Option<Map<_, _>>>().map(Value::Object)
    }
}

fn whole(number: &Number) -> Option<Value> {
    let float = number.as_f64().filter(|f| f.fract() == 0.0 && f.abs() <= 9_007_199_254_740_992.0);
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53 fits")]
    number.as_i64().or_else(|| float.map(|f| f as i64)).map(Value::from)
}

fn location(map: &Map<String, Value>) -> Option<Value> {
    let degree = |key: &str, most: f64| {
        let value = map.get(key)?;
        value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|d: &f64| d.abs() <= most)
    };
    let text = |key: &str| map.get(key).and_then(Value::as_str).unwrap_or_default();
    Some(
        serde_json::json!({"latitude": degree("latitude", 90.0)?, "longitude": degree("longitude", 180.0)?, "label": text("label"), "address": text("address")}),
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn converted(value: &Value, types: &[Type], writer: Writer<'_>) -> Option<Value> {
        convert(value, types, writer, &TimeZone::UTC)
    }

    #[test]
    fn values_are_made_to_fit_at_any_depth() {
        let cart = Type {
            name: TypeName::List,
            of: Some(Box::new(Type { name: TypeName::Object, of: None, fields: vec![("qty".into(), TypeName::Integer)] })),
            fields: vec![],
        };
        let machine = Writer::Machine;
        let fitting = converted(&json!([{"qty": "2", "name": "x"}]), std::slice::from_ref(&cart), machine);
        assert_eq!(fitting, Some(json!([{"qty": 2, "name": "x"}])));
        assert_eq!(converted(&json!([{"qty": "two"}]), &[cart], machine), None);
        assert_eq!(converted(&json!(7.0), &[TypeName::Integer.into()], machine), Some(json!(7)));
        assert_eq!(converted(&json!("7"), &[TypeName::Boolean.into(), TypeName::Integer.into()], machine), Some(json!(7)));
    }

    #[test]
    fn a_telephone_number_has_no_fraction() {
        assert_eq!(converted(&json!(390815550142_i64), &[TypeName::Phone.into()], Writer::Machine), Some(json!("390815550142")));
        assert_eq!(converted(&json!(39081555.5), &[TypeName::Phone.into()], Writer::Machine), None);
    }

    #[test]
    fn who_wrote_a_text_decides_how_it_is_read() {
        let number = [TypeName::Number.into()];
        assert_eq!(converted(&json!("1.125"), &number, Writer::Machine), Some(json!(1.125)));
        assert_eq!(converted(&json!("1.125"), &number, Writer::Person("de")), Some(json!(1125)));
        assert_eq!(converted(&json!("1.125"), &number, Writer::Person("en")), Some(json!(1.125)));
        assert_eq!(converted(&json!("1,125"), &number, Writer::Machine), None);
    }
}
