package chutes

// Version is the version of this client; it is sent in User-Agent.
const Version = "0.1.0"

const userAgent = "chutes-client-go/" + Version
