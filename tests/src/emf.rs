//! Reads metrics in CloudWatch's embedded metric format.

use serde_json::{Map, Value};

/// The units that the functions use, all of which CloudWatch knows.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html>
const UNITS: [&str; 6] = ["Count", "Milliseconds", "Bytes", "Percent", "Count/Second", "None"];
/// The most values of a metric in a line, by the specification.
const MAX_VALUES: usize = 100;

/// The metric lines of a log, each checked against the format's specification.
///
/// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html>
///
/// # Panics
/// If a line violates the format. CloudWatch would silently drop it.
#[must_use]
pub fn lines(log: &str) -> Vec<Value> {
    let lines = log.lines().filter(|line| line.contains("\"_aws\""));
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    lines.iter().for_each(check);
    lines
}

/// The sum of a metric's values in all lines that have these members.
#[must_use]
pub fn sum(lines: &[Value], metric: &str, members: &[(&str, &str)]) -> f64 {
    let has = |line: &&Value| members.iter().all(|(name, value)| line[*name] == *value);
    let values = lines.iter().filter(has).flat_map(|line| values(&line[metric]));
    values.sum()
}

/// The sum of a metric that is a whole number.
#[must_use]
pub fn count(lines: &[Value], metric: &str, members: &[(&str, &str)]) -> u64 {
    let sum = sum(lines, metric, members);
    // Converted through text, which fails for a fraction.
    format!("{sum:.3}")
        .trim_end_matches(".000")
        .trim_start_matches('-')
        .parse()
        .expect("a whole number")
}

/// The values of a metric's member, each repeated by its count.
#[must_use]
pub fn values(member: &Value) -> Vec<f64> {
    let number = |value: &Value| value.as_f64().unwrap_or_else(|| panic!("no number: {member}"));
    match member {
        Value::Null => Vec::new(),
        Value::Object(histogram) => {
            let list = |name: &str| histogram[name].as_array().unwrap_or_else(|| panic!("{member}"));
            let (values, counts) = (list("Values"), list("Counts"));
            assert_eq!(values.len(), counts.len(), "{member}");
            assert!((1..=MAX_VALUES).contains(&values.len()), "{member}");
            let pairs = values.iter().map(number).zip(counts);
            pairs
                .flat_map(|(value, count)| {
                    let count = count.as_u64().and_then(|count| count.try_into().ok());
                    std::iter::repeat_n(value, count.unwrap_or_else(|| panic!("{member}")))
                })
                .collect()
        }
        value => vec![number(value)],
    }
}

fn check(line: &Value) {
    let object = |value: &Value| -> Map<String, Value> {
        value
            .as_object()
            .unwrap_or_else(|| panic!("no object: {value} in {line}"))
            .clone()
    };
    let array = |value: &Value| -> Vec<Value> {
        value
            .as_array()
            .unwrap_or_else(|| panic!("no array: {value} in {line}"))
            .clone()
    };
    let text = |value: &Value| -> String {
        value
            .as_str()
            .filter(|text| !text.is_empty())
            .unwrap_or_else(|| panic!("no text: {value} in {line}"))
            .to_owned()
    };
    let about = object(&line["_aws"]);
    assert!(
        about["Timestamp"].as_u64().is_some_and(|time| time > 1_700_000_000_000),
        "{line}"
    );
    let directives = array(&about["CloudWatchMetrics"]);
    assert!(!directives.is_empty(), "{line}");
    for directive in directives {
        let directive = object(&directive);
        text(&directive["Namespace"]);
        let sets = array(&directive["Dimensions"]);
        assert!(!sets.is_empty(), "{line}");
        for name in sets.iter().flat_map(array) {
            let value = text(&line[text(&name)]);
            assert!(value.is_ascii() && value.len() <= 1024, "{value}");
        }
        let metrics = array(&directive["Metrics"]);
        assert!((1..=MAX_VALUES).contains(&metrics.len()), "{line}");
        for metric in metrics {
            let metric = object(&metric);
            let unit = text(&metric["Unit"]);
            assert!(UNITS.contains(&unit.as_str()), "{unit}");
            assert!(!values(&line[text(&metric["Name"])]).is_empty(), "{line}");
        }
    }
}
