package storetest

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

func wantMap(t *testing.T, s Store, poolID string, want []usercsv.Mapped, at time.Time) {
	t.Helper()
	got, modified, err := s.ImportMap(t.Context(), poolID)
	noError(t, err)
	if diff := cmp.Diff(want, got); diff != "" || !modified.Equal(at) {
		t.Errorf("the map of %s is of %v, want %v\n%s", poolID, modified, at, diff)
	}
}

// testImportMaps: a pool has the import map that was stored last, and no other pool has it.
func testImportMaps(t *testing.T, s Store) {
	p, other := newPool(t, s), newPool(t, s)
	wantMap(t, s, p.ID, nil, time.Time{})
	first, second := asked().Map, []usercsv.Mapped{{Column: "mail", Attribute: "email"}}
	noError(t, s.KeepImportMap(t.Context(), p.ID, first, now))
	wantMap(t, s, p.ID, first, now)
	wantMap(t, s, other.ID, nil, time.Time{})
	noError(t, s.KeepImportMap(t.Context(), other.ID, second, now))
	noError(t, s.KeepImportMap(t.Context(), p.ID, second, now.Add(time.Second)))
	wantMap(t, s, p.ID, second, now.Add(time.Second))
	noError(t, s.KeepImportMap(t.Context(), p.ID, nil, now.Add(time.Minute)))
	wantMap(t, s, p.ID, nil, time.Time{})
	wantMap(t, s, other.ID, second, now)
	wantKind(t, s.KeepImportMap(t.Context(), "us-east-1_none", first, now), userpool.ResourceNotFound)
	_, _, err := s.ImportMap(t.Context(), "us-east-1_none")
	wantKind(t, err, userpool.ResourceNotFound)
}

// testImportMapGoesWithPool: a new pool with the id of a deleted one has no import map.
func testImportMapGoesWithPool(t *testing.T, s Store) {
	p := newPool(t, s)
	noError(t, s.KeepImportMap(t.Context(), p.ID, asked().Map, now))
	noError(t, s.DeletePool(t.Context(), p.ID, func(*userpool.UserPool, bool) error { return nil }))
	_, _, err := s.ImportMap(t.Context(), p.ID)
	wantKind(t, err, userpool.ResourceNotFound)
	wantKind(t, s.KeepImportMap(t.Context(), p.ID, asked().Map, now), userpool.ResourceNotFound)
	noError(t, s.CreatePool(t.Context(), p, 1000))
	wantMap(t, s, p.ID, nil, time.Time{})
	noError(t, s.KeepImportMap(t.Context(), p.ID, asked().Map, now))
	wantMap(t, s, p.ID, asked().Map, now)
}
