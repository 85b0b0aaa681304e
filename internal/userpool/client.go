package userpool

import (
	"encoding/json"
	"time"
)

// Client is an app client: an application that signs users of a pool in.
type Client struct {
	PoolID   string    `json:"-"`
	ID       string    `json:"-"`
	Name     string    `json:"name"`
	Secret   string    `json:"secret,omitempty"`
	Created  time.Time `json:"created"`
	Modified time.Time `json:"modified"`
	// Settings is what the API sets and returns and no rule of the domain
	// reads yet, as the JSON that package service keeps there.
	Settings json.RawMessage `json:"settings,omitempty"`
}

// MaxClients is how many app clients a pool may have ("Quotas in Amazon
// Cognito").
const MaxClients = 1000
