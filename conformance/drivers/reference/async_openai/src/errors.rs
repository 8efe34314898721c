//! What a caller can read off an error of this SDK.

use async_openai::error::OpenAIError;
use serde_json::{Value, json};

/// `opened`: the stream had begun, so a text that is no JSON was an event of it.
pub fn object(error: &OpenAIError, opened: bool) -> Value {
    let mut out = json!({"kind": null, "message": error.to_string(), "repr": format!("{error:?}")});
    let (kind, class) = match error {
        OpenAIError::Reqwest(e) => {
            if let Some(status) = e.status() {
                out["status"] = json!(status.as_u16());
            }
            let kind = match () {
                () if e.is_timeout() => "timeout",
                () if e.is_builder() => "config",
                () => "connection",
            };
            (kind, "OpenAIError::Reqwest")
        }
        OpenAIError::ApiError(answer) => {
            out["status"] = json!(answer.status_code.as_u16());
            out["message"] = json!(answer.api_error.message);
            out["code"] = json!(answer.api_error.code);
            (of_status(answer.status_code.as_u16()), "OpenAIError::ApiError")
        }
        OpenAIError::JSONDeserialize(_, text) => {
            out["raw_body_len"] = json!(text.len());
            (if opened { "stream_error" } else { "unexpected_response" }, "OpenAIError::JSONDeserialize")
        }
        OpenAIError::StreamError(_) => ("stream_error", "OpenAIError::StreamError"),
        OpenAIError::InvalidArgument(_) => ("config", "OpenAIError::InvalidArgument"),
        _ => return out,
    };
    out["kind"] = json!(kind);
    out["class"] = json!(class);
    out
}

fn of_status(status: u16) -> &'static str {
    match status {
        400 => "bad_request",
        401 => "unauthenticated",
        403 => "permission_denied",
        404 => "not_found",
        409 => "conflict",
        422 => "unprocessable",
        429 => "rate_limited",
        500.. => "server",
        _ => "api_status",
    }
}
