//! What it is that everything runs on.

use std::fs;

use anyhow::{Context, Result};

/// The processor's name, and how many cores there are.
///
/// # Errors
/// When the machine does not say.
pub fn name() -> Result<String> {
    Ok(described(
        &fs::read_to_string("/proc/cpuinfo").context("reading /proc/cpuinfo")?,
    ))
}

fn described(cpuinfo: &str) -> String {
    let values = |wanted| {
        let lines = cpuinfo.lines().filter_map(|line| line.split_once(':'));
        lines
            .filter(move |(name, _)| name.trim() == wanted)
            .map(|(_, value)| value.trim())
    };
    // Only x86 has names there.
    let model = values("model name").next().unwrap_or(std::env::consts::ARCH);
    format!("{model}, {} cores", values("processor").count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_named() {
        let cpuinfo =
            "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\n\nprocessor\t: 1\nmodel name\t: Some CPU @ 2 GHz\n";
        assert_eq!(described(cpuinfo), "Some CPU @ 2 GHz, 2 cores");
        let other = "processor\t: 0\nCPU part\t: 0xd0c\n";
        assert_eq!(described(other), format!("{}, 1 cores", std::env::consts::ARCH));
    }
}
