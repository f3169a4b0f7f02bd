//! The five calls as types. A function is compiled for one of them, so that its executable has no code of the other four.

use crate::api::Route;
use crate::event::Request;
use crate::{Api, Error, Response};

/// One of the five calls.
pub trait Call {
    /// Which one.
    const ROUTE: Route;

    /// Makes it.
    fn make(api: &Api, request: &Request) -> impl Future<Output = Result<Response, Error>> + Send;
}

macro_rules! calls {
    ($($name:ident => $handler:ident),+) => {
        $(
            #[doc = concat!("[`Route::", stringify!($name), "`]")]
            #[derive(Debug)]
            pub struct $name;

            impl Call for $name {
                const ROUTE: Route = Route::$name;

                async fn make(api: &Api, request: &Request) -> Result<Response, Error> {
                    api.$handler(request).await
                }
            }
        )+

        impl Api {
            /// [Answers](Api::answer) as the function of `route` does.
            pub async fn answer_for(&self, route: Route, payload: &str, invocation_id: &str) -> Response {
                match route {
                    $(Route::$name => self.answer::<$name>(payload, invocation_id).await,)+
                }
            }
        }
    };
}

calls! {
    ListMessages => list,
    GetMessage => get,
    PostMessage => post,
    PutMessage => put,
    DeleteMessage => delete
}
