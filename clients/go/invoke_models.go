package chutes

import (
	"context"
	"net/http"
)

// ModelService lists the models behind the OpenAI-compatible router.
type ModelService struct {
	client *Client
}

// List returns the models. Models come and go within weeks, so read the list instead of writing names into programs.
//
//	models, err := client.Models.List(ctx)
func (s *ModelService) List(ctx context.Context, options ...Option) (*ModelList, error) {
	r, err := s.client.send(ctx, operation{id: "listModels", method: http.MethodGet, base: s.client.endpoints.LLM, path: []part{lit("/models")}}, options)
	if err != nil {
		return nil, err
	}
	data, err := r.readJSON()
	if err != nil {
		return nil, err
	}
	list, err := decode[ModelList](data, r.meta)
	if err == nil {
		list.Data, err = decodeItems[LanguageModel](fieldOf(data, "data"), r.meta)
	}
	if err != nil {
		e := r.fail(KindUnexpectedResponse, "the list of models cannot be read: %s", err)
		e.Body = data[:min(len(data), MaxBodyBytes)]
		return nil, e
	}
	return list, nil
}
