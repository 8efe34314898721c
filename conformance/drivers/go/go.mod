module github.com/chutes-client/chutes-client/conformance/drivers/go

go 1.25

require (
	github.com/chutes-client/chutes-client/clients/go v0.1.0
	github.com/chutes-client/chutes-client/clients/go/hotkey v0.1.0
)
