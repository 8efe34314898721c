// Code generated from openapi/chutes.yaml; DO NOT EDIT.

package chutes

import (
	"context"
	"iter"
	"net/url"
)

// ChutesService: deploy, inspect, share, warm up and delete chutes.
type ChutesService struct {
	client *Client
}

// ChutesListParams are the options of [ChutesService.List]; nil or absent ones are not sent.
type ChutesListParams struct {
	// Add the public chutes of everybody.
	IncludePublic Opt[bool]
	// Only chutes of this template.
	Template Opt[ChuteTemplate]
	// Only chutes whose name contains this text.
	Name Opt[string]
	// Leave out chutes whose name contains this text.
	Exclude Opt[string]
	// Only chutes of this image. The server of 2026-05 has a fault here and then finds nothing.
	Image Opt[string]
	// Only chutes whose slug matches this SQL `ILIKE` pattern.
	Slug Opt[string]
	// Page number; 0 is the first. Not together with `offset`.
	Page Opt[int]
	// Chutes in a page.
	Limit Opt[int]
	// Chutes to pass over. Not together with `page`; the page is then echoed as 0.
	Offset Opt[int]
	// Keep the JSON Schemas of the cords in `cord_refs`.
	IncludeSchemas Opt[bool]
}

func (p *ChutesListParams) query() url.Values {
	q := url.Values{}
	if p == nil {
		return q
	}
	setQuery(q, "include_public", p.IncludePublic)
	setQuery(q, "template", p.Template)
	setQuery(q, "name", p.Name)
	setQuery(q, "exclude", p.Exclude)
	setQuery(q, "image", p.Image)
	setQuery(q, "slug", p.Slug)
	setQuery(q, "page", p.Page)
	setQuery(q, "limit", p.Limit)
	setQuery(q, "offset", p.Offset)
	setQuery(q, "include_schemas", p.IncludeSchemas)
	return q
}

// List: list chutes. Signed in, the list holds your own chutes only, unless `include_public` is true; without credentials it holds
// the public ones. Sorted by invocation count, so that rows move between pages while the list is read. Items come without `cords`:
// `cord_refs` of the page holds them under the `cord_ref_id` of the item.
//
// GET /chutes/
func (s *ChutesService) List(ctx context.Context, params *ChutesListParams, options ...Option) (*Page[Chute], error) {
	return performPage[Chute](ctx, s.client, operation{id: "listChutes", method: "GET", path: []part{lit("/chutes/")}, query: params.query()}, options)
}

// ListAll iterates over the items of all pages of [ChutesService.List].
//
// GET /chutes/
func (s *ChutesService) ListAll(ctx context.Context, params *ChutesListParams, options ...Option) iter.Seq2[Chute, error] {
	return performPages[Chute](ctx, s.client, operation{id: "listChutes", method: "GET", path: []part{lit("/chutes/")}, query: params.query()}, options)
}

// ChutesDeployParams are the options of [ChutesService.Deploy]; nil or absent ones are not sent.
type ChutesDeployParams struct {
	// Agree to the fee of a first deployment.
	AcceptFee Opt[bool]
}

func (p *ChutesDeployParams) query() url.Values {
	q := url.Values{}
	if p == nil {
		return q
	}
	setQuery(q, "accept_fee", p.AcceptFee)
	return q
}

// Deploy: deploy a chute, or deploy a new version of it. Your account and the name decide which chute it is; a second deployment
// with the same name is a new version, rolled out gradually unless `use_rolling_update` is false. Counts towards 24 creations and
// updates in 24 hours, so clients never send it twice by themselves. The first deployment of a name costs a fee (402 with its amount
// until `accept_fee` is true); `tee` must be true since 2026-05-12; `public` needs a permission that accounts do not have by
// default.
//
// POST /chutes/
func (s *ChutesService) Deploy(ctx context.Context, body ChuteArgs, params *ChutesDeployParams, options ...Option) (*Chute, error) {
	return perform[Chute](ctx, s.client, operation{id: "deployChute", method: "POST", path: []part{lit("/chutes/")}, query: params.query(), body: &body, once: true}, options)
}

// Get: get a chute by id or name. Works without credentials for public chutes. A private chute of somebody else is a 404.
//
// GET /chutes/{chute_id_or_name}
func (s *ChutesService) Get(ctx context.Context, chuteIDOrName string, options ...Option) (*Chute, error) {
	return perform[Chute](ctx, s.client, operation{id: "getChute", method: "GET", path: []part{lit("/chutes/"), paramSlashes("chute_id_or_name", chuteIDOrName)}}, options)
}

