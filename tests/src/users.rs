//! IAM users. The emulator checks the signatures of their keys, but not those of its account's own key.

use aws_sdk_sqs::config::Credentials;
use http::Request;
use serde_json::{Value, json};

use crate::http_client::{encode, send, sign_request};
use crate::{Stack, unique};

/// A user with an access key.
#[derive(Clone, Debug)]
pub struct User {
    name: String,
    /// The access key.
    pub credentials: Credentials,
}

impl Stack {
    /// Creates a user with the statements of an inline policy.
    pub async fn create_user(&self, statements: &[Value]) -> User {
        let name = format!("end-to-end-{}", unique::name());
        self.iam("CreateUser", &[("UserName", &name)]).await;
        if !statements.is_empty() {
            let policy = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
            let parameters = [
                ("UserName", name.as_str()),
                ("PolicyName", "calls"),
                ("PolicyDocument", &policy),
            ];
            self.iam("PutUserPolicy", &parameters).await;
        }
        let key = self.iam("CreateAccessKey", &[("UserName", &name)]).await;
        let credentials = Credentials::new(
            element(&key, "AccessKeyId"),
            element(&key, "SecretAccessKey"),
            None,
            None,
            "an IAM user",
        );
        User { name, credentials }
    }

    /// Attaches a managed policy to a user, as an administrator does.
    pub async fn attach_policy(&self, user: &User, arn: &str) {
        self.iam("AttachUserPolicy", &[("UserName", &user.name), ("PolicyArn", arn)])
            .await;
    }

    /// Deletes a user with everything that belongs to it.
    pub async fn delete_user(&self, user: User) {
        let name = ("UserName", user.name.as_str());
        let policies = self.iam("ListUserPolicies", &[name]).await;
        if policies.contains("<member>") {
            self.iam("DeleteUserPolicy", &[name, ("PolicyName", "calls")]).await;
        }
        let attached = self.iam("ListAttachedUserPolicies", &[name]).await;
        for arn in elements(&attached, "PolicyArn") {
            self.iam("DetachUserPolicy", &[name, ("PolicyArn", &arn)]).await;
        }
        let key = ("AccessKeyId", user.credentials.access_key_id());
        self.iam("DeleteAccessKey", &[name, key]).await;
        self.iam("DeleteUser", &[name]).await;
    }

    async fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> String {
        let call = [("Action", action), ("Version", "2010-05-08")];
        let form = call.iter().chain(parameters);
        let form: Vec<_> = form.map(|(name, value)| format!("{name}={}", encode(value))).collect();
        let mut request = Request::post(format!("{}/", self.outputs.endpoint))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.join("&"))
            .expect("a valid request");
        sign_request(&mut request, &self.credentials, &self.outputs.region, "iam");
        let response = send(request).await;
        assert_eq!(response.status, 200, "{action}: {response:?}");
        response.body
    }
}

/// The text of the only element with this name. The elements that are needed contain no markup.
fn element(xml: &str, name: &str) -> String {
    let [text] = elements(xml, name)
        .try_into()
        .unwrap_or_else(|found| panic!("not one {name} in {xml}: {found:?}"));
    text
}

/// The texts of the elements with this name.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let tag = format!("<{name}>");
    let texts = xml.split(&tag).skip(1);
    texts
        .map(|rest| rest.split("</").next().unwrap_or_default().to_owned())
        .collect()
}
