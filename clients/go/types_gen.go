// Code generated from openapi/chutes.yaml; DO NOT EDIT.

package chutes

import "encoding/json"

// ChuteTemplate: The standard template that a chute was made from. The list is open: other values are legal.
type ChuteTemplate string

// Known values of ChuteTemplate.
const (
	ChuteTemplateVllm      ChuteTemplate = "vllm"
	ChuteTemplateDiffusion ChuteTemplate = "diffusion"
	ChuteTemplateTei       ChuteTemplate = "tei"
	ChuteTemplateEmbedding ChuteTemplate = "embedding"
	ChuteTemplateOther     ChuteTemplate = "other"
)

// MinerMeansFormat: Format of a table. The list is open: other values are legal.
type MinerMeansFormat string

// Known values of MinerMeansFormat.
const (
	MinerMeansFormatJSON MinerMeansFormat = "json"
	MinerMeansFormatCsv  MinerMeansFormat = "csv"
)

// Chute: a deployed program with its endpoints.
type Chute struct {
	Answer
	// Id (a UUID).
	ChuteID string `json:"chute_id,omitzero"`
	// Name, unique in the account; may hold slashes.
	Name string `json:"name,omitzero"`
	// First label of its host name. Never compute it; it may carry a random suffix.
	Slug string `json:"slug,omitzero"`
	// One line about it.
	Tagline string `json:"tagline,omitzero"`
	// Text about it in Markdown.
	Readme string `json:"readme,omitzero"`
	// Text for models that use it as a tool.
	ToolDescription string `json:"tool_description,omitzero"`
	// Whether everybody can see and call it.
	Public bool `json:"public,omitzero"`
	// Id of the deployed version.
	Version string `json:"version,omitzero"`
	// Its template, if it was made from one.
	StandardTemplate ChuteTemplate `json:"standard_template,omitzero"`
	// Its endpoints; null in lists.
	Cords []Cord `json:"cords,omitzero"`
	// Its jobs.
	Jobs []Job `json:"jobs,omitzero"`
	// Key into `cord_refs` of the page.
	CordRefID string `json:"cord_ref_id,omitzero"`
	CreatedAt Time   `json:"created_at,omitzero"`
	UpdatedAt Time   `json:"updated_at,omitzero"`
	// The container image.
	Image *ChuteImage `json:"image,omitzero"`
	// The owner.
	User *User `json:"user,omitzero"`
	// GPU names it may run on.
	SupportedGPUs []string `json:"supported_gpus,omitzero"`
	// The hardware asked for.
	NodeSelector *NodeSelector `json:"node_selector,omitzero"`
	// Calls in all.
	InvocationCount int64 `json:"invocation_count,omitzero"`
	// What it costs now.
	CurrentEstimatedPrice *PriceEstimate `json:"current_estimated_price,omitzero"`
	// Running copies.
	Instances []ChuteInstance `json:"instances,omitzero"`
	LogoID    string          `json:"logo_id,omitzero"`
	// Address of the logo.
	Logo string `json:"logo,omitzero"`
	// Whether it is listed on OpenRouter.
	Openrouter bool `json:"openrouter,omitzero"`
	// CDK version it was built with.
	ChutesVersion string `json:"chutes_version,omitzero"`
	// Commit of the model repository.
	Revision string `json:"revision,omitzero"`
	// Calls per instance at the same time.
	Concurrency int `json:"concurrency,omitzero"`
	// Factor on the reward of the miners.
	Boost float64 `json:"boost,omitzero"`
	// Most instances at the same time.
	MaxInstances int `json:"max_instances,omitzero"`
	// Busy ratio, 0 to 1, that starts another instance.
	ScalingThreshold float64 `json:"scaling_threshold,omitzero"`
	// Idle seconds until an instance stops.
	ShutdownAfterSeconds int  `json:"shutdown_after_seconds,omitzero"`
	Preemptible          bool `json:"preemptible,omitzero"`
	// Whether it may open connections to the outside.
	AllowExternalEgress bool `json:"allow_external_egress,omitzero"`
	// Whether it runs in a trusted execution environment.
	TEE                        bool               `json:"tee,omitzero"`
	LockModules                bool               `json:"lock_modules,omitzero"`
	EffectiveComputeMultiplier float64            `json:"effective_compute_multiplier,omitzero"`
	ComputeMultiplierFactors   map[string]float64 `json:"compute_multiplier_factors,omitzero"`
	// Open bounty.
	Bounty int `json:"bounty,omitzero"`
	// Whether an active and verified instance exists.
	Hot bool `json:"hot,omitzero"`
}

