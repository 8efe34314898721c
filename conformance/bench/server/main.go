// The server of the benchmark. Answers are rendered before they are needed and written in large pieces, so that no client waits for it.
//
// The work is chosen by the first part of the path, so that every SDK can be pointed at it by its base URL:
//
//	/stream-20000/…        that many chat chunks of 252 bytes, one HTTP chunk each, as fast as they are taken
//	/packed-20000/…        the same, 16 events to an HTTP chunk
//	/paced-500-2/…         that many chunks, one write each, so many milliseconds apart, each with the time of its writing
//	/slow-20-500/…         the same for many streams at once: the first chunk comes at once
//	/one/…                 a stream of one token
//	/json/…                a completion that is not streamed
//	/embed-1000-1024/…     so many vectors, base64 where asked for, else numbers
//	/image-4194304/…       an image of so many bytes as b64_json
//	/event-41943040/…      one event with so many bytes of text
//	/page-25/…             a page of so many chutes, 6 KB each, as the management API lists them
//
// It prints the ports of HTTP and of TLS, and the file of its certificate.
package main

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"io"
	"math"
	"math/big"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"
)

const sseHead = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ncache-control: no-cache\r\ntransfer-encoding: chunked\r\n\r\n"

var (
	mu       sync.Mutex
	rendered = map[string][]byte{}
)

// render returns what make gives, once per name.
func render(name string, make func() []byte) []byte {
	mu.Lock()
	defer mu.Unlock()
	if _, ok := rendered[name]; !ok {
		rendered[name] = make()
	}
	return rendered[name]
}

func event(text, finish string) string {
	reason := "null"
	if finish != "" {
		reason = `"` + finish + `"`
	}
	return `data: {"id":"chatcmpl-2f1c7a9be0d44a6f","object":"chat.completion.chunk","created":1763700000,"model":"deepseek-ai/DeepSeek-V3.1","choices":[{"index":0,"delta":{"content":"` +
		text + `"},"logprobs":null,"finish_reason":` + reason + `,"token_ids":null}],"usage":null}` + "\n\n"
}

func chunk(data string) string {
	return strconv.FormatInt(int64(len(data)), 16) + "\r\n" + data + "\r\n"
}

const last = "data: [DONE]\n\n"

// stream renders n events, `per` of them to an HTTP chunk.
func stream(n, per int) []byte {
	var out bytes.Buffer
	out.WriteString(sseHead)
	words := []string{" the", " model", " answers", " with", " words"}
	var group strings.Builder
	for i := range n {
		finish := ""
		if i == n-1 {
			finish = "stop"
		}
		group.WriteString(event(words[i%len(words)], finish))
		if i == n-1 {
			group.WriteString(last)
		}
		if (i+1)%per == 0 || i == n-1 {
			out.WriteString(chunk(group.String()))
			group.Reset()
		}
	}
	out.WriteString("0\r\n\r\n")
	return out.Bytes()
}

func body(kind string, data []byte) []byte {
	return append([]byte(fmt.Sprintf("HTTP/1.1 200 OK\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n", kind, len(data))), data...)
}

const completion = `{"id":"chatcmpl-1","object":"chat.completion","created":1763700000,"model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"The model answers with a sentence of a usual length, so that there is something to decode."},"finish_reason":"stop"}],"usage":{"prompt_tokens":12,"completion_tokens":18,"total_tokens":30}}`

func embeddings(count, width int, coded bool) []byte {
	var out bytes.Buffer
	out.WriteString(`{"object":"list","model":"m","data":[`)
	raw := make([]byte, 4*width)
	for i := range count {
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, `{"object":"embedding","index":%d,"embedding":`, i)
		if !coded {
			out.WriteByte('[')
		}
		for j := range width {
			v := float32(math.Sin(float64(i*width + j)))
			binary.LittleEndian.PutUint32(raw[4*j:], math.Float32bits(v))
			if !coded {
				if j > 0 {
					out.WriteByte(',')
				}
				out.WriteString(strconv.FormatFloat(float64(v), 'g', -1, 64))
			}
		}
		if coded {
			out.WriteString(`"` + base64.StdEncoding.EncodeToString(raw) + `"}`)
		} else {
			out.WriteString("]}")
		}
	}
	out.WriteString(`],"usage":{"prompt_tokens":1,"total_tokens":1}}`)
	return body("application/json", out.Bytes())
}

