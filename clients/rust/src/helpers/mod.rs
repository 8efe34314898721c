//! What needs more than one request, a file or a decision, on top of the generated resources.
//!
//! The helpers are methods of the resources themselves: [`chutes().deploy`](crate::management::chutes::ChutesResource::deploy),
//! [`container_images().build`](crate::management::container_images::ContainerImagesResource::build),
//! [`jobs().wait`](crate::management::jobs::JobsResource::wait) and so on. This module holds their arguments and results.

mod chutes;
mod container_images;
mod ids;
mod jobs;
mod wait;

pub use chutes::{DeployParams, Deployment, DeploymentStatus, WARMUP_TIMEOUT, WaitReadyParams, WarmupProgress};
pub use container_images::{BuildArgs, BuildParams, WaitBuiltParams};
pub use ids::{NAMESPACE_OID, predict_chute_id, predict_image_id, predict_version};
pub use jobs::{DownloadParams, JobCreateParams, JobState, JobWaitParams, POLL_INTERVAL, job_state};

pub(crate) use chutes::{WarmupSource, wait_ready};
pub(crate) use ids::is_uuid;
pub(crate) use wait::Tell;
