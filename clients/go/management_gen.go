// Code generated from openapi/chutes.yaml; DO NOT EDIT.

package chutes

// Management holds the resources of the management API; it is part of [Client].
type Management struct {
	Chutes   *ChutesService
	Bounties *BountiesService
	Users    *UsersService
}

func newManagement(c *Client) Management {
	return Management{Chutes: &ChutesService{client: c}, Bounties: &BountiesService{client: c}, Users: &UsersService{client: c}}
}
