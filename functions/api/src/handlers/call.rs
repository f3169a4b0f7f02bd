//! The five calls as types. Each function is compiled for one of them, so that its executable contains no code of the other four.

use lambda_http::Request;

use super::{delete, get, list, post, put};
use crate::response::Response;
use crate::response::error::Error;
use crate::route::Route;
use crate::table::Table;

/// One of the five calls.
pub trait Call {
    /// The route of the call.
    const ROUTE: Route;

    /// Makes the call.
    ///
    /// # Errors
    /// [`Error`], when the request fails.
    fn make(table: &Table, request: &Request) -> impl Future<Output = Result<Response, Error>> + Send;
}

macro_rules! calls {
    ($($name:ident => $module:ident),+) => {
        $(
            #[doc = concat!("[`Route::", stringify!($name), "`]")]
            #[derive(Debug)]
            pub struct $name;

            impl Call for $name {
                const ROUTE: Route = Route::$name;

                async fn make(table: &Table, request: &Request) -> Result<Response, Error> {
                    $module::handle(table, request).await
                }
            }
        )+
    };
}

calls! {
    ListMessages => list,
    GetMessage => get,
    PostMessage => post,
    PutMessage => put,
    DeleteMessage => delete
}
