package chutes

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
)

// AudioService speaks, writes down what was said, and makes music, with the chutes for that. The chute is any reference that [Client.Chute] takes.
type AudioService struct{ client *Client }

// VideoService makes films.
type VideoService struct{ client *Client }

// SpeechParams are the options of [AudioService.Speech].
type SpeechParams struct {
	Voice string       // such as "af_heart". Default: the chute's
	Speed Opt[float64] // 1 is the usual one
	MediaParams
}

// MediaParams say where media go and what else is sent.
type MediaParams struct {
	Path       string                      // of the endpoint, where a chute has another than usual
	To         string                      // a file or a folder: the media are streamed there, and the result has Path in place of Bytes
	OnProgress func(received, total int64) // with To: told at least every [ChunkBytes]; total is -1 where the server does not say
	Args       map[string]any              // further fields of the chute
}

// TranscribeParams are the options of [AudioService.Transcribe].
type TranscribeParams struct {
	Language string         // such as "de". Default: the chute finds out
	Args     map[string]any // further fields of the chute
}

// Segment is a piece of what was said.
type Segment struct {
	Start float64 `json:"start"` // seconds
	End   float64 `json:"end"`
	Text  string  `json:"text"`
}

// Speech speaks a text (POST /speak) and returns the sound, its content type by its bytes. params may be nil.
//
// The errors, beside those of every call: unexpected_response where the chute answers with JSON, with its text.
//
//	sound, err := client.Audio.Speech(ctx, "me-voice", "Good morning", &chutes.SpeechParams{Voice: "af_heart"})
//	if err == nil { err = sound.Save("morning.wav") }
func (s *AudioService) Speech(ctx context.Context, chute, text string, params *SpeechParams, options ...Option) (*Binary, error) {
	if params == nil {
		params = &SpeechParams{}
	}
	var body objectBuilder
	body.value("text", text)
	body.text("voice", params.Voice)
	if speed, ok := params.Speed.Get(); ok {
		body.value("speed", speed)
	}
	return s.client.Chute(chute).media(ctx, "/speak", body, &params.MediaParams, options)
}

// Transcribe writes down what was said (POST /transcribe), piece by piece. params may be nil.
//
//	segments, err := client.Audio.Transcribe(ctx, "me-ear", chutes.MediaFromPath("talk.mp3"), nil)
func (s *AudioService) Transcribe(ctx context.Context, chute string, audio Media, params *TranscribeParams, options ...Option) ([]Segment, error) {
	if params == nil {
		params = &TranscribeParams{}
	}
	coded, err := audio.base64()
	if err != nil {
		return nil, err
	}
	var body objectBuilder
	body.value("audio_b64", coded)
	body.text("language", params.Language)
	args, err := body.with(params.Args)
	if err != nil {
		return nil, err
	}
	result, err := s.client.Chute(chute).Call(ctx, "/transcribe", args, options...)
	if err != nil {
		return nil, err
	}
	list := json.RawMessage(result.Body)
	if result.IsJSON() && firstByteOf(list) == '{' {
		list = fieldOf(list, "segments")
	}
	segments := []Segment{}
	if !result.IsJSON() || firstByteOf(list) != '[' || lenient(json.Unmarshal(list, &segments)) != nil {
		return nil, result.fail(newError(KindUnexpectedResponse, "the chute answered with no segments: %s", snippet(result.Body)))
	}
	return segments, nil
}

// Music makes music (POST /generate) with the fields of the chute. params may be nil.
//
//	song, err := client.Audio.Music(ctx, "me-music", map[string]any{"prompt": "slow jazz"}, nil)
func (s *AudioService) Music(ctx context.Context, chute string, args map[string]any, params *MediaParams, options ...Option) (*Binary, error) {
	return s.client.Chute(chute).generate(ctx, args, nil, params, options)
}

// Generate makes a film (POST /generate, or the Path of params) with the fields of the chute. image is sent as image_b64; a zero Media is none.
// params may be nil.
//
//	film, err := client.Video.Generate(ctx, "me-film", map[string]any{"prompt": "waves"}, chutes.Media{}, &chutes.MediaParams{To: "waves.mp4"})
func (s *VideoService) Generate(ctx context.Context, chute string, args map[string]any, image Media, params *MediaParams, options ...Option) (*Binary, error) {
	if image.data == nil && image.path == "" && image.url == "" {
		return s.client.Chute(chute).generate(ctx, args, nil, params, options)
	}
	return s.client.Chute(chute).generate(ctx, args, &image, params, options)
}