// Cord: one endpoint of a chute.
type Cord struct {
	Answer
	// HTTP method inside the chute.
	Method string `json:"method"`
	// Path inside the chute.
	Path string `json:"path"`
	// Name of the Python function.
	Function string `json:"function"`
	// Whether it streams.
	Stream bool `json:"stream"`
	// Whether it forwards to a server inside the chute.
	Passthrough *bool `json:"passthrough,omitzero"`
	// Path on the host of the chute; segments of a-z, 0-9, `_` and `-` that begin with a letter.
	PublicAPIPath string `json:"public_api_path,omitzero"`
	// Method on the host of the chute.
	PublicAPIMethod CordMethod `json:"public_api_method,omitzero"`
	// JSON Schema of the arguments.
	InputSchema json.RawMessage `json:"input_schema,omitzero"`
	// JSON Schema of the arguments that matter most.
	MinimalInputSchema json.RawMessage `json:"minimal_input_schema,omitzero"`
	// JSON Schema of the result.
	OutputSchema json.RawMessage `json:"output_schema,omitzero"`
	// Media type of the result, such as `image/jpeg`; the answer's own header wins.
	OutputContentType string `json:"output_content_type,omitzero"`

	// Extra holds the fields that this version does not know; they are sent again.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the fields that this version does not know.
func (v *Cord) UnmarshalJSON(data []byte) error {
	type plain Cord
	return unmarshalOpen(data, (*plain)(v), &v.Extra)
}

// MarshalJSON writes them again.
func (v Cord) MarshalJSON() ([]byte, error) {
	type plain Cord
	return marshalOpen(plain(v), v.Extra)
}

// CordMethod: Method of a public endpoint. The list is open: other values are legal.
type CordMethod string

// Known values of CordMethod.
const (
	CordMethodGET  CordMethod = "GET"
	CordMethodPOST CordMethod = "POST"
)

// Job: a long-running task of a chute.
type Job struct {
	Answer
	Name string `json:"name"`
	// Whether it hands out files.
	Upload *bool `json:"upload,omitzero"`
	// Seconds until it is stopped.
	Timeout *int `json:"timeout,omitzero"`
	// Ports it opens.
	Ports []JobPort `json:"ports,omitzero"`
	// Disk in GB.
	DiskGB *int `json:"disk_gb,omitzero"`

	// Extra holds the fields that this version does not know; they are sent again.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the fields that this version does not know.
func (v *Job) UnmarshalJSON(data []byte) error {
	type plain Job
	return unmarshalOpen(data, (*plain)(v), &v.Extra)
}

// MarshalJSON writes them again.
func (v Job) MarshalJSON() ([]byte, error) {
	type plain Job
	return marshalOpen(plain(v), v.Extra)
}

// JobPort: a port that a job opens.
type JobPort struct {
	Answer
	Name string `json:"name"`
	// 2202, or 8002 to 65535.
	Port  int          `json:"port"`
	Proto PortProtocol `json:"proto"`
	// Whether it is the default port.
	Default *bool `json:"default,omitzero"`

	// Extra holds the fields that this version does not know; they are sent again.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the fields that this version does not know.
func (v *JobPort) UnmarshalJSON(data []byte) error {
	type plain JobPort
	return unmarshalOpen(data, (*plain)(v), &v.Extra)
}

// MarshalJSON writes them again.
func (v JobPort) MarshalJSON() ([]byte, error) {
	type plain JobPort
	return marshalOpen(plain(v), v.Extra)
}

// PortProtocol: Protocol of a port. The list is open: other values are legal.
type PortProtocol string

// Known values of PortProtocol.
const (
	PortProtocolTcp  PortProtocol = "tcp"
	PortProtocolUdp  PortProtocol = "udp"
	PortProtocolHttp PortProtocol = "http"
)

// NodeSelector: the hardware that a chute asks for.
type NodeSelector struct {
	Answer
	// GPUs per instance.
	GPUCount *int `json:"gpu_count,omitzero"`
	// Least memory of each GPU in GB.
	MinVRAMGBPerGPU *int `json:"min_vram_gb_per_gpu,omitzero"`
	// Highest price of a GPU in USD per hour.
	MaxHourlyPricePerGPU *float64 `json:"max_hourly_price_per_gpu,omitzero"`
	// Only these GPUs.
	Include []string `json:"include,omitzero"`
	// Not these GPUs; at most five when deploying.
	Exclude []string `json:"exclude,omitzero"`
	Dynamic *bool    `json:"dynamic,omitzero"`
	// Price factor of this hardware.
	ComputeMultiplier *float64 `json:"compute_multiplier,omitzero"`
	// GPUs that match.
	SupportedGPUs []string `json:"supported_gpus,omitzero"`

	// Extra holds the fields that this version does not know; they are sent again.
	Extra map[string]json.RawMessage `json:"-"`
}

// UnmarshalJSON keeps the fields that this version does not know.
func (v *NodeSelector) UnmarshalJSON(data []byte) error {
	type plain NodeSelector
	return unmarshalOpen(data, (*plain)(v), &v.Extra)
}

// MarshalJSON writes them again.
func (v NodeSelector) MarshalJSON() ([]byte, error) {
	type plain NodeSelector
	return marshalOpen(plain(v), v.Extra)
}

// ChuteInstance: a running copy of a chute.
type ChuteInstance struct {
	Answer
	InstanceID string `json:"instance_id,omitzero"`
	Region     string `json:"region,omitzero"`
	// Whether it takes calls.
	Active bool `json:"active,omitzero"`
	// Whether the platform has checked it.
	Verified       bool `json:"verified,omitzero"`
	LastVerifiedAt Time `json:"last_verified_at,omitzero"`
}

// PriceEstimate: what a chute costs; which fields are set depends on its template.
type PriceEstimate struct {
	Answer
	// Language models.
	PerMillionTokens *TokenPrices `json:"per_million_tokens,omitzero"`
	// Image models.
	PerStep *Money `json:"per_step,omitzero"`
	// Per call.
	PerRequest *Money `json:"per_request,omitzero"`
	// Running time in USD.
	USD *TimePrice `json:"usd,omitzero"`
	// Running time in TAO.
	Tao *TimePrice `json:"tao,omitzero"`
	// Private chutes.
	HourlyPriceRange *HourlyPriceRange `json:"hourly_price_range,omitzero"`
}

// TokenPrices: prices of a million tokens.
type TokenPrices struct {
	Answer
	Input  *Money `json:"input,omitzero"`
	Output *Money `json:"output,omitzero"`
	// Input found in the cache.
	InputCacheRead *Money `json:"input_cache_read,omitzero"`
}

// Money: an amount in both currencies.
type Money struct {
	Answer
	USD float64 `json:"usd,omitzero"`
	Tao float64 `json:"tao,omitzero"`
}

// TimePrice: price of running time in one currency.
type TimePrice struct {
	Answer
	Hour   float64 `json:"hour,omitzero"`
	Second float64 `json:"second,omitzero"`
}

// HourlyPriceRange: lowest and highest price of an hour.
type HourlyPriceRange struct {
	Answer
	USD *PriceRange `json:"usd,omitzero"`
	Tao *PriceRange `json:"tao,omitzero"`
}

// PriceRange: lowest and highest price.
type PriceRange struct {
	Answer
	Min float64 `json:"min,omitzero"`
	Max float64 `json:"max,omitzero"`
}

// ChuteImage: the container image of a chute.
type ChuteImage struct {
	Answer
	ImageID string `json:"image_id,omitzero"`
	Name    string `json:"name,omitzero"`
	Tag     string `json:"tag,omitzero"`
	Readme  string `json:"readme,omitzero"`
	Public  bool   `json:"public,omitzero"`
	// `pending build`, `building`, `built and pushed`, or `error: ` and a reason.
	Status           string `json:"status,omitzero"`
	CreatedAt        Time   `json:"created_at,omitzero"`
	BuildStartedAt   Time   `json:"build_started_at,omitzero"`
	BuildCompletedAt Time   `json:"build_completed_at,omitzero"`
	// The owner.
	User   *User  `json:"user,omitzero"`
	LogoID string `json:"logo_id,omitzero"`
	// Address of the logo; the server of 2026-05 leaves a slash out, so prefer `logo_id`.
	Logo         string `json:"logo,omitzero"`
	PatchVersion string `json:"patch_version,omitzero"`
	// CDK version.
	ChutesVersion string `json:"chutes_version,omitzero"`
}

// ChuteArgs: a chute to deploy.
type ChuteArgs struct {
	// Name, unique in the account without regard to case.
	Name string `json:"name"`
	// Id of the image, or `user/name:tag`.
	Image string `json:"image"`
	// Must be false for accounts without the permission.
	Public bool `json:"public"`
	// Python source.
	Code string `json:"code"`
	// File name of the source.
	Filename string `json:"filename"`
	// `module:variable` of the chute object.
	RefStr string `json:"ref_str"`
	// Hardware.
	NodeSelector NodeSelector `json:"node_selector"`
	// Template, if any.
	StandardTemplate Opt[ChuteTemplate] `json:"standard_template,omitzero"`
	// One line about it.
	Tagline Opt[string] `json:"tagline,omitzero"`
	// Text about it in Markdown.
	Readme Opt[string] `json:"readme,omitzero"`
	// Text for models that use it as a tool.
	ToolDescription Opt[string] `json:"tool_description,omitzero"`
	LogoID          Opt[string] `json:"logo_id,omitzero"`
	// Endpoints. A chute has cords or jobs.
	Cords Opt[[]Cord] `json:"cords,omitzero"`
	// Jobs. A chute has cords or jobs.
	Jobs Opt[[]Job] `json:"jobs,omitzero"`
	// Calls per instance at the same time.
	Concurrency Opt[int] `json:"concurrency,omitzero"`
	// Commit of the model repository; required for the vLLM template.
	Revision Opt[string] `json:"revision,omitzero"`
	// Most instances at the same time.
	MaxInstances Opt[int] `json:"max_instances,omitzero"`
	// Busy ratio that starts another instance.
	ScalingThreshold Opt[float64] `json:"scaling_threshold,omitzero"`
	// Idle seconds until an instance stops.
	ShutdownAfterSeconds Opt[int] `json:"shutdown_after_seconds,omitzero"`
	// Let it open connections to the outside.
	AllowExternalEgress Opt[bool] `json:"allow_external_egress,omitzero"`
	// Encrypt its file system.
	EncryptedFS Opt[bool] `json:"encrypted_fs,omitzero"`
	// Run in a trusted execution environment. Must be true since 2026-05-12.
	TEE Opt[bool] `json:"tee,omitzero"`
	// Forbid imports of other modules; forced for standard templates.
	LockModules Opt[bool] `json:"lock_modules,omitzero"`
	// Replace instances of the last version one by one.
	UseRollingUpdate Opt[bool] `json:"use_rolling_update,omitzero"`
}

// ChuteUpdateArgs: changes of a chute. What is left out stays as it is.
type ChuteUpdateArgs struct {
	// One line about it.
	Tagline Opt[string] `json:"tagline,omitzero"`
	// Text about it in Markdown.
	Readme Opt[string] `json:"readme,omitzero"`
	// Text for models that use it as a tool.
	ToolDescription Opt[string] `json:"tool_description,omitzero"`
	LogoID          Opt[string] `json:"logo_id,omitzero"`
	// Most instances at the same time.
	MaxInstances Opt[int] `json:"max_instances,omitzero"`
	// Busy ratio that starts another instance.
	ScalingThreshold Opt[float64] `json:"scaling_threshold,omitzero"`
	// Idle seconds until an instance stops. The server of 2026-05 accepts and ignores it.
	ShutdownAfterSeconds Opt[int] `json:"shutdown_after_seconds,omitzero"`
	// True stops a chute: the instances of a private one are killed.
	Disabled Opt[bool] `json:"disabled,omitzero"`
}

// ChuteDeletion: confirmation of a deletion.
type ChuteDeletion struct {
	Answer
	ChuteID string `json:"chute_id,omitzero"`
	Deleted bool   `json:"deleted,omitzero"`
}

// WarmupState: Whether a chute can take calls. The list is open: other values are legal.
type WarmupState string

// Known values of WarmupState.
const (
	WarmupStateCold WarmupState = "cold"
	WarmupStateHot  WarmupState = "hot"
)

// WarmupEvent: one event of a warm-up.
type WarmupEvent struct {
	Answer
	Status WarmupState `json:"status,omitzero"`
	// A line for people.
	Log string `json:"log,omitzero"`
}

// WarmupStatus: the state of a chute at one moment.
type WarmupStatus struct {
	Answer
	ChuteID       string      `json:"chute_id,omitzero"`
	Status        WarmupState `json:"status,omitzero"`
	InstanceCount int         `json:"instance_count,omitzero"`
	// Open bounty.
	Bounty    int              `json:"bounty,omitzero"`
	Instances []WarmupInstance `json:"instances,omitzero"`
}

// WarmupInstance: a copy of a chute that runs or starts.
type WarmupInstance struct {
	Answer
	InstanceID   string `json:"instance_id,omitzero"`
	Active       bool   `json:"active,omitzero"`
	GPUCount     int    `json:"gpu_count,omitzero"`
	GPUModelName string `json:"gpu_model_name,omitzero"`
}

// ShareArgs: a chute and a user to share it with.
type ShareArgs struct {
	// Your chute.
	ChuteIDOrName string `json:"chute_id_or_name"`
	// The other user.
	UserIDOrName string `json:"user_id_or_name"`
}

// ShareResult: what the server did.
type ShareResult struct {
	Answer
	// A sentence for people.
	Status string `json:"status,omitzero"`
}

// BoostedChute: a chute with a boost.
type BoostedChute struct {
	Answer
	ChuteID string `json:"chute_id,omitzero"`
	Name    string `json:"name,omitzero"`
	// Factor on the reward of the miners.
	Boost float64 `json:"boost,omitzero"`
	// Factor set by hand, if any.
	ManualBoost float64 `json:"manual_boost,omitzero"`
}

// AffineChute: an affine chute whose owner can pay for it.
type AffineChute struct {
	Answer
	ChuteID           string `json:"chute_id,omitzero"`
	UserID            string `json:"user_id,omitzero"`
	Name              string `json:"name,omitzero"`
	Hotkey            string `json:"hotkey,omitzero"`
	HasActiveInstance bool   `json:"has_active_instance,omitzero"`
}

// RollingUpdate: an update that replaces instances one by one.
type RollingUpdate struct {
	Answer
	ChuteID    string `json:"chute_id,omitzero"`
	OldVersion string `json:"old_version,omitzero"`
	NewVersion string `json:"new_version,omitzero"`
	StartedAt  Time   `json:"started_at,omitzero"`
	// Replacements still allowed by miner.
	Permitted json.RawMessage `json:"permitted,omitzero"`
}

// GpuCount: gPUs that a chute asked for.
type GpuCount struct {
	Answer
	ChuteID  string `json:"chute_id,omitzero"`
	GPUCount int    `json:"gpu_count,omitzero"`
}

// ChuteUtilization: how busy a chute is. Ratios are 0 to 1; `_5m`, `_15m` and `_1h` are the last 5 and 15 minutes and the last hour.
type ChuteUtilization struct {
	Answer
	ChuteID string `json:"chute_id,omitzero"`
	// `[private chute]` for private ones.
	Name                   string  `json:"name,omitzero"`
	Timestamp              Time    `json:"timestamp,omitzero"`
	UtilizationCurrent     float64 `json:"utilization_current,omitzero"`
	Utilization5m          float64 `json:"utilization_5m,omitzero"`
	Utilization15m         float64 `json:"utilization_15m,omitzero"`
	Utilization1h          float64 `json:"utilization_1h,omitzero"`
	RateLimitRatio5m       float64 `json:"rate_limit_ratio_5m,omitzero"`
	RateLimitRatio15m      float64 `json:"rate_limit_ratio_15m,omitzero"`
	RateLimitRatio1h       float64 `json:"rate_limit_ratio_1h,omitzero"`
	TotalRequests5m        float64 `json:"total_requests_5m,omitzero"`
	TotalRequests15m       float64 `json:"total_requests_15m,omitzero"`
	TotalRequests1h        float64 `json:"total_requests_1h,omitzero"`
	CompletedRequests5m    float64 `json:"completed_requests_5m,omitzero"`
	CompletedRequests15m   float64 `json:"completed_requests_15m,omitzero"`
	CompletedRequests1h    float64 `json:"completed_requests_1h,omitzero"`
	RateLimitedRequests5m  float64 `json:"rate_limited_requests_5m,omitzero"`
	RateLimitedRequests15m float64 `json:"rate_limited_requests_15m,omitzero"`
	RateLimitedRequests1h  float64 `json:"rate_limited_requests_1h,omitzero"`
	// Instances at the time of the log.
	InstanceCount int `json:"instance_count,omitzero"`
	// What the scaler did last.
	ActionTaken string `json:"action_taken,omitzero"`
	// Instances that the scaler wants.
	TargetCount         int     `json:"target_count,omitzero"`
	EffectiveMultiplier float64 `json:"effective_multiplier,omitzero"`
	// Instances now.
	TotalInstanceCount int `json:"total_instance_count,omitzero"`
	// Instances now that take calls.
	ActiveInstanceCount  int     `json:"active_instance_count,omitzero"`
	Scalable             bool    `json:"scalable,omitzero"`
	ScaleAllowance       int     `json:"scale_allowance,omitzero"`
	AvgBusyRatio         float64 `json:"avg_busy_ratio,omitzero"`
	TotalInvocations     float64 `json:"total_invocations,omitzero"`
	TotalRateLimitErrors float64 `json:"total_rate_limit_errors,omitzero"`
}

// MinerMean: mean speed of one instance of a miner.
type MinerMean struct {
	Answer
	MinerHotkey string `json:"miner_hotkey,omitzero"`
	InstanceID  string `json:"instance_id,omitzero"`
	// Tokens per second.
	AvgTps float64 `json:"avg_tps,omitzero"`
	// Tokens per answer.
	AvgOutputTokens float64 `json:"avg_output_tokens,omitzero"`
}

// VllmChuteArgs: a language model to deploy from the vLLM template.
type VllmChuteArgs struct {
	// Name of the model repository.
	Model  string      `json:"model"`
	LogoID Opt[string] `json:"logo_id,omitzero"`
	// One line about it.
	Tagline Opt[string] `json:"tagline,omitzero"`
	// Text for models that use it as a tool.
	ToolDescription Opt[string] `json:"tool_description,omitzero"`
	// Text about it in Markdown.
	Readme Opt[string] `json:"readme,omitzero"`
	Public Opt[bool]   `json:"public,omitzero"`
	// Hardware.
	NodeSelector *NodeSelector `json:"node_selector,omitzero"`
	// Settings of the engine.
	EngineArgs *VllmEngineArgs `json:"engine_args,omitzero"`
	// Commit of the model repository.
	Revision Opt[string] `json:"revision,omitzero"`
	// Calls per instance at the same time.
	Concurrency Opt[int] `json:"concurrency,omitzero"`
}

// VllmEngineArgs: settings of the vLLM engine.
type VllmEngineArgs struct {
	// Name of the tokenizer.
	Tokenizer Opt[string] `json:"tokenizer,omitzero"`
	// Longest context in tokens.
	MaxModelLen     Opt[int]  `json:"max_model_len,omitzero"`
	EnforceEager    Opt[bool] `json:"enforce_eager,omitzero"`
	TrustRemoteCode Opt[bool] `json:"trust_remote_code,omitzero"`
}

// DiffusionChuteArgs: an image model to deploy from the diffusion template.
type DiffusionChuteArgs struct {
	// Name of the model repository.
	Model string `json:"model"`
	// Name of the chute.
	Name   string      `json:"name"`
	LogoID Opt[string] `json:"logo_id,omitzero"`
	// One line about it.
	Tagline Opt[string] `json:"tagline,omitzero"`
	// Text for models that use it as a tool.
	ToolDescription Opt[string] `json:"tool_description,omitzero"`
	// Text about it in Markdown.
	Readme Opt[string] `json:"readme,omitzero"`
	Public Opt[bool]   `json:"public,omitzero"`
	// Hardware.
	NodeSelector *NodeSelector `json:"node_selector,omitzero"`
	// Calls per instance at the same time.
	Concurrency Opt[int] `json:"concurrency,omitzero"`
}

// Bounty: a reward for starting a chute.
type Bounty struct {
	Answer
	ChuteID      string `json:"chute_id,omitzero"`
	BountyAmount int64  `json:"bounty_amount,omitzero"`
	// Age in seconds.
	SecondsElapsed float64 `json:"seconds_elapsed,omitzero"`
	// Seconds until it ends.
	TimeRemaining float64 `json:"time_remaining,omitzero"`
	// Unix time in seconds.
	CreatedAt float64 `json:"created_at,omitzero"`
}

// User: what everybody sees of an account.
type User struct {
	Answer
	UserID    string `json:"user_id,omitzero"`
	Username  string `json:"username,omitzero"`
	CreatedAt Time   `json:"created_at,omitzero"`
	LogoID    string `json:"logo_id,omitzero"`
	// Address of the logo.
	Logo string `json:"logo,omitzero"`
}

// Account: your own account.
type Account struct {
	Answer
	UserID    string `json:"user_id,omitzero"`
	Username  string `json:"username,omitzero"`
	CreatedAt Time   `json:"created_at,omitzero"`
	LogoID    string `json:"logo_id,omitzero"`
	// Address of the logo.
	Logo string `json:"logo,omitzero"`
	// Address of the signing key.
	Hotkey string `json:"hotkey,omitzero"`
	// Address of the owner's key.
	Coldkey string `json:"coldkey,omitzero"`
	// Address that tops up the balance in TAO.
	PaymentAddress     string   `json:"payment_address,omitzero"`
	PermissionsBitmask int64    `json:"permissions_bitmask,omitzero"`
	Permissions        []string `json:"permissions,omitzero"`
	// In USD.
	Balance float64 `json:"balance,omitzero"`
	Netuids []int   `json:"netuids,omitzero"`
	// Quotas as the server keeps them.
	Quotas []json.RawMessage `json:"quotas,omitzero"`
}

// ModelList: the models behind the router.
type ModelList struct {
	Answer
	// Always `list`.
	Object string          `json:"object,omitzero"`
	Data   []LanguageModel `json:"data,omitzero"`
}

// LanguageModel: a model behind the router. Everything but the id may be missing.
type LanguageModel struct {
	Answer
	// What goes into `model` of a request.
	ID   string `json:"id,omitzero"`
	Root string `json:"root,omitzero"`
	// Always `model`.
	Object string `json:"object,omitzero"`
	// Unix time in seconds.
	Created int64 `json:"created,omitzero"`
	// The engine, such as `sglang` or `vllm`.
	OwnedBy string `json:"owned_by,omitzero"`
	// The chute that serves it.
	ChuteID string `json:"chute_id,omitzero"`
	// Whether it runs in a trusted execution environment.
	ConfidentialCompute bool `json:"confidential_compute,omitzero"`
	// Tokens of input and output together.
	ContextLength int `json:"context_length,omitzero"`
	// As `context_length`, in the word of the engine.
	MaxModelLen int `json:"max_model_len,omitzero"`
	// Tokens of output.
	MaxOutputLength int `json:"max_output_length,omitzero"`
	// Such as `text` and `image`.
	InputModalities  []string `json:"input_modalities,omitzero"`
	OutputModalities []string `json:"output_modalities,omitzero"`
	// Such as `tools`, `json_mode`, `structured_outputs` and `reasoning`.
	SupportedFeatures           []string `json:"supported_features,omitzero"`
	SupportedSamplingParameters []string `json:"supported_sampling_parameters,omitzero"`
	Quantization                string   `json:"quantization,omitzero"`
	// USD per million tokens.
	Pricing *ModelPricing `json:"pricing,omitzero"`
	// Price of a million tokens in both currencies.
	Price      *ModelPrice       `json:"price,omitzero"`
	Permission []json.RawMessage `json:"permission,omitzero"`
}

// ModelPricing: uSD per million tokens.
type ModelPricing struct {
	Answer
	Prompt         float64 `json:"prompt,omitzero"`
	Completion     float64 `json:"completion,omitzero"`
	InputCacheRead float64 `json:"input_cache_read,omitzero"`
}

// ModelPrice: price of a million tokens in both currencies.
type ModelPrice struct {
	Answer
	Input          *ModelAmount `json:"input,omitzero"`
	Output         *ModelAmount `json:"output,omitzero"`
	InputCacheRead *ModelAmount `json:"input_cache_read,omitzero"`
}

// ModelAmount: an amount in both currencies.
type ModelAmount struct {
	Answer
	USD float64 `json:"usd,omitzero"`
	Tao float64 `json:"tao,omitzero"`
}
