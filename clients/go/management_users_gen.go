// Code generated from openapi/chutes.yaml; DO NOT EDIT.

package chutes

import (
	"context"
)

// UsersService: accounts.
type UsersService struct {
	client *Client
}

// Me: get your own account, balance included.
//
// GET /users/me
func (s *UsersService) Me(ctx context.Context, options ...Option) (*Account, error) {
	return perform[Account](ctx, s.client, operation{id: "getMe", method: "GET", path: []part{lit("/users/me")}}, options)
}
