//! The requests that tables with a declared key refuse.

use serde_json::json;

use crate::testing::keyed::{Asked, Keyed, schemas};
use crate::testing::{errors, problem};
use crate::{Response, Route};

/// The faults of a request: places with texts.
fn faults(response: &Response) -> Vec<String> {
    problem(response, 400, "invocation-1");
    let errors = errors(response).into_iter();
    errors
        .map(|[part, pointer, text]| format!("{part}{pointer} {text}"))
        .collect()
}

#[tokio::test]
async fn a_wrong_address_is_named() {
    let long = "x".repeat(2049);
    for (schema, asked, expected) in [
        (
            0,
            Asked::of("a", &[]),
            "query/sk is missing; it must be a text of 1 to 1024 bytes in UTF-8",
        ),
        (
            0,
            Asked::of("a", &[("sk", "")]),
            "query/sk is empty; it must be a text of 1 to 1024 bytes in UTF-8",
        ),
        (
            0,
            Asked::of("a", &[("time", "x")]),
            "query/sk is missing; it must be a text of 1 to 1024 bytes in UTF-8",
        ),
        (
            0,
            Asked::of("%FF", &[("sk", "b")]),
            "path/pk must be a text of 1 to 2048 bytes in UTF-8",
        ),
        (
            0,
            Asked::of(&long, &[("sk", "b")]),
            "path/pk must be a text of 1 to 2048 bytes in UTF-8",
        ),
        (
            0,
            Asked::of("a", &[("sk", &long[..1025])]),
            "query/sk must be a text of 1 to 1024 bytes in UTF-8",
        ),
        (
            1,
            Asked::of("a", &[("n", "ten")]),
            "query/n must be a number of at most 38 significant digits, such as 7 or -0.5",
        ),
        (
            2,
            Asked::of("a", &[("time", "1")]),
            "path/id must be a number of at most 38 significant digits, such as 7 or -0.5",
        ),
        (
            3,
            Asked::of("a", &[("time", "09:01:05")]),
            "query/time has no meaning here, since the table has no sort key; leave it out",
        ),
    ] {
        let world = Keyed::new(&schemas()[schema]);
        for route in [Route::GetMessage, Route::PutMessage, Route::DeleteMessage] {
            let mut asked = asked.clone();
            if route.takes_body() {
                asked.body = json!({"Item": {"x": 1}});
            }
            assert_eq!(faults(&world.call(route, &asked).await), [expected], "{route:?}");
        }
    }
    let nothing = Keyed::new(&schemas()[0])
        .call(Route::GetMessage, &Asked::default())
        .await;
    assert_eq!(faults(&nothing).len(), 2, "both at once");
}

#[tokio::test]
async fn a_wrong_item_is_named() {
    let [texts, numbered, _, single] = schemas();
    for (schema, item, expected) in [
        (
            &texts,
            json!({"sk": "b"}),
            "/Item/pk is missing; it must be a string that is not empty, as a part of the key",
        ),
        (
            &texts,
            json!({"pk": "a", "sk": ""}),
            "/Item/sk must be a text of 1 to 1024 bytes in UTF-8",
        ),
        (
            &texts,
            json!({"pk": "a", "sk": 7}),
            "/Item/sk must be a text of 1 to 1024 bytes in UTF-8",
        ),
        (
            &numbered,
            json!({"pk": "a"}),
            "/Item/n is missing; it must be a number, without quotation marks, as a part of the key",
        ),
        (
            &numbered,
            json!({"pk": "a", "n": "7"}),
            "/Item/n must be a number of at most 38 significant digits, such as 7 or -0.5",
        ),
        (
            &single,
            json!({"customer id": "c", "$order": "x"}),
            "/Item/$order has a name that is kept for the API itself; choose another one",
        ),
    ] {
        let asked = Asked::default().with_body(json!({ "Item": item }));
        let response = Keyed::new(schema).call(Route::PostMessage, &asked).await;
        assert_eq!(faults(&response), [format!("body{expected}")], "{item}");
    }
    let response = Keyed::new(&numbered).call(Route::PostMessage, &Asked::default()).await;
    let expected =
        "The body is missing; it must be a JSON object such as {\"Item\":{\"pk\":\"text\",\"n\":7,\"size\":5.55}}.";
    assert_eq!(problem(&response, 400, "invocation-1")["detail"], expected);
}

#[tokio::test]
async fn a_body_is_about_the_item_that_is_addressed() {
    let [texts, numbered, ..] = schemas();
    for (schema, route, asked, expected) in [
        (
            &texts,
            Route::PostMessage,
            Asked::of("a", &[("sk", "b")]).with_body(json!({"Item": {"pk": "a", "sk": "c"}})),
            "/Item/sk differs from the parameter `sk`; make them equal",
        ),
        (
            &texts,
            Route::PostMessage,
            Asked::of("a%2Fb", &[]).with_body(json!({"Item": {"pk": "a", "sk": "c"}})),
            "/Item/pk differs from the parameter `pk`; make them equal",
        ),
        (
            &numbered,
            Route::PutMessage,
            Asked::of("a", &[("n", "7")]).with_body(json!({"Item": {"n": 8}})),
            "/Item/n differs from the parameter `n`; make them equal",
        ),
        (
            &numbered,
            Route::PutMessage,
            Asked::of("a", &[("n", "7")]).with_body(json!({"Item": {"n": "7"}})),
            "/Item/n differs from the parameter `n`; make them equal",
        ),
        (
            &numbered,
            Route::PutMessage,
            Asked::of("a", &[("n", "7")]).with_body(json!({"Remove": ["n"]})),
            "/Remove/0 names a part of the message's key, which cannot be removed",
        ),
    ] {
        let response = Keyed::new(schema).call(route, &asked).await;
        assert_eq!(faults(&response), [format!("body{expected}")], "{asked:?}");
    }
    let world = Keyed::new(&texts);
    world.post(&json!({"pk": "a", "sk": "b"})).await;
    let key = json!({"UpdateExpression": "SET #k = :v", "ExpressionAttributeNames": {"#k": "sk"}, "ExpressionAttributeValues": {":v": "c"}});
    let response = world
        .call(Route::PutMessage, &Asked::of("a", &[("sk", "b")]).with_body(key))
        .await;
    let detail = problem(&response, 400, "invocation-1")["detail"].to_string();
    assert!(detail.contains("(`pk` and `sk` cannot be updated"), "{detail}");
}
