package sqlstore

import (
	"context"
	"strings"
	"testing"

	"poolhouse/internal/userpool"
)

// TestDocumentsOfOtherVersions: if this program cannot read the document of a pool or an app
// client, it neither ignores nor overwrites it. Every call returns an error with the object and the
// remedy.
func TestDocumentsOfOtherVersions(t *testing.T) {
	t.Parallel()
	s := open(t)
	const id = "us-east-1_old"
	asItIs := func(*userpool.UserPool, *userpool.Client) error { return nil }
	if err := s.CreatePool(t.Context(), &userpool.UserPool{ID: id}, 10); err != nil {
		t.Fatal(err)
	}
	if err := s.CreateClient(t.Context(), &userpool.Client{PoolID: id, ID: "web"}, asItIs); err != nil {
		t.Fatal(err)
	}
	set := func(table, document string) {
		t.Helper()
		err := s.change(t.Context(), func(tx *transaction) error {
			_, err := tx.ExecContext(t.Context(), "UPDATE "+table+" SET doc = $1", document)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	ctx := context.Background()
	calls := func(what, want string, all map[string]func() error) {
		t.Helper()
		for name, call := range all {
			if err := call(); err == nil || !strings.Contains(err.Error(), want) || userpool.KindOf(err) != userpool.Internal {
				t.Errorf("%s of %s: %v, want %s", name, what, err, want)
			}
		}
	}
	set("user_pool_clients", `{"version":99}`)
	calls("a newer app client", "the document of app client web of user pool us-east-1_old has version 99", map[string]func() error{
		"Client":       func() error { _, err := s.Client(ctx, id, "web"); return err },
		"ListClients":  func() error { _, err := s.ListClients(ctx, id, "", 10); return err },
		"UpdateClient": func() error { _, err := s.UpdateClient(ctx, id, "web", asItIs); return err },
	})
	set("user_pools", `{"id":"us-east-1_old","settings":{"LambdaConfig":{}}}`)
	calls("an older pool", "the document of user pool us-east-1_old has no version", map[string]func() error{
		"Pool":      func() error { _, err := s.Pool(ctx, id); return err },
		"ListPools": func() error { _, err := s.ListPools(ctx, "us-east-1", "", 10); return err },
		"UpdatePool": func() error {
			_, err := s.UpdatePool(ctx, id, func(*userpool.UserPool, bool) error { return nil })
			return err
		},
		"CreateClient": func() error { return s.CreateClient(ctx, &userpool.Client{PoolID: id, ID: "new"}, asItIs) },
	})
}