func image(size int) []byte {
	data := make([]byte, size)
	copy(data, "\x89PNG\r\n\x1a\n")
	for i := 8; i < size; i++ {
		data[i] = byte(i * 31)
	}
	return body("application/json", []byte(`{"created":1763700000,"data":[{"b64_json":"`+base64.StdEncoding.EncodeToString(data)+`"}]}`))
}

func oneEvent(size int) []byte {
	var out bytes.Buffer
	out.WriteString(sseHead)
	data := event(strings.Repeat("x", size), "stop") + last
	for at := 0; at < len(data); at += 16384 {
		out.WriteString(chunk(data[at:min(at+16384, len(data))]))
	}
	out.WriteString("0\r\n\r\n")
	return out.Bytes()
}

// chute is one of a list, with what the platform tells of each.
func chute(i int) string {
	id := fmt.Sprintf("%08x-9dad-11d1-80b4-00c04fd430c8", i)
	schema := `{"type":"object","required":["messages"],"definitions":{"Message":{"type":"object","properties":{"role":{"type":"string","enum":["system","user","assistant"]},"content":{"type":"string"}}}},"properties":{"messages":{"type":"array","items":{"$ref":"#/definitions/Message"}},"temperature":{"type":"number","minimum":0,"maximum":2},"max_tokens":{"type":"integer"}}}`
	cord := func(name, path string, streams bool) string {
		return fmt.Sprintf(`{"method":"POST","path":%q,"function":%q,"stream":%t,"passthrough":true,"public_api_path":%q,"public_api_method":"POST","input_schema":%s,"minimal_input_schema":%s,"output_content_type":"application/json"}`,
			path, name, streams, path, schema, schema)
	}
	return fmt.Sprintf(`{"chute_id":%q,"name":"deepseek-ai/DeepSeek-V3.%d","slug":"chutes-deepseek-ai-%d","tagline":"A model of the bench","readme":%q,"tool_description":null,"public":true,"version":%q,"standard_template":"vllm",`+
		`"cords":[%s,%s,%s],"jobs":[],"created_at":"2025-10-0%dT12:34:56.789012","updated_at":"2025-11-0%dT01:02:03","image":{"image_id":%q,"name":"vllm","tag":"0.11.%d","readme":"","public":true,"created_at":"2025-09-01T00:00:00","status":"built and pushed","user":{"user_id":%q,"username":"chutes"}},`+
		`"user":{"user_id":%q,"username":"chutes","logo":null,"created_time":"2025-01-01T00:00:00"},"supported_gpus":["h100","h200","b200","mi300x"],"node_selector":{"gpu_count":8,"min_vram_gb_per_gpu":140,"include":["h200","b200"],"exclude":[],"compute_multiplier":9.5,"supported_gpus":["h200","b200"]},"invocation_count":%d,`+
		`"current_estimated_price":{"per_million_tokens":{"input":{"usd":0.27,"tao":0.0008},"output":{"usd":1.12,"tao":0.0034}},"usd":{"hour":23.9,"second":0.0066}},"instances":[{"instance_id":%q,"region":"us-east","active":true,"verified":true,"last_verified_at":"2025-11-20T10:11:12.131415"}],`+
		`"logo_id":null,"logo":null,"openrouter":true,"chutes_version":"0.3.61","revision":"7f1c","concurrency":64,"boost":1.5,"max_instances":20,"scaling_threshold":0.75,"shutdown_after_seconds":300,"preemptible":false,"allow_external_egress":false,"tee":%t,"lock_modules":null,"effective_compute_multiplier":9.5,`+
		`"compute_multiplier_factors":{"base":8.0,"boost":1.5,"tee":1.0},"bounty":0,"hot":true,"rolling_updates":{"window":600,"permitted":["a","b"]}}`,
		id, i, i, strings.Repeat("The model answers with words. ", 90), id, cord("chat", "/v1/chat/completions", false), cord("chat_stream", "/v1/chat/completions", true), cord("models", "/v1/models", false),
		1+i%9, 1+i%9, id, i, id, id, 1000003*i, id, i%2 == 0)
}

func page(count int) []byte {
	chutes := make([]string, count)
	for i := range chutes {
		chutes[i] = chute(i)
	}
	return body("application/json", []byte(fmt.Sprintf(`{"total":%d,"page":0,"limit":%d,"items":[%s],"cord_refs":{}}`, count, count, strings.Join(chutes, ","))))
}

