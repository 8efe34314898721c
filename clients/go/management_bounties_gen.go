// Code generated from openapi/chutes.yaml; DO NOT EDIT.

package chutes

import (
	"context"
	"encoding/json"
	"net/url"
)

// BountiesService: rewards that make miners start a chute.
type BountiesService struct {
	client *Client
}

// List: list the open bounties.
//
// GET /bounties/
func (s *BountiesService) List(ctx context.Context, options ...Option) ([]Bounty, error) {
	return performList[Bounty](ctx, s.client, operation{id: "listBounties", method: "GET", path: []part{lit("/bounties/")}}, options)
}

// BountiesIncreaseParams are the options of [BountiesService.Increase]; nil or absent ones are not sent.
type BountiesIncreaseParams struct {
	// Factor on the reward of the miners.
	Boost Opt[float64]
}

func (p *BountiesIncreaseParams) query() url.Values {
	q := url.Values{}
	if p == nil {
		return q
	}
	setQuery(q, "boost", p.Boost)
	return q
}

// Increase: raise the bounty of a chute, or open one. Only for administrators of the platform; everybody else gets a 403. It changes
// state although it is a GET, so clients never repeat it.
//
// GET /bounties/{chute_id}/increase
func (s *BountiesService) Increase(ctx context.Context, chuteID string, params *BountiesIncreaseParams, options ...Option) (json.RawMessage, error) {
	return performJSON(ctx, s.client, operation{id: "increaseBounty", method: "GET", path: []part{lit("/bounties/"), param("chute_id", chuteID), lit("/increase")}, query: params.query(), once: true}, options)
}
