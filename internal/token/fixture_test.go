package token

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/userpool"
)

const week = 7 * 24 * time.Hour

// memory is a store in memory, with the existing pools.
type memory struct {
	mu      sync.Mutex
	keys    map[int64][]Key
	pools   map[string]*userpool.UserPool
	reads   int
	changes int   // attempted changes
	broken  error // result of changes
}

func (m *memory) TokenKeys(_ context.Context, p *userpool.UserPool) ([]Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.reads++
	return slices.Clone(m.keys[p.Number]), nil
}

func (m *memory) ChangeTokenKeys(_ context.Context, p *userpool.UserPool, change func([]Key) ([]Key, error)) ([]Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.changes++; m.broken != nil {
		return nil, m.broken
	}
	if _, err := change(slices.Clone(m.keys[p.Number])); err != nil { // it may run more than once
		return nil, err
	}
	keys, err := change(slices.Clone(m.keys[p.Number]))
	if err != nil {
		return nil, err
	}
	m.keys[p.Number] = keys
	return slices.Clone(keys), nil
}

func (m *memory) Pool(_ context.Context, id string) (*userpool.UserPool, error) {
	if p := m.pools[id]; p != nil {
		return p, nil
	}
	if id == "us-east-1_broken" {
		return nil, errors.New("the database is gone")
	}
	return nil, userpool.NoPool(id)
}

// newMemory returns a store with two pools.
func newMemory() *memory {
	m := &memory{keys: map[int64][]Key{}, pools: map[string]*userpool.UserPool{}}
	for i, id := range []string{"us-east-1_one", "eu-west-1_two"} {
		m.pools[id] = &userpool.UserPool{ID: id, Number: int64(i + 1)}
	}
	return m
}

func (m *memory) one() *userpool.UserPool { return m.pools["us-east-1_one"] }
func (m *memory) two() *userpool.UserPool { return m.pools["eu-west-1_two"] }

// counts returns the numbers of reads and changes of keys.
func (m *memory) counts() (reads, changes int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.reads, m.changes
}

// newIssuer returns an issuer on a store.
func newIssuer(m *memory) *Issuer { return rotating(m, 4*week) }

// rotating returns an issuer that rotates keys with the given period.
func rotating(m *memory, every time.Duration) *Issuer {
	return New(Config{
		Store: m, Issuer: func(id string) string { return "https://pool.example.com/" + id }, URL: "https://pool.example.com",
		Rotate: every, Log: slog.New(slog.DiscardHandler),
	})
}

const (
	subAda    = "01a2263e-e8f4-7197-8ee9-5870d19b3743"
	sessionID = "9d3f6a5e-51a0-4b7c-9a4e-2f1f0c8b7a11"
)

func ada() *userpool.User {
	return &userpool.User{Username: "ada", Sub: subAda, Attributes: userpool.Attributes{
		{Name: "name", Value: "Ada <L> & Söhne"}, {Name: "email", Value: "ada@example.com"}, {Name: "email_verified", Value: "true"},
		{Name: "phone_number", Value: "+4930123456"}, {Name: "phone_number_verified", Value: "false"}, {Name: "address", Value: "1 Main St"},
		{Name: "updated_at", Value: "1700000000"}, {Name: "nickname", Value: ""}, {Name: "custom:team", Value: "7"}, {Name: "dev:custom:rank", Value: "3"},
	}}
}

func revoking() *userpool.Client {
	return &userpool.Client{ID: "client1", Settings: userpool.ClientSettings{TokenRevocation: true}}
}

// issue makes tokens for ada.
func issue(t testing.TB, i *Issuer, p *userpool.UserPool) Tokens {
	t.Helper()
	tokens, err := i.Issue(context.Background(), p, revoking(), ada(), Session{ID: sessionID, AuthTime: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// part decodes a part of a token: 0 is the header, 1 the claims.
func part(t testing.TB, text string, n int) (members map[string]any) {
	t.Helper()
	parts := strings.Split(text, ".")
	if len(parts) != 3 {
		t.Fatalf("a token has %d parts", len(parts))
	}
	decoded, err := base64.RawURLEncoding.DecodeString(parts[n])
	if err == nil {
		err = json.Unmarshal(decoded, &members)
	}
	if err != nil {
		t.Fatal(err)
	}
	return members
}

// kid returns the id of the key that signed a token.
func kid(t testing.TB, text string) string { return part(t, text, 0)["kid"].(string) }
