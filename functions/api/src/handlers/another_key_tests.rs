//! A table from before the stack, with another key than the stack was deployed for: every call is a failure of the API.

use serde_json::json;

use crate::Route;
use crate::testing::keyed::{Asked, Keyed, schemas};
use crate::testing::{log, problem};

const ROUTES: [Route; 4] = [
    Route::GetMessage,
    Route::PostMessage,
    Route::PutMessage,
    Route::DeleteMessage,
];

/// A well-formed call on a table with `pk` and `sk`.
fn asked(route: Route) -> Asked {
    match route {
        Route::PostMessage => Asked::default().with_body(json!({"Item": {"pk": "a", "sk": "b", "x": 1}})),
        Route::PutMessage => {
            let body = json!({"UpdateExpression": "SET x = :x", "ExpressionAttributeValues": {":x": 1}});
            Asked::of("a", &[("sk", "b")]).with_body(body)
        }
        _ => Asked::of("a", &[("sk", "b")]),
    }
}

#[tokio::test]
async fn no_client_is_blamed_for_the_key_of_the_table() {
    let [by_text, others @ ..] = schemas();
    for other in others {
        let world = Keyed::new(&other).asked_by(&by_text);
        for route in ROUTES {
            let lines = log::of(async {
                let response = world.call(route, &asked(route)).await;
                let told = problem(&response, 500, "invocation-1");
                assert_eq!(
                    told["type"], "urn:problem-type:messages:internal-error",
                    "{route:?} {other:?}"
                );
            });
            let lines = lines.await;
            let said = lines
                .iter()
                .any(|line| line.to_string().contains("the table has another key than"));
            assert!(said, "{route:?} {other:?}: {lines:?}");
        }
        // A list of one partition key names only the partition key.
        if other.partition() != by_text.partition() {
            let list = Asked::list(&[("pk", "a")]);
            problem(&world.call(Route::ListMessages, &list).await, 500, "invocation-1");
        }
    }
}
