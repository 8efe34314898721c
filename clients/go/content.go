package chutes

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/url"
	"os"
	"strings"
)

const (
	// MaxMediaBytes is the largest image or video that a message may hold.
	MaxMediaBytes = 100 << 20
	// MaxMediaParts is how many images and videos the messages of one call may hold.
	MaxMediaParts = 8
)

// Media is an image, a video or a sound to send: bytes, a file, or a URL.
type Media struct {
	data []byte
	path string
	url  string
}

// MediaFromBytes is media of bytes.
func MediaFromBytes(data []byte) Media { return Media{data: data} }

// MediaFromPath is media of a file, which is read when it is used.
func MediaFromPath(path string) Media { return Media{path: path} }

// MediaFromURL is media of an http(s) URL, which the server fetches, or of a data URL.
func MediaFromURL(url string) Media { return Media{url: url} }

func (m Media) isDataURL() bool {
	return len(m.url) >= 5 && strings.EqualFold(m.url[:5], "data:")
}

// bytes reads the media; a URL for the server to fetch has none.
func (m Media) bytes() ([]byte, error) {
	switch {
	case m.isDataURL():
		data, _, ok := parseDataURL([]byte(m.url))
		if !ok {
			return nil, configError("the data URL cannot be read")
		}
		return data, nil
	case m.url != "":
		return nil, configError("a URL cannot be sent as bytes here; read it yourself, or give a file")
	case m.path == "":
		return m.data, nil
	}
	f, err := os.Open(m.path)
	if err != nil {
		return nil, fileError(err, "the file %s cannot be read", m.path)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, MaxMediaBytes+1))
	if err != nil {
		return nil, fileError(err, "the file %s cannot be read", m.path)
	}
	return data, nil
}

// base64 is the media as chutes take it in JSON.
func (m Media) base64() (string, error) {
	data, err := m.bytes()
	switch {
	case err != nil:
		return "", err
	case len(data) == 0:
		return "", configError("the media is empty")
	case len(data) > MaxMediaBytes:
		return "", configError("the media is larger than %d bytes", MaxMediaBytes)
	}
	return base64.StdEncoding.EncodeToString(data), nil
}

// ContentPart is one part of a message.
type ContentPart struct {
	Type     string   `json:"type"` // text, image_url or video_url
	Text     string   `json:"text,omitempty"`
	ImageURL *PartURL `json:"image_url,omitempty"`
	VideoURL *PartURL `json:"video_url,omitempty"`
}

// PartURL is where the media of a part is: a URL that the server fetches, or a data URL.
type PartURL struct {
	URL    string `json:"url"`
	Detail string `json:"detail,omitempty"`
}

// TextPart is a text beside images.
func TextPart(text string) ContentPart { return ContentPart{Type: "text", Text: text} }

// ImagePart is an image for a model that sees: PNG, JPEG, WebP or GIF, told by its bytes, not its name. It is a config error, before anything is
// sent, for what the server would refuse: another type, more than [MaxMediaBytes], a URL with user info or a port other than 80 and 443.
//
//	part, err := chutes.ImagePart(chutes.MediaFromPath("cat.jpg"))
//	message := chutes.UserParts(chutes.TextPart("What is this?"), part)
func ImagePart(source Media) (ContentPart, error) {
	at, err := source.partURL("image")
	if err != nil {
		return ContentPart{}, err
	}
	return ContentPart{Type: "image_url", ImageURL: &PartURL{URL: at}}, nil
}

// VideoPart is a video (MP4 or WebM) for a model that sees; see [ImagePart].
func VideoPart(source Media) (ContentPart, error) {
	at, err := source.partURL("video")
	if err != nil {
		return ContentPart{}, err
	}
	return ContentPart{Type: "video_url", VideoURL: &PartURL{URL: at}}, nil
}

// WithDetail returns the image with a level of detail, such as "low" and "high"; it is passed as given.
func (p ContentPart) WithDetail(detail string) ContentPart {
	if p.ImageURL != nil {
		p.ImageURL = &PartURL{URL: p.ImageURL.URL, Detail: detail}
	}
	return p
}

// UserParts returns a user message of several parts.
func UserParts(parts ...ContentPart) ChatMessageParam {
	return ChatMessageParam{Role: RoleUser, Content: JSON(parts)}
}

// partURL is the URL of a part of a kind (image or video).
func (m Media) partURL(kind string) (string, error) {
	switch {
	case m.isDataURL():
		_, payload, _ := strings.Cut(m.url, ",")
		if !strings.HasPrefix(strings.ToLower(m.url[5:]), kind+"/") {
			return "", configError("the data URL holds no %s", kind)
		}
		if base64.StdEncoding.DecodedLen(len(payload))-strings.Count(payload[max(0, len(payload)-2):], "=") > MaxMediaBytes {
			return "", configError("the %s is larger than %d bytes", kind, MaxMediaBytes)
		}
		return m.url, nil
	case m.url != "":
		return m.url, checkPartURL(m.url)
	}
	data, err := m.bytes()
	if err != nil {
		return "", err
	}
	contentType := sniffMedia(data)
	switch {
	case len(data) == 0:
		return "", configError("the %s is empty: give bytes, a path or a URL", kind)
	case len(data) > MaxMediaBytes:
		return "", configError("the %s is larger than %d bytes", kind, MaxMediaBytes)
	case !strings.HasPrefix(contentType, kind+"/"):
		return "", configError("the bytes are no %s of a type that models take", kind)
	}
	return "data:" + contentType + ";base64," + base64.StdEncoding.EncodeToString(data), nil
}

// checkPartURL refuses what the server would not fetch. The URL is not shown: it may hold a secret.
func checkPartURL(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "" || !strings.EqualFold(u.Scheme, "http") && !strings.EqualFold(u.Scheme, "https"):
		return configError("the URL of a part must be an http(s) or a data URL; for a file use MediaFromPath")
	case u.User != nil:
		return configError("the URL of a part must not hold a user name or password: the server fetches it")
	case u.Port() != "" && u.Port() != "80" && u.Port() != "443":
		return configError("the URL of a part must use port 80 or 443, since the server fetches it from no other; got %s", u.Port())
	}
	return nil
}

// checkParts bounds the media of a call.
func checkParts(messages []ChatMessageParam) error {
	parts := 0
	for i := range messages {
		eachItem(messages[i].Content, func(part json.RawMessage) {
			if kind, _ := text(fieldOf(part, "type")); kind == "image_url" || kind == "video_url" {
				parts++
			}
		})
	}
	if parts > MaxMediaParts {
		return configError("the messages of one call may hold %d images and videos, these hold %d", MaxMediaParts, parts)
	}
	return nil
}

// sniffMedia knows pictures, sounds and films by their first bytes; "" for anything else.
func sniffMedia(data []byte) string {
	is := func(offset int, magic string) bool {
		return len(data) >= offset+len(magic) && string(data[offset:offset+len(magic)]) == magic
	}
	switch {
	case is(0, "RIFF") && is(8, "WAVE"):
		return "audio/wav"
	case is(0, "ID3"), len(data) > 1 && data[0] == 0xff && data[1]&0xe0 == 0xe0 && data[1]&0x06 != 0:
		return "audio/mpeg"
	case is(0, "fLaC"):
		return "audio/flac"
	case is(0, "OggS"):
		return "audio/ogg"
	case is(4, "ftyp"):
		return "video/mp4"
	case bytes.HasPrefix(data, []byte("\x1aE\xdf\xa3")):
		return "video/webm"
	}
	return sniffContentType(data)
}
