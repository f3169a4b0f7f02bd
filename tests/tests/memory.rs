//! The extractor's memory does not grow with the object. The function that `sam build` built runs under AWS's runtime interface
//! emulator, and the kernel measures its peak.

use std::io::Write;

use end_to_end::bucket::{Upload, counts};
use end_to_end::rie::{self, Emulator};
use end_to_end::sample::HEADER;
use end_to_end::{Stack, unique};
use serde_json::Value;

/// The memory that it may take for an object of any size.
const MAX_BYTES: u64 = 96 * 1024 * 1024;
const MEBIBYTE: usize = 1024 * 1024;

/// The forms of messages, by the most rows of a message.
const FORMS: [usize; 2] = [1, 100];

/// Extracts an object of the report bucket, which notifies no function, with this many rows a message. Returns the report and the
/// function's peak memory.
async fn extract(stack: &Stack, upload: &Upload, rows_per_message: usize) -> (Value, u64) {
    let outputs = &stack.outputs;
    let variables = [
        ("ROWS_PER_MESSAGE", &rows_per_message.to_string()),
        ("TABLE_NAME", &outputs.table_name),
        ("SQS_QUEUE_URL", &outputs.queue_url),
        ("REPORT_BUCKET", &outputs.report_bucket_name),
    ];
    let mut variables: Vec<_> = variables.map(|(name, value)| (name.to_owned(), value.clone())).into();
    // The allocator gives free memory back as soon as the template says.
    let deployed = rie::variables("S3ToSqsFunction").into_iter();
    variables.extend(deployed.filter(|(name, _)| name.starts_with("MIMALLOC_")));
    let emulator = Emulator::start(stack, "S3ToSqsFunction", &variables).await;
    let event = Upload::event(&upload.bucket, &[&upload.key]);
    let response = emulator.invoke(&event).await;
    assert_eq!((response.status, response.body.as_str()), (200, "null"));
    (stack.report(upload).await, emulator.peak_memory())
}

#[tokio::test]
async fn a_line_of_300_mebibytes() {
    let stack = Stack::connect().await;
    let key = format!("{}.csv", unique::name());
    let piece = vec![b'x'; 10 * MEBIBYTE];
    let bucket = &stack.outputs.report_bucket_name;
    let upload = stack.upload_repeated(bucket, &key, piece, 30).await;

    let (report, peak) = extract(&stack, &upload, 1).await;

    stack.delete_object(bucket, &upload.key).await;
    assert_eq!(report["size"], 300 * MEBIBYTE);
    let problem = report["problem"].as_str().expect("a problem");
    assert!(
        problem.starts_with("the header cannot be read: it is 314572800 bytes long"),
        "{problem}"
    );
    assert!(peak < MAX_BYTES, "{peak} bytes");
}

/// Decompression takes the most memory that a file may require, while the rejected rows are sent in parts.
#[tokio::test]
async fn bad_rows_of_64_mebibytes_compressed_with_the_largest_window() {
    let stack = Stack::connect().await;
    let rows = "never,location-03,wireless,router-1,4.39,device-1,9.09\n".repeat(10_000);
    let times = 64 * MEBIBYTE / rows.len();
    let mut encoder = zstd::Encoder::new(Vec::new(), 1).expect("a level of zstd");
    encoder.window_log(25).expect("a setting of zstd");
    writeln!(encoder, "{HEADER}").expect("a vector takes everything");
    for _ in 0..times {
        encoder.write_all(rows.as_bytes()).expect("a vector takes everything");
    }
    let object = encoder.finish().expect("a vector takes everything");
    let bucket = &stack.outputs.report_bucket_name;
    let key = format!("{}.csv.zst", unique::name());
    let upload = stack.upload_as(bucket, &key, object, "application/zstd").await;

    let rows = times as u64 * 10_000;
    for rows_per_message in FORMS {
        let (report, peak) = extract(&stack, &upload, rows_per_message).await;

        for key in upload.rejected_keys(&report) {
            stack.delete_object(bucket, &key).await;
        }
        assert_eq!(counts(&report), [rows, 0, rows]);
        assert!(peak < MAX_BYTES, "{peak} bytes with {rows_per_message} rows a message");
    }
}

/// A call has up to a mebibyte of messages, and the calls in flight must not add up without limit. The rows have one key, so that
/// the writer writes few items.
#[tokio::test]
async fn good_rows_of_many_a_message() {
    let stack = Stack::connect().await;
    let long = "x".repeat(3_000);
    let row = format!("1261440001,{long},wireless,router-1,4.39,device-1,9.09\n");
    let (times, rows) = (10, 1_000);
    let mut object = format!("{HEADER}\n").into_bytes();
    for _ in 0..times {
        object.extend_from_slice(row.repeat(rows).as_bytes());
    }
    let bucket = &stack.outputs.report_bucket_name;
    let upload = stack
        .upload_as(bucket, &format!("{}.csv", unique::name()), object, "text/csv")
        .await;

    let (report, peak) = extract(&stack, &upload, 100).await;

    let rows = (times * rows) as u64;
    assert_eq!(counts(&report), [rows, rows, 0]);
    assert!(peak < MAX_BYTES, "{peak} bytes");
}
