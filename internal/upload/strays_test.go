package upload

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"poolhouse/internal/importjob"
)

// only returns an Exists function with one pool.
func only(pool string) Exists {
	return func(_ context.Context, id string) (bool, error) { return id == pool, nil }
}

// TestStraysOnDisk: the files and directories of pools that do not exist are removed. Those of
// other pools and foreign files stay.
func TestStraysOnDisk(t *testing.T) {
	f := newFixture(t)
	receive := func(key importjob.Key) {
		t.Helper()
		if _, err := f.disk.Receive(key, strings.NewReader("x")); err != nil {
			t.Fatal(err)
		}
	}
	gone := poolID + "gone"
	receive(importjob.Key{PoolID: poolID, JobID: jobID})
	receive(importjob.Key{PoolID: gone, JobID: "a"})
	receive(importjob.Key{PoolID: gone, JobID: "b"})
	for _, dir := range []string{"us-east-1_empty", poolID + "gone/c"} {
		if err := os.MkdirAll(filepath.Join(f.dir, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	failure := errors.New("no database")
	if err := f.disk.RemoveStrays(t.Context(), func(context.Context, string) (bool, error) { return false, failure }); !errors.Is(err, failure) || len(f.stored()) != 3 {
		t.Errorf("without an answer: %v, left %v", err, f.stored())
	}
	if err := f.disk.RemoveStrays(t.Context(), only(poolID)); err != nil {
		t.Fatal(err)
	}
	left, err := os.ReadDir(f.dir)
	if err != nil || len(left) != 2 || left[0].Name() != incoming || left[1].Name() != poolID || len(f.stored()) != 1 {
		t.Errorf("left: %v %v, %v", left, f.stored(), err)
	}
	mine := filepath.Join(f.dir, "mine")
	if err := os.Mkdir(mine, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(mine, "notes"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.disk.RemoveStrays(t.Context(), only(poolID)); err == nil || !strings.Contains(err.Error(), "mine/notes") || len(f.stored()) != 2 {
		t.Errorf("a directory of something else: %v, left %v", err, f.stored())
	}
}

// TestStraysInABucket: the objects of pools that do not exist are removed when they are old.
func TestStraysInABucket(t *testing.T) {
	b := newBucket(t)
	stray := importjob.Key{PoolID: poolID + "gone", JobID: jobID}
	for _, key := range []importjob.Key{testKey, stray} {
		b.upload(key, []byte("content"))
	}
	left := func(want bool, key importjob.Key) {
		t.Helper()
		if u, err := b.Find(t.Context(), key); err != nil || (u.Size > 0) != want {
			t.Errorf("%v: %+v, %v; want one: %v", key, u, err, want)
		}
	}
	if err := b.RemoveStrays(t.Context(), only(poolID)); err != nil {
		t.Fatal(err)
	}
	left(true, stray) // it is new
	b.strayAge = 0
	if err := b.RemoveStrays(t.Context(), only(poolID)); err != nil {
		t.Fatal(err)
	}
	left(false, stray)
	left(true, testKey)
}
