package chutes

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"time"
)

// PricesTTL is how long the prices of the models are kept.
const PricesTTL = time.Hour

// Cost is what a completion costs, in US dollars.
type Cost struct {
	Input  float64 // for the tokens read
	Output float64 // for the tokens written
	Total  float64
}

// Metered is an answer that tells its model and its tokens: *[ChatCompletion], *[TextCompletion] and *[EmbeddingList].
type Metered interface {
	metered() (model string, usage *Usage)
}

func (c *ChatCompletion) metered() (string, *Usage) { return c.Model, c.Usage.told(c.raw) }
func (c *TextCompletion) metered() (string, *Usage) { return c.Model, c.Usage.told(c.raw) }
func (l *EmbeddingList) metered() (string, *Usage)  { return l.Model, l.Usage.told(l.raw) }

// told is nil where the answer has no usage.
func (u *Usage) told(answer json.RawMessage) *Usage {
	if answer != nil && fieldOf(answer, "usage") == nil || answer == nil && u.PromptTokens == 0 && u.CompletionTokens == 0 {
		return nil
	}
	return u
}

// price is what a million tokens of a model cost, in US dollars.
type price struct{ input, output, cached float64 }

// prices are the prices of the list of models, kept for [PricesTTL].
type prices struct {
	turn    chan struct{} // one at a time, and whoever waits can leave
	byModel map[string]price
	until   time.Time
}

// Cost returns what a completion costs by the price list of the models, or nil where its model or the price of it is unknown, or it tells no
// usage. Cached tokens count at the price of input unless the list has one for them. The list is fetched once and kept an hour; the errors are
// those of [ModelsService.List].
//
//	cost, err := client.Models.Cost(ctx, answer)
//	if err == nil && cost != nil { fmt.Printf("%.6f USD\n", cost.Total) }
func (s *ModelsService) Cost(ctx context.Context, answer Metered, options ...Option) (*Cost, error) {
	model, usage := answer.metered()
	if usage == nil || model == "" {
		return nil, nil
	}
	p, known, err := s.price(ctx, model, options)
	if err != nil || !known {
		return nil, err
	}
	const million = 1e6
	cached := int64(0)
	if n, ok := amount(fieldOf(usage.PromptTokensDetails, "cached_tokens")); ok {
		cached = int64(max(0, min(n, float64(usage.PromptTokens))))
	}
	cost := &Cost{
		Input:  (float64(usage.PromptTokens-cached)*p.input + float64(cached)*p.cached) / million,
		Output: float64(usage.CompletionTokens) * p.output / million,
	}
	cost.Total = cost.Input + cost.Output
	return cost, nil
}

// price looks a model up; one caller fetches the list for all who wait.
func (s *ModelsService) price(ctx context.Context, model string, options []Option) (price, bool, error) {
	p := s.client.prices
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return price{}, false, contextError(ctx)
	}
	if now := s.client.seam.Now(); p.byModel == nil || !now.Before(p.until) {
		list, err := s.List(ctx, options...)
		if err != nil {
			return price{}, false, err
		}
		p.byModel, p.until = map[string]price{}, s.client.seam.Now().Add(PricesTTL)
		for i := range list.Data {
			if found, ok := priceOf(list.Data[i].raw); ok {
				p.byModel[list.Data[i].ID] = found
			}
		}
	}
	found, ok := p.byModel[model]
	return found, ok, nil
}

// priceOf reads either form of a price; input and output must be there.
func priceOf(model json.RawMessage) (price, bool) {
	plain, both := fieldOf(model, "pricing"), fieldOf(model, "price")
	read := func(name, other string) (float64, bool) {
		if n, ok := amount(fieldOf(plain, name)); ok {
			return n, true
		}
		return amount(fieldOf(fieldOf(both, other), "usd"))
	}
	input, hasInput := read("prompt", "input")
	output, hasOutput := read("completion", "output")
	cached, hasCached := read("input_cache_read", "input_cache_read")
	if !hasCached {
		cached = input
	}
	return price{input, output, cached}, hasInput && hasOutput
}

// amount reads a number, or a text that holds one.
func amount(value json.RawMessage) (float64, bool) {
	plain := string(value)
	if s, ok := text(value); ok {
		plain = strings.TrimSpace(s)
	}
	n, ok := decimal(plain)
	return n, ok && !math.IsNaN(n) && !math.IsInf(n, 0)
}
