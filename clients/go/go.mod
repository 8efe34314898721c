module github.com/chutes-client/chutes-client/clients/go

go 1.25
