package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"strconv"
)

// page is the best that is written by hand for a list of chutes: every field that the clients type, free JSON left as it is, encoding/json, and no
// way to the fields that nobody thought of.
func (l *limit) page(work string) int {
	must(fmt.Fprintf(l.conn, "GET /%s/api/chutes/ HTTP/1.1\r\nhost: x\r\n\r\n", work))
	reader := bufio.NewReaderSize(l.conn, 1<<16)
	lines := textproto.NewReader(reader)
	must(lines.ReadLine())
	length := must(strconv.Atoi(must(lines.ReadMIMEHeader()).Get("Content-Length")))
	body := make([]byte, length)
	must(io.ReadFull(reader, body))
	var found struct {
		Total, Page, Limit int
		Items              []plainChute
	}
	must(0, json.Unmarshal(body, &found))
	return len(found.Items)
}

type plainChute struct {
	ChuteID                    string             `json:"chute_id"`
	Name                       string             `json:"name"`
	Slug                       string             `json:"slug"`
	Tagline                    string             `json:"tagline"`
	Readme                     string             `json:"readme"`
	ToolDescription            string             `json:"tool_description"`
	Public                     bool               `json:"public"`
	Version                    string             `json:"version"`
	StandardTemplate           string             `json:"standard_template"`
	Cords                      []plainCord        `json:"cords"`
	Jobs                       []json.RawMessage  `json:"jobs"`
	CordRefID                  string             `json:"cord_ref_id"`
	CreatedAt                  string             `json:"created_at"`
	UpdatedAt                  string             `json:"updated_at"`
	Image                      plainImage         `json:"image"`
	User                       plainUser          `json:"user"`
	SupportedGPUs              []string           `json:"supported_gpus"`
	NodeSelector               plainSelector      `json:"node_selector"`
	InvocationCount            int64              `json:"invocation_count"`
	CurrentEstimatedPrice      plainPrice         `json:"current_estimated_price"`
	Instances                  []plainInstance    `json:"instances"`
	LogoID                     string             `json:"logo_id"`
	Logo                       string             `json:"logo"`
	Openrouter                 bool               `json:"openrouter"`
	ChutesVersion              string             `json:"chutes_version"`
	Revision                   string             `json:"revision"`
	Concurrency                int64              `json:"concurrency"`
	Boost                      float64            `json:"boost"`
	MaxInstances               int64              `json:"max_instances"`
	ScalingThreshold           float64            `json:"scaling_threshold"`
	ShutdownAfterSeconds       int64              `json:"shutdown_after_seconds"`
	Preemptible                bool               `json:"preemptible"`
	AllowExternalEgress        bool               `json:"allow_external_egress"`
	TEE                        bool               `json:"tee"`
	LockModules                bool               `json:"lock_modules"`
	EffectiveComputeMultiplier float64            `json:"effective_compute_multiplier"`
	ComputeMultiplierFactors   map[string]float64 `json:"compute_multiplier_factors"`
	Bounty                     int64              `json:"bounty"`
	Hot                        bool               `json:"hot"`
}

type plainCord struct {
	Method             string          `json:"method"`
	Path               string          `json:"path"`
	Function           string          `json:"function"`
	Stream             bool            `json:"stream"`
	Passthrough        *bool           `json:"passthrough"`
	PublicAPIPath      string          `json:"public_api_path"`
	PublicAPIMethod    string          `json:"public_api_method"`
	InputSchema        json.RawMessage `json:"input_schema"`
	MinimalInputSchema json.RawMessage `json:"minimal_input_schema"`
	OutputSchema       json.RawMessage `json:"output_schema"`
	OutputContentType  string          `json:"output_content_type"`
}

type plainImage struct {
	ImageID   string    `json:"image_id"`
	Name      string    `json:"name"`
	Tag       string    `json:"tag"`
	Readme    string    `json:"readme"`
	Public    bool      `json:"public"`
	CreatedAt string    `json:"created_at"`
	Status    string    `json:"status"`
	User      plainUser `json:"user"`
}

type plainUser struct {
	UserID      string `json:"user_id"`
	Username    string `json:"username"`
	Logo        string `json:"logo"`
	CreatedTime string `json:"created_time"`
}

type plainSelector struct {
	GPUCount          *int64   `json:"gpu_count"`
	MinVRAM           *int64   `json:"min_vram_gb_per_gpu"`
	MaxHourlyPrice    *float64 `json:"max_hourly_price_per_gpu"`
	Include           []string `json:"include"`
	Exclude           []string `json:"exclude"`
	Dynamic           *bool    `json:"dynamic"`
	ComputeMultiplier *float64 `json:"compute_multiplier"`
	SupportedGPUs     []string `json:"supported_gpus"`
}

type plainPrice struct {
	PerMillionTokens json.RawMessage `json:"per_million_tokens"`
	USD              json.RawMessage `json:"usd"`
}

type plainInstance struct {
	InstanceID     string `json:"instance_id"`
	Region         string `json:"region"`
	Active         bool   `json:"active"`
	Verified       bool   `json:"verified"`
	LastVerifiedAt string `json:"last_verified_at"`
}
