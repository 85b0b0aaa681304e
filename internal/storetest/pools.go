package storetest

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/userpool"
)

func testPools(t *testing.T, s Store) {
	p := newPool(t, s, func(p *userpool.UserPool) {
		p.Tags = userpool.Tags{"team": "red"}
		p.AliasAttributes = []string{"email"}
		p.Settings = userpool.PoolSettings{Triggers: userpool.Triggers{PreSignUp: "arn"}, AttributeUpdates: &userpool.AttributeUpdates{VerifyFirst: []string{}}}
		p.MFASettings.SoftwareToken = &userpool.SoftwareToken{Enabled: new(false)}
		least, _ := userpool.ParseDecimal("-1.50")
		most, _ := userpool.ParseDecimal("99999999999999999999")
		p.Schema[p.Schema.Index("updated_at")].Range = &userpool.Range{Min: &least, Max: &most}
		p.CaseInsensitive, p.UsernameConfigured, p.DeletionProtected = true, true, true
	})
	got, err := s.Pool(t.Context(), p.ID)
	noError(t, err)
	if diff := cmp.Diff(p, got); diff != "" {
		t.Errorf("the pool as it is kept:\n%s", diff)
	}
	_, err = s.Pool(t.Context(), "us-east-1_other")
	wantKind(t, err, userpool.ResourceNotFound)
	wantKind(t, s.CreatePool(t.Context(), &userpool.UserPool{ID: "us-east-1_more"}, 1), userpool.LimitExceeded)

	noError(t, s.CreatePool(t.Context(), &userpool.UserPool{ID: "us-east-1_a"}, 10))
	noError(t, s.CreatePool(t.Context(), &userpool.UserPool{ID: "us-east-1_b"}, 10))
	page, err := s.ListPools(t.Context(), "us-east-1", "us-east-1_a", 1)
	noError(t, err)
	if len(page) != 1 || page[0].ID != "us-east-1_b" {
		t.Errorf("the page after us-east-1_a is %v", page)
	}
}

func testPoolUpdates(t *testing.T, s Store) {
	p := newPool(t, s)
	refusal := errors.New("no")
	_, err := s.UpdatePool(t.Context(), p.ID, func(p *userpool.UserPool, _ bool) error { p.Name = "changed"; return refusal })
	if !errors.Is(err, refusal) {
		t.Errorf("got %v, want the function's error", err)
	}
	if got, _ := s.Pool(t.Context(), p.ID); got.Name != "people" {
		t.Error("a refused update changed the pool")
	}
	got, err := s.UpdatePool(t.Context(), p.ID, func(p *userpool.UserPool, importing bool) error {
		if importing {
			t.Error("no import is active")
		}
		p.Name = "changed"
		return nil
	})
	noError(t, err)
	again, err := s.Pool(t.Context(), p.ID)
	noError(t, err)
	if got.Name != "changed" || again.Name != "changed" {
		t.Error("the update was not kept")
	}
	j := startedJob(t, s, p, "import-1")
	seen := false
	_, err = s.UpdatePool(t.Context(), p.ID, func(_ *userpool.UserPool, importing bool) error { seen = importing; return nil })
	if err != nil || !seen {
		t.Errorf("job %s is active; the update saw %v, %v", j.ID, seen, err)
	}
	_, err = s.UpdatePool(t.Context(), "us-east-1_other", func(*userpool.UserPool, bool) error { return nil })
	wantKind(t, err, userpool.ResourceNotFound)
}

func testDeletePool(t *testing.T, s Store) {
	p, other := newPool(t, s), newPool(t, s)
	create(t, s, p, user(p, "ada"))
	create(t, s, other, user(other, "ada"))
	j := startedJob(t, s, p, "import-1")
	noError(t, s.CreateClient(t.Context(), &userpool.Client{PoolID: p.ID, ID: "c"}, asItIs))
	refusal := errors.New("no")
	if err := s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return refusal }); !errors.Is(err, refusal) {
		t.Errorf("got %v, want the function's error", err)
	}
	wantUsers(t, s, p, 1)
	noError(t, s.DeletePool(t.Context(), p.ID, func(_ *userpool.UserPool, importing bool) error {
		if !importing {
			t.Error("an import is active")
		}
		return nil
	}))
	_, err := s.Pool(t.Context(), p.ID)
	wantKind(t, err, userpool.ResourceNotFound)
	_, err = s.User(t.Context(), p, "ada")
	wantKind(t, err, userpool.UserNotFound)
	_, err = s.Job(t.Context(), j.Key())
	wantKind(t, err, userpool.ResourceNotFound)
	_, err = s.Client(t.Context(), p.ID, "c")
	wantKind(t, err, userpool.ResourceNotFound)
	if claimed, err := s.Claim(t.Context(), "n", now, now); err != nil || claimed != nil {
		t.Errorf("a job of a deleted pool was claimed: %v, %v", claimed, err)
	}
	wantKind(t, s.CreateUser(t.Context(), p, user(p, "late"), false), userpool.ResourceNotFound)
	wantUsers(t, s, other, 1)
}

// asItIs leaves a client unchanged.
func asItIs(*userpool.UserPool, *userpool.Client) error { return nil }

func testClients(t *testing.T, s Store) {
	p := newPool(t, s)
	want := &userpool.Client{PoolID: p.ID, ID: "b", Name: "app", Secret: "x", Created: now, Modified: now, Settings: userpool.ClientSettings{AuthSessionMinutes: 3, ReadAttributes: []string{"email"}}}
	for _, id := range []string{"a", "b", "c"} {
		c := *want
		c.ID = id
		noError(t, s.CreateClient(t.Context(), &c, asItIs))
	}
	got, err := s.Client(t.Context(), p.ID, "b")
	noError(t, err)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	_, err = s.UpdateClient(t.Context(), p.ID, "b", func(_ *userpool.UserPool, c *userpool.Client) error { c.Name = "changed"; return nil })
	noError(t, err)
	page, err := s.ListClients(t.Context(), p.ID, "a", 1)
	noError(t, err)
	if len(page) != 1 || page[0].ID != "b" || page[0].Name != "changed" {
		t.Errorf("the page after a is %v", page)
	}
	noError(t, s.DeleteClient(t.Context(), p.ID, "b"))
	wantKind(t, s.DeleteClient(t.Context(), p.ID, "b"), userpool.ResourceNotFound)
	_, err = s.UpdateClient(t.Context(), p.ID, "b", asItIs)
	wantKind(t, err, userpool.ResourceNotFound)
	wantKind(t, s.CreateClient(t.Context(), &userpool.Client{PoolID: "us-east-1_other", ID: "x"}, asItIs), userpool.ResourceNotFound)
	for i := range userpool.MaxClients - 2 {
		noError(t, s.CreateClient(t.Context(), &userpool.Client{PoolID: p.ID, ID: fmt.Sprint("more", i)}, asItIs))
	}
	wantKind(t, s.CreateClient(t.Context(), &userpool.Client{PoolID: p.ID, ID: "x"}, asItIs), userpool.LimitExceeded)
}
