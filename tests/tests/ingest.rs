//! Uploaded CSV objects, and the outcomes of their rows.

use end_to_end::bucket::{Reject, counts};
use end_to_end::sample::HEADER;
use end_to_end::{Stack, sample, unique, wait};

#[tokio::test]
async fn every_row_of_a_file_becomes_an_item_digit_for_digit() {
    let stack = Stack::connect().await;
    let csv = sample::file("data.csv");
    let expected = sample::items(&csv);
    assert_eq!(expected.len(), 20);
    stack.delete(&expected).await;

    let upload = stack
        .upload(&format!("{}/data.csv", unique::name()), csv.as_str())
        .await;

    stack.wait_for_items(&expected).await;
    let report = stack.report(&upload).await;
    assert_eq!(counts(&report), [20, 20, 0]);
    assert_eq!(report["bucket"], stack.outputs.data_bucket_name);
    assert_eq!(report["key"], upload.key);
    assert_eq!(report["etag"], upload.etag);
    assert_eq!(report["size"], csv.len());
    assert_eq!(stack.rejects(&upload).await, None);
}

#[tokio::test]
async fn a_file_of_one_row_becomes_one_item() {
    let stack = Stack::connect().await;
    let csv = sample::file("data_good_msg.csv");
    let expected = sample::items(&csv);
    stack.delete(&expected).await;

    let upload = stack.upload(&format!("{}.csv", unique::name()), csv).await;

    let (date, time) = sample::key(&expected[0]);
    let what = format!("the row of {date} {time}");
    wait::until_equal(&what, &Some(expected[0].clone()), async || {
        stack.item(&date, &time).await
    })
    .await;
    assert_eq!(counts(&stack.report(&upload).await), [1, 1, 0]);
}

#[tokio::test]
async fn bad_rows_are_kept_with_their_place_and_stop_no_good_one() {
    let stack = Stack::connect().await;
    let csv = sample::file("data_mixed.csv");
    let row = |text: &str| {
        csv.split_inclusive('\n')
            .find(|line| line.starts_with(text))
            .expect("a row")
            .trim_end()
    };
    let bad_timestamp = row("location-03,8.31");
    let bad_number = row("\"Hall 3, south");
    let too_few = row("location-03,8.66");
    let two_bad = row(",8.61");
    let good = [bad_timestamp, bad_number, too_few, two_bad]
        .iter()
        .fold(csv.clone(), |csv, bad| csv.replace(&format!("{bad}\n"), ""));
    let expected = sample::items(&good);
    assert_eq!(expected.len(), 5);
    stack.delete(&expected).await;

    let upload = stack
        .upload(&format!("{}/mixed.csv", unique::name()), csv.as_str())
        .await;

    stack.wait_for_items(&expected).await;
    let report = stack.report(&upload).await;
    assert_eq!(counts(&report), [9, 5, 4]);
    assert_eq!([&report["first_rejected_line"], &report["last_rejected_line"]], [5, 11]);
    assert_eq!(upload.rejected_keys(&report).len(), 1);
    let reject = |line, column: &str, reason: &str, row: &str| Reject {
        line,
        byte: csv.find(row).expect("a row"),
        length: row.len(),
        column: column.to_owned(),
        reason: reason.to_owned(),
        row: row.into(),
    };
    let number = "must be a decimal number such as 4.39 or -1.5e3, without separators or units";
    let timestamp = "must be Unix seconds with an optional fraction, such as 1559040909.3853335";
    let expected = [
        reject(5, "timestamp", &format!("timestamp {timestamp}"), bad_timestamp),
        reject(7, "remote_avg", &format!("remote_avg {number}"), bad_number),
        reject(10, "", "the row has 6 fields where the header has 7", too_few),
        reject(
            11,
            "location; local_avg",
            &format!("location is empty; local_avg {number}"),
            two_bad,
        ),
    ];
    assert_eq!(stack.rejects(&upload).await.expect("rejected rows"), expected);
}

