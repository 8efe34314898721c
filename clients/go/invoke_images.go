package chutes

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// ImageMode says which endpoint makes the image.
type ImageMode string

const (
	// ImageNative posts to /generate and receives the bytes of one image; what the public server speaks. The default.
	ImageNative ImageMode = "native"
	// ImageOpenAI posts to /v1/images/generations and receives b64_json, for gateways that speak it.
	ImageOpenAI ImageMode = "openai"
)

// ImageRequest asks for one image. Fields this version does not know go through [WithExtraBody]; chutes of the diffusion template refuse
// unknown fields.
type ImageRequest struct {
	Mode             ImageMode       `json:"-"`
	Model            string          `json:"model,omitzero"` // may be left out on a chute's own host
	Prompt           string          `json:"prompt"`
	NegativePrompt   Opt[string]     `json:"negative_prompt,omitzero"`
	Size             string          `json:"size,omitzero"` // "1024x768"; becomes width and height in native mode
	Width            Opt[int]        `json:"width,omitzero"`
	Height           Opt[int]        `json:"height,omitzero"`
	Steps            Opt[int]        `json:"num_inference_steps,omitzero"`
	GuidanceScale    Opt[float64]    `json:"guidance_scale,omitzero"`
	ImgGuidanceScale Opt[float64]    `json:"img_guidance_scale,omitzero"`
	TrueCFGScale     Opt[float64]    `json:"true_cfg_scale,omitzero"`
	Seed             Opt[int64]      `json:"seed,omitzero"`
	Images           []Media         `json:"-"`                        // inputs of chutes that edit; native mode only
	ImageB64         []string        `json:"image_b64,omitzero"`       // the same as base64
	N                Opt[int]        `json:"n,omitzero"`               // a config error: one image is returned; see GenerateMany
	ResponseFormat   Opt[string]     `json:"response_format,omitzero"` // a config error in native mode
	Quality          Opt[string]     `json:"quality,omitzero"`
	Style            Opt[string]     `json:"style,omitzero"`
	Background       json.RawMessage `json:"background,omitzero"`
	User             Opt[string]     `json:"user,omitzero"`
}

// Image is an image, whichever way it came.
type Image struct {
	Bytes         []byte
	ContentType   string // from the bytes where they are known, else from the header
	RevisedPrompt string
	response      *Response
}

// Response returns status, headers and attempts of the answer.
func (i *Image) Response() *Response { return i.response }

// DataURL returns the image as data:image/…;base64,….
func (i *Image) DataURL() string {
	return "data:" + i.ContentType + ";base64," + base64.StdEncoding.EncodeToString(i.Bytes)
}

// Save writes the image to path: to a temporary file beside it first, so that path holds the whole image or what it held before.
func (i *Image) Save(path string) error {
	return saveAtomically(path, i.Bytes)
}

// ImageService makes images.
type ImageService struct {
	client *Client
	target target
}

// Generate makes one image.
//
//	image, err := client.Images.Generate(ctx, chutes.ImageRequest{Model: model, Prompt: "a cat", Size: "1024x768"})
//	if err == nil { err = image.Save("cat.jpg") }
func (s *ImageService) Generate(ctx context.Context, request ImageRequest, options ...Option) (*Image, error) {
	set, err := resolve(s.client.settings, options, true)
	if err != nil {
		return nil, err
	}
	if _, extra := set.body["n"]; extra || !request.N.IsZero() {
		return nil, configError("n has no meaning for Generate, which returns one image; use GenerateMany")
	}
	op := operation{id: "generateImage", method: http.MethodPost, path: []part{lit("/generate")}, accept: "image/*", body: &request, stream: true}
	switch request.Mode {
	case "", ImageNative:
		if err := request.nativeBody(set); err != nil {
			return nil, err
		}
	case ImageOpenAI:
		if len(request.Images) > 0 {
			return nil, configError("image inputs have no meaning in the mode %q", ImageOpenAI)
		}
		op.id, op.path, op.accept = "createImage", []part{lit("/v1/images/generations")}, "application/json"
		if request.ResponseFormat.IsZero() {
			request.ResponseFormat = Set("b64_json")
		}
	default:
		return nil, configError("the image mode must be %q or %q, got %q", ImageNative, ImageOpenAI, request.Mode)
	}
	r, err := s.target.send(ctx, s.client, op, options)
	if err != nil {
		return nil, err
	}
	return r.image()
}

