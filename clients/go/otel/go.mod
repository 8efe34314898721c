module github.com/chutes-client/chutes-client/clients/go/otel

go 1.25

require (
	github.com/chutes-client/chutes-client/clients/go v0.1.0
	go.opentelemetry.io/otel v1.38.0
	go.opentelemetry.io/otel/sdk v1.38.0
	go.opentelemetry.io/otel/trace v1.38.0
)

require (
	github.com/go-logr/logr v1.4.3 // indirect
	github.com/go-logr/stdr v1.2.2 // indirect
	github.com/google/uuid v1.6.0 // indirect
	go.opentelemetry.io/auto/sdk v1.1.0 // indirect
	go.opentelemetry.io/otel/metric v1.38.0 // indirect
	golang.org/x/sys v0.35.0 // indirect
)

// While both are worked on; whoever depends on this module is not affected.
replace github.com/chutes-client/chutes-client/clients/go => ../
