// Package wrong is what a typed client is for: the compiler refuses each line that is marked, and no other.
package wrong

import (
	"context"

	chutes "github.com/chutes-client/chutes-client/clients/go"

	"example.invalid/call/realchute"
)

func wrong(ctx context.Context, real *realchute.RealChute) {
	_, _ = real.Generate(ctx)                                                                 // wrong: the arguments are missing
	_, _ = real.Generate(ctx, realchute.FullInput{Prompt: 1})                                 // wrong: a number
	_, _ = real.Generate(ctx, realchute.FullInput{Prompt: "x", MaxTokens: chutes.Set("2")})   // wrong: a text
	_, _ = real.Generate(ctx, realchute.FullInput{Prompt: "x", Stepps: chutes.Set(int64(3))}) // wrong: no such field
	_, _ = real.Echo(ctx, "x")                                                                // wrong: no object
	answer, _ := real.Generate(ctx, realchute.FullInput{Prompt: "x", MaxTokens: chutes.Set(int64(2))})
	_ = answer.Tokens          // wrong: no such field of the answer
	_, _ = real.InnerEcho(ctx) // wrong: no such cord
	_ = answer.TokensUsed + 1
}