// nativeBody turns size into width and height, and refuses what /generate does not take.
func (request *ImageRequest) nativeBody(set *settings) error {
	if _, extra := set.body["response_format"]; extra || !request.ResponseFormat.IsZero() {
		return configError("response_format has no meaning in native mode, which returns the bytes of the image; use mode %q", ImageOpenAI)
	}
	request.ImageB64 = slices.Clone(request.ImageB64)
	for _, input := range request.Images {
		data, err := input.bytes()
		if err == nil && sniffContentType(data) == "" {
			err = configError("an image input is of no type that chutes take (PNG, JPEG, WebP, GIF)")
		}
		if err != nil {
			return err
		}
		coded, err := input.base64()
		if err != nil {
			return err
		}
		request.ImageB64 = append(request.ImageB64, coded)
	}
	if request.Size == "" {
		return nil
	}
	w, h, ok := strings.Cut(strings.ToLower(request.Size), "x")
	width, errW := strconv.Atoi(w)
	height, errH := strconv.Atoi(h)
	if !ok || errW != nil || errH != nil || width <= 0 || height <= 0 {
		return configError("size must look like 1024x768, got %q", request.Size)
	}
	request.Size = ""
	if request.Width.IsZero() {
		request.Width = Set(width)
	}
	if request.Height.IsZero() {
		request.Height = Set(height)
	}
	return nil
}

// Times returns n times the request. They differ by nothing but the seed, if one is given: seed, seed+1, ….
func (r ImageRequest) Times(n int) []ImageRequest {
	requests := make([]ImageRequest, max(0, n))
	for i := range requests {
		requests[i] = r
		if seed, ok := r.Seed.Get(); ok {
			requests[i].Seed = Set(seed + int64(i))
		}
	}
	return requests
}

// GenerateMany makes n images of one request ([ImageRequest.Times]), at most [MaxConcurrency] at once, in order. The first error ends the rest and
// is returned.
func (s *ImageService) GenerateMany(ctx context.Context, request ImageRequest, n int, options ...Option) ([]*Image, error) {
	if n < 1 {
		return nil, configError("n must be 1 or greater, got %d", n)
	}
	return s.GenerateAll(ctx, request.Times(n), options...)
}

// GenerateAll makes one image per request, at most [MaxConcurrency] at once, in order. The first error ends the rest and is returned.
func (s *ImageService) GenerateAll(ctx context.Context, requests []ImageRequest, options ...Option) ([]*Image, error) {
	results, err := s.GenerateEach(ctx, requests, nil, options...)
	if err != nil {
		return nil, err
	}
	images := make([]*Image, len(results))
	for i := range results {
		images[i] = results[i].Image
	}
	return images, nil
}

// ImagesEachParams are the options of [ImageService.GenerateEach].
type ImagesEachParams struct {
	OnProgress func(done, total int) // told after each, one call at a time
	// A failed place holds its error, and the others go on; where ctx ends, so do those it left open. Default: the first error ends the rest.
	ReturnErrors bool
}

// ImageResult is an image, or why there is none.
type ImageResult struct {
	Image *Image
	Err   error
}

// GenerateEach is GenerateAll with a progress, and with errors as values if they are asked for. params may be nil.
//
//	results, err := client.Images.GenerateEach(ctx, request.Times(20), &chutes.ImagesEachParams{ReturnErrors: true})
func (s *ImageService) GenerateEach(ctx context.Context, requests []ImageRequest, params *ImagesEachParams, options ...Option) ([]ImageResult, error) {
	if params == nil {
		params = &ImagesEachParams{}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	results := make([]ImageResult, len(requests))
	slots := make(chan struct{}, MaxConcurrency)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var failed error
	done := 0
	for i, request := range requests {
		slots <- struct{}{}
		if ctx.Err() != nil {
			ended := contextError(ctx)
			for j := i; j < len(requests); j++ {
				results[j].Err = ended
			}
			mu.Lock()
			if failed == nil && !params.ReturnErrors {
				failed = ended
			}
			mu.Unlock()
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			image, err := s.Generate(ctx, request, options...)
			mu.Lock()
			defer mu.Unlock()
			results[i] = ImageResult{image, err}
			if err != nil && !params.ReturnErrors {
				if failed == nil {
					failed = err
				}
				cancel()
				return
			}
			if done++; params.OnProgress != nil {
				params.OnProgress(done, len(requests))
			}
		})
	}
	wg.Wait()
	if failed != nil {
		return nil, failed
	}
	return results, nil
}

