//! Measures time to table. `tools/time_to_table` builds and installs everything first.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use anyhow::{Context, Result};
use bench::backend::Backend;
use bench::contenders::{Places, with_key};
use bench::data::ROWS_PER_MESSAGE;
use bench::load::{Contender, Functions, Load, Measured};
use bench::process::{Program, pin_bench};
use bench::results::{OURS, OURS_PACKED};
use clap::Parser;
use serde::{Deserialize, Serialize};
use tokio::task::LocalSet;

/// Measures how long a file takes from its upload to its last item, on a stub with AWS's latencies and limits.
#[derive(Parser)]
struct Arguments {
    /// The folder with NAME/bootstrap of each function and peer.
    #[arg(long)]
    bootstraps: PathBuf,
    /// The folder bench/peers.
    #[arg(long)]
    peers: PathBuf,
    /// The descriptor with eight shards in the partition key.
    #[arg(long)]
    descriptor: PathBuf,
    /// The Python with the peers' packages; without it the peer in Python is left out.
    #[arg(long)]
    python: Option<PathBuf>,
    /// The contenders to measure; all by default.
    #[arg(long, value_delimiter = ',', value_parser = CONTENDERS)]
    only: Vec<String>,
    /// The number of rows of the small loads.
    #[arg(long, default_value_t = 100_000)]
    rows: u64,
    /// Leave out the loads of a million rows and the loads with other numbers of writers.
    #[arg(long)]
    small: bool,
    /// The folder for the contenders' logs.
    #[arg(long)]
    logs: PathBuf,
    /// The file to write the figures into; the figures of other loads stay.
    #[arg(long)]
    out: PathBuf,
}

/// The figures of all loads.
#[derive(Default, Deserialize, Serialize)]
struct Figures {
    loads: Vec<Measured>,
}

const CONTENDERS: [&str; 4] = [OURS, OURS_PACKED, "rust_sdk", "python_idiomatic"];
/// The default of the template's parameter `WriterMaximumConcurrency`.
const WRITERS: usize = 5;
/// Other numbers of writers, measured for our writer only.
const OTHER_WRITERS: [usize; 2] = [2, 10];
const SHARDS: u32 = 8;
const LARGE: u64 = 1_000_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    pin_bench()?;
    LocalSet::new().run_until(measure(arguments)).await
}

#[expect(clippy::print_stdout, reason = "it is a command for people")]
async fn measure(arguments: Arguments) -> Result<()> {
    let mut figures: Figures = match fs::read(&arguments.out) {
        Ok(text) => serde_json::from_slice(&text).context("reading the figures so far")?,
        Err(error) if error.kind() == ErrorKind::NotFound => Figures::default(),
        Err(error) => return Err(error).context("reading the figures so far"),
    };
    let (backend, url) = Backend::start(0).await?;
    for contender in contenders(&arguments) {
        if !arguments.only.is_empty() && !arguments.only.iter().any(|only| only == contender.name) {
            continue;
        }
        for load in loads(&arguments, contender.name == OURS) {
            println!("{}: {}", contender.name, load.name());
            let Some(measured) = load.measure(&contender, &backend, &url, &arguments.logs).await? else {
                println!("  this contender cannot do it");
                continue;
            };
            let Measured {
                seconds,
                billed_seconds,
                ..
            } = measured;
            println!("  {seconds} s to table, {billed_seconds} s of writers");
            figures.loads.retain(|other| !measured.is_like(other));
            figures.loads.push(measured);
            fs::write(&arguments.out, serde_json::to_string_pretty(&figures)? + "\n").context("writing the figures")?;
        }
    }
    Ok(())
}

/// The loads for our functions or for another contender.
fn loads(arguments: &Arguments, is_ours: bool) -> Vec<Load> {
    let load = |rows, dates, mixed, shards, writers| Load {
        rows,
        dates,
        mixed,
        shards,
        writers,
    };
    let rows = arguments.rows;
    let mut loads = vec![
        load(rows, 1, false, 1, WRITERS),
        load(rows, 30, false, 1, WRITERS),
        load(rows, 30, true, 1, WRITERS),
        load(rows, 1, false, SHARDS, WRITERS),
    ];
    if is_ours && !arguments.small {
        for writers in OTHER_WRITERS {
            loads.push(load(rows, 1, false, 1, writers));
            loads.push(load(rows, 30, true, 1, writers));
        }
        loads.push(load(LARGE, 30, true, 1, WRITERS));
        loads.push(load(LARGE, 1, false, 1, WRITERS));
    }
    loads
}

/// Our functions, and the peers that are built or installed.
fn contenders(arguments: &Arguments) -> Vec<Contender> {
    let places = Places {
        bootstraps: arguments.bootstraps.clone(),
        peers: arguments.peers.clone(),
        descriptor: arguments.descriptor.clone(),
        python: arguments.python.clone().unwrap_or_default(),
        node: PathBuf::new(),
        node_bundle: PathBuf::new(),
    };
    let own = |name, rows_per_message, function: &dyn Fn(&str) -> Program| Contender {
        name,
        rows_per_message,
        plain: Functions {
            extractor: function("s3-to-sqs"),
            writer: function("sqs-to-dynamodb"),
        },
        sharded: Some(Functions {
            extractor: places.declared(function("s3-to-sqs")),
            writer: with_key(function("sqs-to-dynamodb")),
        }),
    };
    let mut contenders = vec![
        own(OURS, 1, &|name| places.ours(name)),
        own(OURS_PACKED, ROWS_PER_MESSAGE, &|name| places.packed(name)),
    ];
    let [extractor, writer] = ["rust_sdk_extractor", "rust_sdk_writer"].map(|name| places.rust_sdk(name));
    if extractor.path.is_file() && writer.path.is_file() {
        contenders.push(Contender {
            name: extractor.name,
            rows_per_message: 1,
            plain: Functions { extractor, writer },
            sharded: None,
        });
    }
    if arguments.python.is_some() {
        let functions = |extractor| Functions {
            extractor: places.python("python_idiomatic", extractor),
            writer: places.python("python_idiomatic", "writer_idiomatic"),
        };
        contenders.push(Contender {
            name: "python_idiomatic",
            rows_per_message: 1,
            plain: functions("extractor_idiomatic"),
            sharded: Some(functions("extractor_sharded")),
        });
    }
    contenders
}