// Update: change the text, the scaling or the state of a chute, but not its code or image. The server ignores empty strings and
// nulls, so that a text can be replaced but not cleared.
//
// PUT /chutes/{chute_id_or_name}
func (s *ChutesService) Update(ctx context.Context, chuteIDOrName string, body ChuteUpdateArgs, options ...Option) (*Chute, error) {
	return perform[Chute](ctx, s.client, operation{id: "updateChute", method: "PUT", path: []part{lit("/chutes/"), paramSlashes("chute_id_or_name", chuteIDOrName)}, body: &body}, options)
}

// Delete: delete a chute by id. Takes the UUID only (a name is a 400). The parameter is named as in the other operations of this
// path because OpenAPI forbids the same path under two names; the clients call it `chute_id`. A second delete is a 404, so a 404
// after a retry means that it is done.
//
// DELETE /chutes/{chute_id_or_name}
func (s *ChutesService) Delete(ctx context.Context, chuteID string, options ...Option) (*ChuteDeletion, error) {
	return perform[ChuteDeletion](ctx, s.client, operation{id: "deleteChute", method: "DELETE", path: []part{lit("/chutes/"), param("chute_id", chuteID)}}, options)
}

// Code: get the Python source of a chute.
//
// GET /chutes/code/{chute_id}
func (s *ChutesService) Code(ctx context.Context, chuteID string, options ...Option) (string, error) {
	return performText(ctx, s.client, operation{id: "getChuteCode", method: "GET", path: []part{lit("/chutes/code/"), param("chute_id", chuteID)}, accept: "*/*"}, options)
}

// ChutesWarmupParams are the options of [ChutesService.Warmup]; nil or absent ones are not sent.
type ChutesWarmupParams struct {
	// Answer once with JSON instead of a stream.
	Quick Opt[bool]
}

func (p *ChutesWarmupParams) query() url.Values {
	q := url.Values{}
	if p == nil {
		return q
	}
	setQuery(q, "quick", p.Quick)
	return q
}

// Warmup: start a cold chute and follow it until it is hot. An event about every five seconds while the chute is cold, the first at
// once. The stream ends after the first `hot`, or silently after 600 seconds of cold. It opens a bounty if there is none, and
// starting a private chute of your own is billed.
//
// GET /chutes/warmup/{chute_id_or_name}
func (s *ChutesService) Warmup(ctx context.Context, chuteIDOrName string, params *ChutesWarmupParams, options ...Option) (*ItemStream[WarmupEvent], error) {
	return performStream[WarmupEvent](ctx, s.client, operation{id: "warmUpChute", method: "GET", path: []part{lit("/chutes/warmup/"), paramSlashes("chute_id_or_name", chuteIDOrName)}, query: params.query()}, options)
}

// WarmupStatus: ask once whether a chute is hot; starts a cold one like `warmup`. For polling, about every five to ten seconds.
// Servers before 2026-05 ignore it and answer with the event stream.
//
// GET /chutes/warmup/{chute_id_or_name}
func (s *ChutesService) WarmupStatus(ctx context.Context, chuteIDOrName string, options ...Option) (*WarmupStatus, error) {
	return perform[WarmupStatus](ctx, s.client, operation{id: "warmUpChute", method: "GET", path: []part{lit("/chutes/warmup/"), paramSlashes("chute_id_or_name", chuteIDOrName)}, query: url.Values{"quick": {"true"}}}, options)
}

// Share: share a private chute with another user. Sharing twice with the same user changes nothing.
//
// POST /chutes/share
func (s *ChutesService) Share(ctx context.Context, body ShareArgs, options ...Option) (*ShareResult, error) {
	return perform[ShareResult](ctx, s.client, operation{id: "shareChute", method: "POST", path: []part{lit("/chutes/share")}, body: &body}, options)
}

// Unshare: take a share back. Succeeds also when there was no such share.
//
// POST /chutes/unshare
func (s *ChutesService) Unshare(ctx context.Context, body ShareArgs, options ...Option) (*ShareResult, error) {
	return perform[ShareResult](ctx, s.client, operation{id: "unshareChute", method: "POST", path: []part{lit("/chutes/unshare")}, body: &body}, options)
}

// Boosted: list the chutes that have a boost.
//
// GET /chutes/boosted
func (s *ChutesService) Boosted(ctx context.Context, options ...Option) ([]BoostedChute, error) {
	return performList[BoostedChute](ctx, s.client, operation{id: "listBoostedChutes", method: "GET", path: []part{lit("/chutes/boosted")}}, options)
}

// AffineAvailable: list the affine chutes whose owner can pay for them.
//
// GET /chutes/affine_available
func (s *ChutesService) AffineAvailable(ctx context.Context, options ...Option) ([]AffineChute, error) {
	return performList[AffineChute](ctx, s.client, operation{id: "listAffineChutes", method: "GET", path: []part{lit("/chutes/affine_available")}}, options)
}

