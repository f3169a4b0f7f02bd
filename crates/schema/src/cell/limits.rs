//! Constraints: what a value must satisfy beside its type.

use message::Decimal;
use std::cmp::Ordering;

use super::moment::Moment;
use super::span::Buffers;
use super::value::Value;
use super::violation::CellViolation;

/// The constraints of a field; most have none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    pub allowed: Vec<Bound>,
    pub least_length: Option<u64>,
    pub most_length: Option<u64>,
    pub minimum: Option<Bound>,
    pub maximum: Option<Bound>,
}

/// A value that others are compared with.
#[derive(Clone, Debug)]
pub(crate) struct Bound {
    /// As it is written in the descriptor.
    pub text: String,
    pub value: Comparable,
}

/// The part of a value that is compared.
#[derive(Clone, Debug)]
pub(crate) enum Comparable {
    Text(String),
    Number(Decimal),
    Bool(bool),
    Moment(Moment),
}

impl Limits {
    /// Checks a value that is not missing.
    pub fn check(&self, value: &Value, buffers: Buffers<'_>) -> Result<(), CellViolation> {
        if !self.allowed.is_empty() && !self.allowed.iter().any(|bound| bound.order(value, buffers).is_eq()) {
            let allowed: Vec<_> = self.allowed.iter().map(|bound| format!("`{}`", bound.text)).collect();
            return Err(CellViolation::Enum(allowed.join(", ")));
        }
        if self.least_length.is_some() || self.most_length.is_some() {
            self.check_length(value, buffers)?;
        }
        if let Some(minimum) = &self.minimum
            && minimum.order(value, buffers).is_gt()
        {
            return Err(CellViolation::BelowMinimum(minimum.text.clone()));
        }
        if let Some(maximum) = &self.maximum
            && maximum.order(value, buffers).is_lt()
        {
            return Err(CellViolation::AboveMaximum(maximum.text.clone()));
        }
        Ok(())
    }

    fn check_length(&self, value: &Value, buffers: Buffers<'_>) -> Result<(), CellViolation> {
        let found = match value {
            Value::Text(span) => span.text(buffers).chars().count(),
            Value::Json { size, .. } => size.length,
            _ => return Ok(()),
        };
        let length = u64::try_from(found).unwrap_or(u64::MAX);
        match (self.least_length, self.most_length) {
            (Some(least), _) if length < least => Err(CellViolation::TooShort { found, least }),
            (_, Some(most)) if length > most => Err(CellViolation::TooLong { found, most }),
            _ => Ok(()),
        }
    }

    /// Whether there is anything to check.
    pub fn is_empty(&self) -> bool {
        self.allowed.is_empty()
            && self.least_length.is_none()
            && self.most_length.is_none()
            && self.minimum.is_none()
            && self.maximum.is_none()
    }
}

impl Bound {
    /// Compares the bound with a value of its type.
    fn order(&self, value: &Value, buffers: Buffers<'_>) -> Ordering {
        match (&self.value, value) {
            (Comparable::Text(bound), Value::Text(span)) => bound.as_str().cmp(span.text(buffers)),
            (Comparable::Number(bound), Value::Number(span) | Value::Epoch(span, _)) => {
                bound.cmp(&Decimal::of(span.text(buffers)))
            }
            (Comparable::Bool(bound), Value::Bool(value)) => bound.cmp(value),
            // Each is in UTC if its instant is known; that may be true of only one of them.
            (Comparable::Moment(bound), Value::Moment(moment, _)) => bound.civil.cmp(&moment.civil),
            // Never happens: the reader of the field has read the bound, too.
            _ => Ordering::Equal,
        }
    }
}

impl Comparable {
    /// The part of a value that is compared; `None` for a value without an order.
    pub fn of(value: &Value, buffers: Buffers<'_>) -> Option<Self> {
        match value {
            Value::Text(span) => Some(Self::Text(span.text(buffers).to_owned())),
            Value::Number(span) | Value::Epoch(span, _) => Some(Self::Number(Decimal::of(span.text(buffers)))),
            Value::Bool(value) => Some(Self::Bool(*value)),
            Value::Moment(moment, _) => Some(Self::Moment(*moment)),
            Value::Missing | Value::Json { .. } => None,
        }
    }
}
