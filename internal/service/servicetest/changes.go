package servicetest

import (
	"context"
	"sync"
	"testing"
	"time"

	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// Changes tells tests that an engine or a reader has changed something in the store. So a test waits
// for a signal, and looks only when there may be something new.
type Changes struct {
	mu   sync.Mutex
	next chan struct{} // closed by the next change
}

// NewChanges returns changes that [Changes.Jobs], Deletions and Uploads tell of.
func NewChanges() *Changes { return &Changes{next: make(chan struct{})} }

// Await returns when done is true. It calls done at the beginning and after changes.
func (c *Changes) Await(t testing.TB, what string, done func() bool) {
	t.Helper()
	late := time.After(2 * time.Minute)
	for {
		next := c.following()
		if done() {
			return
		}
		select {
		case <-next:
		case <-late:
			t.Fatalf("waited too long for %s", what)
		}
	}
}

func (c *Changes) following() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.next
}

func (c *Changes) tell() {
	c.mu.Lock()
	defer c.mu.Unlock()
	close(c.next)
	c.next = make(chan struct{})
}

// Jobs returns the store for an engine.
func (c *Changes) Jobs(s importjob.Store) importjob.Store { return toldJobs{s, c} }

// Deletions returns the deletions for an engine.
func (c *Changes) Deletions(d importjob.Deletions) importjob.Deletions { return toldDeletions{d, c} }

// Uploads returns the store for a reader.
func (c *Changes) Uploads(s importfile.Store) importfile.Store { return toldUploads{s, c} }

type toldJobs struct {
	importjob.Store
	changes *Changes
}

func (s toldJobs) Commit(ctx context.Context, p *userpool.UserPool, key importjob.Key, lease importjob.Lease, b importjob.Batch, now time.Time) (*importjob.Job, error) {
	defer s.changes.tell()
	return s.Store.Commit(ctx, p, key, lease, b, now)
}

func (s toldJobs) KeepRest(ctx context.Context, key importjob.Key, from usercsv.Position, rows []importjob.KeptRow, end usercsv.Position, done bool) error {
	defer s.changes.tell()
	return s.Store.KeepRest(ctx, key, from, rows, end, done)
}

func (s toldJobs) UpdateLeased(ctx context.Context, key importjob.Key, lease importjob.Lease, update func(*importjob.Job) error) (*importjob.Job, error) {
	defer s.changes.tell()
	return s.Store.UpdateLeased(ctx, key, lease, update)
}

func (s toldJobs) UpdateJob(ctx context.Context, key importjob.Key, update func(*importjob.Job) error) (*importjob.Job, error) {
	defer s.changes.tell()
	return s.Store.UpdateJob(ctx, key, update)
}

type toldDeletions struct {
	importjob.Deletions
	changes *Changes
}

func (d toldDeletions) ClearPool(ctx context.Context, p importjob.DeletedPool) error {
	defer d.changes.tell()
	return d.Deletions.ClearPool(ctx, p)
}

type toldUploads struct {
	importfile.Store
	changes *Changes
}

func (s toldUploads) UpdateLeasedUpload(ctx context.Context, key importjob.Key, lease importjob.Lease, update func(*importfile.Upload) error) (*importfile.Upload, error) {
	defer s.changes.tell()
	return s.Store.UpdateLeasedUpload(ctx, key, lease, update)
}
