//! The places from which reading continues in a decoded text.

use std::time::Duration;

use backoff::Deadline;
use encoding_rs::{Encoding, SHIFT_JIS, WINDOWS_1252};
use s3_to_sqs::input::content::Content;
use s3_to_sqs::input::content::anchor::Anchor;
use s3_to_sqs::input::download::Download;
use s3_to_sqs::object::Object;

use crate::world::{ETAG, World};

const PIECE: usize = 100;

async fn text(mut content: Content<'_>) -> Vec<u8> {
    let mut text = Vec::new();
    while let Some(bytes) = content.next().await.unwrap() {
        text.extend_from_slice(&bytes);
    }
    text
}

/// Continues to read from every seventh byte of an object's text, with the anchor known there. Returns the places in
/// the object from which it was read.
async fn starts(encoding: &'static Encoding, text_of_object: &str) -> Vec<u64> {
    let (object_bytes, _, _) = encoding.encode(text_of_object);
    let world = World::breaking_off_after(PIECE, &object_bytes);
    let s3 = &world.extractor.s3;
    let object = Object {
        bucket: "data".into(),
        key: "data.csv".into(),
        ..Object::default()
    };
    let deadline = Deadline::after(Duration::from_secs(100_000));
    let download = Download::open(s3, &object, deadline).await.unwrap();
    let mut content = Content::open(download, Some(encoding)).await.unwrap();
    let format = content.format();
    let mut anchors = Vec::<Option<Anchor>>::new();
    let mut read = Vec::new();
    while let Some(bytes) = content.next().await.unwrap() {
        read.extend_from_slice(&bytes);
        anchors.extend((anchors.len()..read.len()).map(|byte| content.anchor_before(byte as u64)));
    }
    assert_eq!(read, text_of_object.as_bytes());
    let mut starts = Vec::new();
    for (byte, anchor) in (0_u64..).zip(anchors).step_by(7) {
        let start = Content::start(format, anchor, byte);
        let size = object_bytes.len() as u64;
        let etag = format!("\"{ETAG}\"");
        let rest = Download::open_at(s3, &object, &etag, size, start.object, deadline)
            .await
            .unwrap();
        let rest = text(Content::resume(rest, format, start, byte)).await;
        assert_eq!(
            rest,
            read[usize::try_from(byte).unwrap()..],
            "from {byte} on, by {start:?}"
        );
        starts.push(start.object);
    }
    starts
}

#[tokio::test(start_paused = true)]
async fn a_single_byte_encoding_is_not_read_again_from_the_beginning() {
    let starts = starts(WINDOWS_1252, &"Zürich,4€\n".repeat(60)).await;
    assert!(starts.is_sorted() && starts[0] == 0);
    let piece = PIECE as u64;
    assert!(starts.last().is_some_and(|last| *last >= 4 * piece), "{starts:?}");
}

#[tokio::test(start_paused = true)]
async fn an_encoding_of_several_bytes_is_read_again_from_the_beginning() {
    let starts = starts(SHIFT_JIS, &"表,ソ\n".repeat(60)).await;
    assert!(starts.iter().all(|start| *start == 0));
}
