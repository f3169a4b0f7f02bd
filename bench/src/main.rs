//! Measures the functions beside their peers; `make bench` has everything built and installed before.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use bench::backend::Backend;
use bench::contenders::Places;
use bench::plan::Plan;
use bench::process::{Peers, pin_bench};
use bench::results::{Samples, table};
use bench::scenario::{Bench, SCENARIOS};
use clap::{Parser, ValueEnum};
use tokio::task::LocalSet;

/// Measures the functions beside their peers, on a stub of AWS.
#[derive(Parser)]
struct Arguments {
    /// Where `NAME/bootstrap` of each function and limit is.
    #[arg(long)]
    bootstraps: PathBuf,
    /// The folder bench/peers.
    #[arg(long)]
    peers: PathBuf,
    /// The descriptor of the declared files.
    #[arg(long)]
    descriptor: PathBuf,
    /// The Python that has the peers' packages.
    #[arg(long, required_unless_present = "only_rust")]
    python: Option<PathBuf>,
    /// Node.js.
    #[arg(long, required_unless_present = "only_rust")]
    node: Option<PathBuf>,
    /// The peer in Node.js, bundled.
    #[arg(long, required_unless_present = "only_rust")]
    node_bundle: Option<PathBuf>,
    /// Leave out the peers in Python and Node.js.
    #[arg(long)]
    only_rust: bool,
    /// Leave out the peers of the workspace bench/peers/rust.
    #[arg(long)]
    without_rust_sdk: bool,
    /// Where contenders' logs go.
    #[arg(long)]
    logs: PathBuf,
    /// How much is measured.
    #[arg(long, value_enum, default_value_t = Size::Full)]
    size: Size,
    /// Which scenarios, all when none is named.
    #[arg(long, value_delimiter = ',', value_parser = SCENARIOS)]
    only: Vec<String>,
    /// Where the figures are written.
    #[arg(long)]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Size {
    /// Whether everything works.
    Tiny,
    /// A look.
    Quick,
    /// What is published.
    Full,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    pin_bench()?;
    LocalSet::new().run_until(measure(arguments)).await
}

#[expect(clippy::print_stdout, reason = "it is a command for people")]
async fn measure(arguments: Arguments) -> Result<()> {
    fs::create_dir_all(&arguments.logs).context("making a folder for logs")?;
    let places = Places {
        bootstraps: arguments.bootstraps,
        peers: arguments.peers,
        descriptor: arguments.descriptor,
        python: arguments.python.unwrap_or_default(),
        node: arguments.node.unwrap_or_default(),
        node_bundle: arguments.node_bundle.unwrap_or_default(),
    };
    let mut peers = Vec::new();
    if !arguments.only_rust {
        peers.push(Peers::OtherLanguages);
    }
    if !arguments.without_rust_sdk {
        peers.push(Peers::RustSdk);
    }
    places.check(&peers)?;
    let (backend, url) = Backend::start(0).await?;
    let plan = match arguments.size {
        Size::Tiny => Plan::TINY,
        Size::Quick => Plan::QUICK,
        Size::Full => Plan::FULL,
    };
    let mut bench = Bench {
        backend,
        url,
        places,
        plan,
        peers,
        logs: arguments.logs,
        samples: Samples::default(),
    };
    for scenario in SCENARIOS {
        if arguments.only.is_empty() || arguments.only.iter().any(|only| only == scenario) {
            println!("measuring {scenario}");
            bench.run(scenario).await?;
        }
    }
    let figures = bench.samples.figures();
    print!("{}", table(&figures));
    if let Some(out) = arguments.out {
        fs::write(&out, serde_json::to_string_pretty(&figures)? + "\n").context("writing the figures")?;
    }
    Ok(())
}
