//! From a file's bytes to a fact, with an error that says where and what.

use crate::facts::{Observed, Why};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::{Value, error::Category};
use std::fmt;

/// What is wrong with a file's contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed {
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// The column, from 1, where it is known.
    pub column: Option<usize>,
    /// What is wrong there.
    pub problem: String,
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (Some(line), Some(column)) => write!(f, "line {line}, column {column}: {}", self.problem),
            _ => f.write_str(&self.problem),
        }
    }
}

impl From<serde_json::Error> for Malformed {
    fn from(error: serde_json::Error) -> Self {
        let place = (error.line() > 0).then(|| (error.line(), error.column()));
        Self { line: place.map(|place| place.0), column: place.map(|place| place.1), problem: words(&error) }
    }
}

/// The error without its place, which is kept apart.
fn words(error: &serde_json::Error) -> String {
    let text = error.to_string();
    text.rfind(" at line ").map_or(text.as_str(), |place| &text[..place]).to_owned()
}

/// The text of a file: UTF-8, with or without a mark, or UTF-16 as PowerShell's `>` writes it.
pub fn text(bytes: Vec<u8>) -> Result<String, Malformed> {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    match bytes.as_slice() {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest.to_vec()),
        [0xFF, 0xFE, rest @ ..] => Ok(utf16(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Ok(utf16(rest, u16::from_be_bytes)),
        _ => utf8(bytes),
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, Malformed> {
    String::from_utf8(bytes).map_err(|error| {
        let before = &error.as_bytes()[..error.utf8_error().valid_up_to()];
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let column = before.iter().rev().take_while(|byte| **byte != b'\n').count() + 1;
        Malformed { line: Some(line), column: Some(column), problem: "this is not UTF-8 text".into() }
    })
}

/// Makes sure that the text is an object. A list would be taken for an object's fields without their names, as `--query` of the AWS CLI prints them.
///
/// # Errors
/// Where it is a list.
pub(super) fn object(text: &str) -> Result<(), Malformed> {
    if !text.trim_start().starts_with('[') {
        return Ok(());
    }
    let problem = "invalid type: a list, expected an object, as it is printed without --query";
    Err(Malformed { line: Some(1), column: Some(1), problem: problem.into() })
}

/// A refusal of AWS in the place of a value.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refusal {
    #[serde(rename = "Error")]
    error: Why,
}

/// The output of a call: the value, or AWS's refusal in its place.
///
/// # Errors
/// The place and the problem. Places are those of the file, so the value is read from the text first and leniently only after that failed.
pub fn observed<T: DeserializeOwned>(text: &str) -> Result<Observed<T>, Malformed> {
    if let Ok(refusal) = serde_json::from_str::<Refusal>(text) {
        return Ok(Observed::Unknown(refusal.error));
    }
    let strict = match serde_json::from_str::<T>(text) {
        Ok(value) => return Ok(Observed::Known(value)),
        Err(error) => error,
    };
    if strict.classify() != Category::Data {
        return Err(strict.into());
    }
    let mut value: Value = serde_json::from_str(text)?;
    relax(&mut value);
    match serde_json::from_value::<T>(value) {
        Ok(value) => Ok(Observed::Known(value)),
        // The strict reader may have stopped at something that the lenient one lets pass; then its place is not the problem's.
        Err(lenient) if words(&lenient) == words(&strict) => Err(strict.into()),
        Err(lenient) => Err(lenient.into()),
    }
}

/// Takes out what some settings and versions of the AWS CLI print otherwise: `null` for what is absent, numbers for times.
fn relax(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            for (key, value) in map {
                match value {
                    Value::Number(number) if key.ends_with("Time") || key.ends_with("Timestamp") => {
                        *value = Value::String(number.to_string());
                    }
                    _ => relax(value),
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(relax),
        _ => {}
    }
}

/// Whether the output says that there is more: it is one page of several.
pub fn is_one_page(text: &str) -> bool {
    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    struct Page {
        next_token: Option<String>,
    }
    serde_json::from_str::<Page>(text).is_ok_and(|page| page.next_token.is_some_and(|token| !token.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::aws::{VpcEndpoints, Vpcs};

    fn vpcs(text: &str) -> Result<Observed<Vpcs>, Malformed> {
        observed(text)
    }

    #[test]
    fn a_refusal_is_an_unknown_with_its_code() {
        let read = vpcs(r#"{"Error":{"Code":"UnauthorizedOperation","Message":"no"}}"#);
        assert_eq!(read, Ok(Observed::Unknown(Why::new("UnauthorizedOperation", "no"))));
    }

    #[test]
    fn nulls_and_numeric_times_are_taken() {
        let text = r#"{"VpcEndpoints":[{"VpcEndpointId":"vpce-1","Tags":null,"CreationTimestamp":1700000000.5}],"NextToken":null}"#;
        let read: Observed<VpcEndpoints> = observed(text).expect("it reads");
        let endpoint = &read.known().expect("it is known").vpc_endpoints[0];
        assert_eq!(endpoint.creation_timestamp.as_deref(), Some("1700000000.5"));
        assert!(!is_one_page(text));
        assert!(is_one_page(r#"{"Vpcs":[],"NextToken":"eyJ"}"#));
    }

    #[test]
    fn a_broken_file_names_the_place() {
        let error = vpcs("{\n  \"Vpcs\": [\n    {\"VpcId\": \"vpc-1\",}\n  ]\n}").expect_err("it is broken");
        assert_eq!((error.line, error.column), (Some(3), Some(23)));
        let error = vpcs("{\"Vpcs\": [\n{\"VpcId\": 7}]}").expect_err("it is not a list of VPCs");
        assert_eq!(error.line, Some(2));
        assert!(error.problem.contains("expected a string"), "{error}");
    }

    #[test]
    fn the_output_of_another_call_is_not_an_empty_list() {
        let error = vpcs(r#"{"Subnets": []}"#).expect_err("these are subnets");
        assert!(error.problem.contains("missing field `Vpcs`"), "{error}");
    }

    #[test]
    fn encodings_of_shells_are_read() {
        let mut utf16 = vec![0xFF, 0xFE];
        utf16.extend("{\"Vpcs\":[]}".encode_utf16().flat_map(u16::to_le_bytes));
        assert_eq!(text(utf16).as_deref(), Ok("{\"Vpcs\":[]}"));
        assert_eq!(text(b"\xEF\xBB\xBF{}".to_vec()).as_deref(), Ok("{}"));
        let error = text(b"{\n\"a\": \xC3}".to_vec()).expect_err("it is cut");
        assert_eq!((error.line, error.column), (Some(2), Some(6)));
    }
}
