//! The price of writes, by the list prices that the benchmark's pages use, too.

use std::collections::HashMap;

use serde::Deserialize;

/// The list prices, and their region.
const PRICES: &str = include_str!("../../../bench/prices.json");
/// The name of the price of a write unit of an on-demand table.
const WRITE: &str = "dynamodb_write";

#[derive(Debug, Deserialize)]
struct Prices {
    region: String,
    prices: HashMap<String, Price>,
}

#[derive(Debug, Deserialize)]
struct Price {
    dollars: String,
    per: f64,
}

/// The price of `units` write units, such as `$0.63 on demand in us-east-1`.
#[must_use]
pub fn of_writes(units: u64) -> Option<String> {
    let Prices { region, prices } = serde_json::from_str(PRICES).ok()?;
    let Price { dollars, per } = prices.get(WRITE)?;
    let price: f64 = dollars.parse().ok()?;
    #[expect(clippy::cast_precision_loss, reason = "an amount of dollars is rounded anyway")]
    let amount = units as f64 * price / per;
    Some(format!("${} on demand in {region}", three_digits(amount)))
}

/// An amount with three significant digits, and at least two decimals.
fn three_digits(amount: f64) -> String {
    let decimals = (2..=9).find(|decimals| amount * 10_f64.powi(*decimals) >= 100.0);
    let decimals = usize::try_from(decimals.unwrap_or(2)).unwrap_or(2);
    let text = format!("{amount:.decimals$}");
    let cents = text.find('.').map_or(text.len(), |point| point + 3);
    let trimmed = text.trim_end_matches('0').len().max(cents);
    text[..trimmed].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_writes_cost_what_the_page_of_costs_says() {
        assert_eq!(of_writes(1_000_000).as_deref(), Some("$0.625 on demand in us-east-1"));
        assert_eq!(of_writes(8).as_deref(), Some("$0.000005 on demand in us-east-1"));
    }

    #[test]
    fn small_amounts_are_not_nothing() {
        for (amount, text) in [
            (12.3456, "12.35"),
            (0.5, "0.50"),
            (0.625, "0.625"),
            (0.0125, "0.0125"),
            (100.0, "100.00"),
            (0.0, "0.00"),
        ] {
            assert_eq!(three_digits(amount), text, "{amount}");
        }
    }
}