// paced writes n chunks, each holding the time of its writing in Unix microseconds as text.
func paced(w io.Writer, n int, gap time.Duration) error {
	if _, err := io.WriteString(w, sseHead); err != nil {
		return err
	}
	next := time.Now()
	for i := range n {
		if wait := time.Until(next); wait > 0 {
			time.Sleep(wait)
		}
		next = next.Add(gap)
		finish := ""
		if i == n-1 {
			finish = "stop"
		}
		if _, err := io.WriteString(w, chunk(event(strconv.FormatInt(time.Now().UnixMicro(), 10)+" ", finish))); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, chunk(last)+"0\r\n\r\n")
	return err
}

func numbers(work string) (string, []int) {
	parts := strings.Split(work, "-")
	var found []int
	for _, part := range parts[1:] {
		n, err := strconv.Atoi(part)
		if err != nil {
			return "", nil
		}
		found = append(found, n)
	}
	return parts[0], append(found, 0, 0)
}

func answer(w io.Writer, work string, request []byte) error {
	kind, n := numbers(work)
	var data []byte
	switch kind {
	case "stream":
		data = render(work, func() []byte { return stream(n[0], 1) })
	case "packed":
		data = render(work, func() []byte { return stream(n[0], 16) })
	case "one":
		data = render(work, func() []byte { return stream(1, 1) })
	case "json":
		data = render(work, func() []byte { return body("application/json", []byte(completion)) })
	case "embed":
		coded := bytes.Contains(request, []byte(`base64`))
		data = render(work+strconv.FormatBool(coded), func() []byte { return embeddings(n[0], n[1], coded) })
	case "image":
		data = render(work, func() []byte { return image(n[0]) })
	case "event":
		data = render(work, func() []byte { return oneEvent(n[0]) })
	case "page":
		data = render(work, func() []byte { return page(n[0]) })
	case "paced", "slow":
		return paced(w, n[0], time.Duration(n[1])*time.Millisecond)
	default:
		data = []byte("HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n")
	}
	if _, secure := w.(*tls.Conn); secure && kind == "stream" { // one event to a record, as a server that flushes each
		for at := bytes.Index(data, []byte("\r\n\r\n")) + 4; len(data) > 0; at = bytes.Index(data, []byte("}\n\n\r\n")) + 5 {
			if at < 5 {
				at = len(data)
			}
			if _, err := w.Write(data[:at]); err != nil {
				return err
			}
			data = data[at:]
		}
		return nil
	}
	_, err := w.Write(data)
	return err
}

func serve(conn net.Conn) {
	defer conn.Close()
	reader := bufio.NewReaderSize(conn, 65536)
	for {
		head, err := readHead(reader)
		if err != nil {
			return
		}
		length := 0
		for _, line := range strings.Split(head, "\r\n") {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.EqualFold(name, "content-length") {
				length, _ = strconv.Atoi(strings.TrimSpace(value))
			}
		}
		request := make([]byte, length)
		if _, err := io.ReadFull(reader, request); err != nil {
			return
		}
		path := strings.SplitN(head, " ", 3)
		if len(path) < 2 {
			return
		}
		work, _, _ := strings.Cut(strings.TrimPrefix(path[1], "/"), "/")
		if err := answer(conn, work, request); err != nil {
			return
		}
	}
}

func readHead(reader *bufio.Reader) (string, error) {
	var head strings.Builder
	for {
		line, err := reader.ReadString('\n')
		if err != nil {
			return "", err
		}
		if line == "\r\n" {
			return head.String(), nil
		}
		head.WriteString(line)
	}
}

func certificate() (tls.Certificate, []byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "bench"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(48 * time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, DNSNames: []string{"localhost"}}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return tls.Certificate{}, nil, err
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), nil
}

func accept(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go serve(conn)
	}
}

func run(pemFile string) error {
	plain, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	pair, text, err := certificate()
	if err != nil {
		return err
	}
	if err := os.WriteFile(pemFile, text, 0o600); err != nil {
		return err
	}
	secure, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{pair}})
	if err != nil {
		return err
	}
	fmt.Printf("%d %d\n", plain.Addr().(*net.TCPAddr).Port, secure.Addr().(*net.TCPAddr).Port)
	go accept(plain)
	go accept(secure)
	_, err = io.Copy(io.Discard, os.Stdin) // ends with the process that started it
	return err
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: server CERTIFICATE_FILE")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