// image reads an answer that is an image: its bytes, or JSON with b64_json.
func (r *reply) image() (*Image, error) {
	contentType := r.contentType()
	if strings.Contains(contentType, "json") {
		r.room = *codedBodies.Get().(*[]byte)
	}
	data, failed := r.take()
	var image *Image
	if failed == nil {
		image, failed = r.imageOf(data, contentType)
	}
	if r.ended(failed, data); failed != nil {
		return nil, failed
	}
	return image, nil
}

// imageOf makes an image of the body.
func (r *reply) imageOf(data []byte, contentType string) (*Image, *Error) {
	unexpected := func(format string, args ...any) (*Image, *Error) {
		return nil, r.unexpected(data, format, args...)
	}
	sniffed := sniffContentType(data)
	switch {
	case len(data) == 0:
		return unexpected("the server answered %d with an empty body where an image was due", r.StatusCode)
	case sniffed != "":
		return &Image{Bytes: data, ContentType: sniffed, response: r.meta}, nil
	case strings.Contains(contentType, "json"), firstByteOf(data) == '{' && validJSON(data):
		return r.imageFromJSON(data, unexpected)
	case looksLikeHTML(data, contentType), strings.HasPrefix(contentType, "text/"):
		return unexpected("the server answered with %s where an image was due: %s", first(contentType, "text"), snippet([]byte(parseBody(data, contentType).message)))
	}
	return &Image{Bytes: data, ContentType: first(contentType, "application/octet-stream"), response: r.meta}, nil
}

// codedBodies are bodies of images in JSON, megabytes that nobody wants when the image is out of them.
var codedBodies = sync.Pool{New: func() any { return new([]byte) }}

func (r *reply) imageFromJSON(data []byte, unexpected func(string, ...any) (*Image, *Error)) (*Image, *Error) {
	images, failed := parse(r, data, readImages)
	if failed != nil {
		return nil, failed
	}
	if len(images) == 0 || images[0].coded == nil {
		return unexpected("the answer has no image data (data[0].b64_json): %s", snippet(data))
	}
	made := images[0]
	bytes, contentType := made.data, ""
	if bytes == nil {
		var isURL bool
		if bytes, contentType, isURL = parseDataURL(made.coded); !isURL {
			var err error
			if bytes, err = decodeBase64(made.coded); err != nil {
				return unexpected("the image data is not base64")
			}
		}
	}
	if len(bytes) == 0 {
		return unexpected("the image data is empty")
	}
	if !r.client.watch.wantsBody() { // else a hook may have kept some of it
		codedBodies.Put(&data)
	}
	return &Image{Bytes: bytes, ContentType: first(sniffContentType(bytes), contentType, "application/octet-stream"), RevisedPrompt: made.revised, response: r.meta}, nil
}

// imageJSON is an image in an answer of JSON.
type imageJSON struct {
	coded   []byte // nil if there is none
	data    []byte // of it, if it was plain base64
	revised string
}

func (i *imageJSON) read(c *cursor) {
	if _, ok := c.open(); !ok {
		return
	}
	for c.field() {
		switch string(c.key) {
		case "b64_json":
			i.coded, i.data = c.base64()
		case "revised_prompt":
			c.text(&i.revised)
		default:
			c.skip()
		}
	}
}

func readImages(c *cursor, _ *Response) (images []imageJSON, _ error) {
	if _, ok := c.open(); !ok {
		return nil, nil
	}
	for c.field() {
		if string(c.key) == "data" {
			list(c, &images, object[imageJSON])
		} else {
			c.skip()
		}
	}
	return images, nil
}
