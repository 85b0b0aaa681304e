package storetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/token"
	"poolhouse/internal/userpool"
)

// tokenKey returns a key for tests. A store does not interpret keys.
func tokenKey(id string, kind token.Kind) token.Key {
	return token.Key{ID: id, Kind: kind, Created: now, SignsFrom: now.Add(time.Hour), Public: []byte("public " + id), Private: []byte("private " + id)}
}

// sameKeys compares keys in any order.
func sameKeys(a, b []token.Key) bool {
	order := func(x, y token.Key) int { return bytes.Compare([]byte(x.ID), []byte(y.ID)) }
	a, b = slices.SortedFunc(slices.Values(a), order), slices.SortedFunc(slices.Values(b), order)
	return slices.EqualFunc(a, b, func(x, y token.Key) bool {
		return x.ID == y.ID && x.Kind == y.Kind && x.Created.Equal(y.Created) && x.SignsFrom.Equal(y.SignsFrom) && bytes.Equal(x.Public, y.Public) && bytes.Equal(x.Private, y.Private)
	})
}

// testTokenKeys: a pool's keys are the result of the last change. Those of another pool stay, and a
// change that fails changes nothing.
func testTokenKeys(t *testing.T, s Store) {
	ctx := t.Context()
	p, other := newPool(t, s), newPool(t, s)
	set := func(p *userpool.UserPool, keys ...token.Key) {
		t.Helper()
		got, err := s.ChangeTokenKeys(ctx, p, func([]token.Key) ([]token.Key, error) { return keys, nil })
		if err != nil || !sameKeys(got, keys) {
			t.Errorf("changing to %v: %v, %v", keys, got, err)
		}
	}
	want := func(p *userpool.UserPool, keys ...token.Key) {
		t.Helper()
		if got, err := s.TokenKeys(ctx, p); err != nil || !sameKeys(got, keys) {
			t.Errorf("the keys are %v, %v; want %v", got, err, keys)
		}
	}
	a, b, c := tokenKey("a+/=", token.ID), tokenKey("b", token.Access), tokenKey("c", token.ID)
	want(p)
	set(other, c)
	set(p, a, b)
	set(p, a, b)
	set(p, b, c)
	want(p, b, c)
	want(other, c)
	refused := errors.New("refused")
	if _, err := s.ChangeTokenKeys(ctx, p, func(keys []token.Key) ([]token.Key, error) {
		if !sameKeys(keys, []token.Key{b, c}) {
			t.Errorf("a change sees %v", keys)
		}
		return nil, refused
	}); !errors.Is(err, refused) {
		t.Errorf("a change that fails: %v", err)
	}
	want(p, b, c)
	set(p)
	want(p)
	want(other, c)
}

// testTokenKeysAtOnce: servers that create a pool's first keys concurrently all get the keys of one
// of them.
func testTokenKeysAtOnce(t *testing.T, s Store) {
	p := newPool(t, s)
	got := make([][]token.Key, 8)
	var all sync.WaitGroup
	for i := range got {
		all.Go(func() {
			fresh := tokenKey(fmt.Sprint("key ", i), token.ID)
			keys, err := s.ChangeTokenKeys(t.Context(), p, func(keys []token.Key) ([]token.Key, error) {
				if len(keys) == 0 {
					keys = []token.Key{fresh}
				}
				return keys, nil
			})
			if err != nil {
				t.Error(err)
			}
			got[i] = keys
		})
	}
	all.Wait()
	for _, keys := range got {
		if len(keys) != 1 || !sameKeys(keys, got[0]) {
			t.Errorf("one server has %v, another %v", keys, got[0])
		}
	}
}

// testTokenKeysOfDeleted: a deleted pool gets no keys, even if a new pool has its id. The new pool
// has none of the old keys.
func testTokenKeysOfDeleted(t *testing.T, s Store) {
	ctx := t.Context()
	p := newPool(t, s)
	add := func(p *userpool.UserPool) error {
		_, err := s.ChangeTokenKeys(ctx, p, func([]token.Key) ([]token.Key, error) { return []token.Key{tokenKey("a", token.ID)}, nil })
		return err
	}
	noError(t, add(p))
	noError(t, s.DeletePool(ctx, p.ID, func(*userpool.UserPool, bool) error { return nil }))
	wantKind(t, add(p), userpool.ResourceNotFound)
	anew := newPool(t, s, func(n *userpool.UserPool) { n.ID = p.ID })
	wantKind(t, add(p), userpool.ResourceNotFound)
	if keys, err := s.TokenKeys(ctx, anew); err != nil || len(keys) > 0 {
		t.Errorf("the pool that was made again has %v, %v", keys, err)
	}
	noError(t, add(anew))
}