#[tokio::test]
async fn a_row_that_is_bad_in_several_columns_names_them_all() {
    let stack = Stack::connect().await;

    let upload = stack
        .upload(&format!("{}.csv", unique::name()), sample::file("data_bad_msg.csv"))
        .await;

    assert_eq!(counts(&stack.report(&upload).await), [1, 0, 1]);
    let rejects = stack.rejects(&upload).await.expect("a rejected row");
    assert_eq!(rejects.len(), 1);
    assert_eq!(rejects[0].column, "timestamp; location; local_avg; remote_avg");
    for column in [
        "timestamp must be",
        "location is empty",
        "local_avg must be",
        "remote_avg must be",
    ] {
        assert!(rejects[0].reason.contains(column), "{}", rejects[0].reason);
    }
}

#[tokio::test]
async fn rejected_rows_keep_their_bytes_whatever_these_are() {
    let stack = Stack::connect().await;
    let (midnight, date) = unique::midnight();
    let latin_1 = b"0,M\xfcnchen,wireless,router-1,1,device-1,1";
    let two_lines = b"never,\"Hall 3,\r\nnorth\",wireless,router-1,1,device-1,1";
    let good = format!("{midnight},location-03,wireless,router-1,1,device-1,1\r\n");
    let file = [
        b"\xef\xbb\xbf",
        HEADER.as_bytes(),
        b"\r\n",
        latin_1,
        b"\r\n\r\n",
        two_lines,
        b"\r\n",
        good.as_bytes(),
    ];
    let file = file.concat();

    let upload = stack.upload(&format!("{}.csv", unique::name()), file.clone()).await;

    assert_eq!(counts(&stack.report(&upload).await), [3, 1, 2]);
    let rejects = stack.rejects(&upload).await.expect("rejected rows");
    let found: Vec<_> = rejects
        .iter()
        .map(|reject| (reject.line, reject.column.as_str(), &reject.row[..]))
        .collect();
    assert_eq!(found, [(2, "location", &latin_1[..]), (4, "timestamp", &two_lines[..])]);
    for reject in &rejects {
        assert_eq!(&file[reject.byte..reject.byte + reject.length], reject.row);
    }
    wait::until_equal("the good row", &1, async || stack.items(&date).await.len()).await;
}

#[tokio::test]
async fn a_file_without_a_needed_column_says_which_and_keeps_its_rows() {
    let stack = Stack::connect().await;
    let csv = "timestamp,location,source,local_dest,local_avg,remote_dest\n0,l,s,d,1,d\n1,l,s,d,1,d\n";

    let upload = stack.upload(&format!("{}.csv", unique::name()), csv).await;

    let report = stack.report(&upload).await;
    assert_eq!(counts(&report), [2, 0, 2]);
    let problem = report["problem"].as_str().expect("a problem");
    assert!(problem.starts_with("the header lacks `remote_avg`"), "{problem}");
    assert_eq!(stack.rejects(&upload).await.expect("rejected rows").len(), 2);
}

#[tokio::test]
async fn thousands_of_rows_arrive_and_thousands_of_rejects_are_kept() {
    let stack = Stack::connect().await;
    let (midnight, date) = unique::midnight();
    let good = |second: i64| format!("{},location-03,wireless,router-1,1.5,device-1,2\n", midnight + second);
    let bad = format!("never,{},wireless,router-1,1,device-1,1\n", "x".repeat(900));
    // More than five mebibytes, from which on rejected rows are written in parts.
    let rows = (0..2000).map(good).chain(std::iter::repeat_n(bad, 7000));
    let file: String = std::iter::once(format!("{HEADER}\n")).chain(rows).collect();

    let upload = stack.upload(&format!("{}.csv", unique::name()), file).await;

    assert_eq!(counts(&stack.report(&upload).await), [9000, 2000, 7000]);
    let rejects = stack.rejects(&upload).await.expect("rejected rows");
    let lines: Vec<_> = rejects.iter().map(|reject| reject.line).collect();
    assert_eq!(lines, (2002..9002).collect::<Vec<_>>());
    wait::until_equal("all good rows", &2000, async || stack.items(&date).await.len()).await;
}
