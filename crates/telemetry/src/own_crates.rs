//! The crates of this project that log.

/// The libraries of this project that write lines or make spans. Their lines show nothing secret or personal.
const LOGGING: [&str; 4] = ["api", "s3_to_sqs", "sqs_to_dynamodb", "telemetry"];

/// Whether an event or a span of this target comes from this project. `service` is the name of the function.
pub fn is_own(target: &str, service: &str) -> bool {
    let of = target.split("::").next().unwrap_or_default();
    // A binary's own lines come from a crate with the name of the service.
    LOGGING.contains(&of) || of.replace('_', "-") == service
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn each_crate_that_can_log_is_listed() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let folders = ["", "crates", "functions"].map(|folder| root.join(folder).read_dir().unwrap());
        let manifests = folders
            .into_iter()
            .flatten()
            .map(|folder| folder.unwrap().path().join("Cargo.toml"));
        let logging = manifests.filter_map(|manifest| {
            let manifest = std::fs::read_to_string(manifest).ok()?;
            let name = manifest.lines().find_map(|line| line.strip_prefix("name = "))?;
            let depends = manifest
                .lines()
                .any(|line| line.split(['.', ' ']).next() == Some("tracing"));
            depends.then(|| name.trim_matches('"').replace('-', "_"))
        });
        let mut logging: Vec<_> = logging.collect();
        logging.sort_unstable();
        assert_eq!(logging, LOGGING);
    }
}
