package chutes

import (
	"context"
	"errors"
	"net/http"
)

// EmbeddingService turns texts into vectors. It has its own host; the router of the language models does not serve embeddings.
type EmbeddingService struct {
	client *Client
	target target
}

// Create returns one vector per text, ordered by index.
//
//	answer, err := client.Embeddings.Create(ctx, chutes.EmbeddingRequest{Model: model, Input: chutes.JSON([]string{"a", "b"})})
func (s *EmbeddingService) Create(ctx context.Context, request EmbeddingRequest, options ...Option) (*EmbeddingList, error) {
	r, err := s.target.send(ctx, s.client, operation{
		id: "createEmbeddings", method: http.MethodPost, path: []part{lit("/v1/embeddings")}, body: &request,
	}, options)
	if err != nil {
		return nil, err
	}
	return decodeReply(r, readVectors)
}

// readVectors reads an answer that is nothing without vectors.
func readVectors(c *cursor, meta *Response) (*EmbeddingList, error) {
	list, err := decodeAt[EmbeddingList](c, meta)
	if err != nil {
		return nil, err
	}
	if list.Data == nil {
		return nil, errors.New("the answer has no data: " + snippet(list.raw))
	}
	for i := range list.Data {
		if list.Data[i].Embedding != nil {
			continue
		}
		if coded, is := text(list.Data[i].Field("embedding")); is {
			return nil, errors.New("a vector is no base64 of 32-bit floats: " + snippet([]byte(coded)))
		}
	}
	return list, nil
}