func (h *ChuteClient) generate(ctx context.Context, args map[string]any, image *Media, params *MediaParams, options []Option) (*Binary, error) {
	own := MediaParams{}
	if params != nil {
		own = *params
	}
	var body objectBuilder
	if image != nil {
		coded, err := image.base64()
		if err != nil {
			return nil, err
		}
		body.value("image_b64", coded)
	}
	more := maps.Clone(args)
	if more == nil {
		more = map[string]any{}
	}
	maps.Copy(more, own.Args)
	own.Args = more
	return h.media(ctx, "/generate", body, &own, options)
}

// with adds further fields in the order of their names.
func (o *objectBuilder) with(fields map[string]any) (json.RawMessage, error) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		data, err := marshal(fields[name])
		if err != nil {
			return nil, configError("the field %s cannot be written as JSON: %v", name, err)
		}
		o.raw(name, data)
	}
	return o.done(), nil
}

// media calls an endpoint that answers with media.
func (h *ChuteClient) media(ctx context.Context, path string, body objectBuilder, params *MediaParams, options []Option) (*Binary, error) {
	args, err := body.with(params.Args)
	if err != nil {
		return nil, err
	}
	path = first(params.Path, path)
	if params.To != "" {
		return h.download(ctx, path, args, params.To, params.OnProgress, options)
	}
	r, err := h.open(ctx, path, args, options)
	if err != nil {
		return nil, err
	}
	if failed := r.refuseJSON(); failed != nil {
		return nil, failed
	}
	data, err := r.read()
	if err != nil {
		return nil, err
	}
	return &Binary{
		Bytes: data, ContentType: first(sniffMedia(data), r.contentType(), "application/octet-stream"), Filename: fileName(r.Header), response: r.meta,
	}, nil
}

// open calls an endpoint whose answer is bytes.
func (h *ChuteClient) open(ctx context.Context, path string, args any, options []Option) (*reply, error) {
	op, err := h.operation(ctx, path, args, false, options)
	if err != nil {
		return nil, err
	}
	op.accept, op.stream = "*/*", true
	return target{chute: h}.send(ctx, h.client, op, options)
}

// refuseJSON reads JSON, a page or a stream of events where bytes are due, and tells what it says.
func (r *reply) refuseJSON() *Error {
	contentType := r.contentType()
	var data []byte
	var failed *Error
	switch {
	case contentType == "text/event-stream":
		data = readErrorBody(r.Response, r.attempt) // it may be endless
	case strings.HasSuffix(contentType, "json"), contentType == "text/html":
		data, failed = r.take()
	default:
		return nil
	}
	if failed == nil {
		message := first(parseBody(data, contentType).message, snippet(bytes.TrimSpace(data)), "nothing")
		failed = r.unexpected(data, "the server answered with %s where bytes were due: %s", contentType, message)
	}
	r.ended(failed, nil)
	return failed
}

// DownloadParams are the options of [ChuteClient.Download].
type DownloadParams struct {
	// Told the bytes received and the bytes in all (-1: the server does not say), every [ChunkBytes] at least and at the end.
	OnProgress func(received, total int64)
}

// Download calls an endpoint and streams its answer to a file, or into a folder under the server's name, else the path's last segment. The result's
// Path is there whole, or not at all. params may be nil.
//
//	film, err := client.Chute("me-film").Download(ctx, "/generate", map[string]any{"prompt": "waves"}, "waves.mp4", nil)
func (h *ChuteClient) Download(ctx context.Context, cord string, args any, to string, params *DownloadParams, options ...Option) (*Binary, error) {
	if params == nil {
		params = &DownloadParams{}
	}
	return h.download(ctx, cord, args, to, params.OnProgress, options)
}

func (h *ChuteClient) download(ctx context.Context, cord string, args any, to string, progress func(received, total int64), options []Option) (*Binary, error) {
	var r *reply
	path, err := downloadTo(func() (_ *reply, err error) {
		if r, err = h.open(ctx, cord, args, options); err != nil {
			return nil, err
		}
		if failed := r.refuseJSON(); failed != nil {
			return nil, failed
		}
		return r, nil
	}, to, cord, progress)
	if err != nil {
		return nil, err
	}
	return &Binary{Path: path, ContentType: first(sniffFile(path), r.contentType(), "application/octet-stream"), Filename: fileName(r.Header), response: r.meta}, nil
}

// sniffFile is the type of a file by its first bytes.
func sniffFile(path string) string {
	f, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer func() { _ = f.Close() }()
	head := make([]byte, 16)
	n, _ := io.ReadFull(f, head)
	return sniffMedia(head[:n])
}