// RollingUpdates: list the rolling updates under way.
//
// GET /chutes/rolling_updates
func (s *ChutesService) RollingUpdates(ctx context.Context, options ...Option) ([]RollingUpdate, error) {
	return performList[RollingUpdate](ctx, s.client, operation{id: "listRollingUpdates", method: "GET", path: []part{lit("/chutes/rolling_updates")}}, options)
}

// GPUCountHistory: list how many GPUs chutes have asked for.
//
// GET /chutes/gpu_count_history
func (s *ChutesService) GPUCountHistory(ctx context.Context, options ...Option) ([]GpuCount, error) {
	return performList[GpuCount](ctx, s.client, operation{id: "listGpuCountHistory", method: "GET", path: []part{lit("/chutes/gpu_count_history")}}, options)
}

// Utilization: list how busy each chute is, from the latest capacity log.
//
// GET /chutes/utilization
func (s *ChutesService) Utilization(ctx context.Context, options ...Option) ([]ChuteUtilization, error) {
	return performList[ChuteUtilization](ctx, s.client, operation{id: "listChuteUtilization", method: "GET", path: []part{lit("/chutes/utilization")}}, options)
}

// MinerMeansIndex: get the HTML index of the miners' mean speeds.
//
// GET /chutes/miner_means
func (s *ChutesService) MinerMeansIndex(ctx context.Context, options ...Option) (string, error) {
	return performText(ctx, s.client, operation{id: "getMinerMeansIndex", method: "GET", path: []part{lit("/chutes/miner_means")}, accept: "*/*"}, options)
}

// ChutesMinerMeansParams are the options of [ChutesService.MinerMeans]; nil or absent ones are not sent.
type ChutesMinerMeansParams struct {
	// The format; HTML if left out.
	Ext Opt[MinerMeansFormat]
}

func (p *ChutesMinerMeansParams) query() url.Values {
	q := url.Values{}
	if p == nil {
		return q
	}
	setQuery(q, "ext", p.Ext)
	return q
}

// MinerMeans: get the mean speed of each miner of a chute, as text. HTML by default, or what `ext` asks for. `miner_means_rows`
// hands out the rows, decoded.
//
// GET /chutes/miner_means/{chute_id}
func (s *ChutesService) MinerMeans(ctx context.Context, chuteID string, params *ChutesMinerMeansParams, options ...Option) (string, error) {
	return performText(ctx, s.client, operation{id: "getMinerMeans", method: "GET", path: []part{lit("/chutes/miner_means/"), param("chute_id", chuteID)}, query: params.query(), accept: "*/*"}, options)
}

// MinerMeansFile: get the mean speed of each miner of a chute as a file. The same table as `miner_means`, with the format in the
// path. The text of the file is handed out as it came.
//
// GET /chutes/miner_means/{chute_id}.{ext}
func (s *ChutesService) MinerMeansFile(ctx context.Context, chuteID string, ext MinerMeansFormat, options ...Option) (string, error) {
	return performText(ctx, s.client, operation{id: "getMinerMeansFile", method: "GET", path: []part{lit("/chutes/miner_means/"), param("chute_id", chuteID), lit("."), param("ext", string(ext))}, accept: "*/*"}, options)
}

// MinerMeansRows: get the mean speed of each miner of a chute, decoded. The JSON form of `miner_means_file`.
//
// GET /chutes/miner_means/{chute_id}.{ext}
func (s *ChutesService) MinerMeansRows(ctx context.Context, chuteID string, options ...Option) ([]MinerMean, error) {
	return performList[MinerMean](ctx, s.client, operation{id: "getMinerMeansFile", method: "GET", path: []part{lit("/chutes/miner_means/"), param("chute_id", chuteID), lit("."), lit("json")}}, options)
}

// DeployVllm: deploy a language model from the vLLM template. The public server has switched it off and always answers 403 `Easy
// deployment is currently disabled!`.
//
// POST /chutes/vllm
func (s *ChutesService) DeployVllm(ctx context.Context, body VllmChuteArgs, options ...Option) (*Chute, error) {
	return perform[Chute](ctx, s.client, operation{id: "deployVllmChute", method: "POST", path: []part{lit("/chutes/vllm")}, body: &body, once: true}, options)
}

// DeployDiffusion: deploy an image model from the diffusion template. The public server has switched it off and always answers 403
// `Easy deployment is currently disabled!`.
//
// POST /chutes/diffusion
func (s *ChutesService) DeployDiffusion(ctx context.Context, body DiffusionChuteArgs, options ...Option) (*Chute, error) {
	return perform[Chute](ctx, s.client, operation{id: "deployDiffusionChute", method: "POST", path: []part{lit("/chutes/diffusion")}, body: &body, once: true}, options)
}
