package e2e

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"poolhouse/internal/scratch"
)

// shared are the servers that the tests share: PostgreSQL, S3, and a Poolhouse with nothing
// but a directory. Each is started for the first test that needs it. A test has its own
// database, bucket or user pools there. A test that stops or disturbs a server starts its
// own.
var shared struct {
	postgres onDemand[*scratch.Postgres]
	s3       onDemand[*scratch.S3]
	s3Dir    string
	node     onDemand[*node]
	signIn   onDemand[*node]
	made     atomic.Int64 // databases and buckets
}

// onDemand is a server that is started for the first test that needs it.
type onDemand[S interface{ Close() error }] struct {
	once   sync.Once
	server S
	err    error
	runs   bool
}

func (d *onDemand[S]) get(start func() (S, error)) (S, error) {
	d.once.Do(func() {
		d.server, d.err = start()
		d.runs = d.err == nil
	})
	return d.server, d.err
}

func (d *onDemand[S]) close() error {
	if !d.runs {
		return nil
	}
	return d.server.Close()
}

// closeShared ends the started servers.
func closeShared() error {
	errs := []error{closeCLIs(), shared.node.close(), shared.signIn.close(), shared.s3.close(), shared.postgres.close()}
	if shared.s3Dir != "" {
		errs = append(errs, os.RemoveAll(shared.s3Dir))
	}
	return errors.Join(errs...)
}

// newName returns an unused name of a database or a bucket.
func newName() string { return fmt.Sprint("test", shared.made.Add(1)) }

// sharedPostgres returns the PostgreSQL server of all tests. It does not sync, except in
// the long runs: no test simulates a power failure, and PostgreSQL keeps running when a
// Poolhouse server is killed.
func sharedPostgres(t *testing.T) *scratch.Postgres {
	t.Helper()
	settings := map[string]string{"fsync": "off"}
	if *soaking {
		settings = nil
	}
	p, err := shared.postgres.get(func() (*scratch.Postgres, error) { return startPostgres(settings) })
	return wantPostgres(t, p, err)
}

// ownPostgres starts a PostgreSQL server for one test. The caller closes it.
func ownPostgres(t *testing.T) *scratch.Postgres {
	t.Helper()
	p, err := startPostgres(nil)
	return wantPostgres(t, p, err)
}

func startPostgres(settings map[string]string) (*scratch.Postgres, error) {
	all := map[string]string{"shared_buffers": "256MB", "max_wal_size": "4GB", "max_connections": "400"}
	for name, value := range settings {
		all[name] = value
	}
	return scratch.StartPostgres(context.Background(), all)
}

func wantPostgres(t *testing.T, p *scratch.Postgres, err error) *scratch.Postgres {
	t.Helper()
	if errors.Is(err, scratch.ErrNoPostgres) {
		lacking(t, "PostgreSQL's server")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sharedNode returns the server of all tests that need no settings and use only their own
// user pools. It serves two regions.
func sharedNode(t *testing.T) *node {
	t.Helper()
	n, err := shared.node.get(func() (*node, error) {
		dir, err := os.MkdirTemp("", "e2e-node-")
		if err != nil {
			return nil, err
		}
		n := &node{t: t, setup: setup{data: dir, flags: []string{"--region", "us-east-1,us-west-2"}}}
		return n, n.launch()
	})
	if err != nil {
		t.Fatal(err)
	}
	n = n.twin()
	n.t = t
	return n
}

// signInNode returns the server of all tests of sign-ins that need no other settings. Its
// rates are not limited.
func signInNode(t *testing.T) *node {
	t.Helper()
	n, err := shared.signIn.get(func() (*node, error) {
		dir, err := os.MkdirTemp("", "e2e-node-")
		if err != nil {
			return nil, err
		}
		n := &node{t: t, setup: setup{data: dir, flags: []string{"--rate-unsigned", "0", "--rate-client", "0"}}}
		return n, n.launch()
	})
	if err != nil {
		t.Fatal(err)
	}
	n = n.twin()
	n.t = t
	return n
}

// Close ends a server that no test ends, and removes its directory.
func (n *node) Close() error {
	n.end()
	return os.RemoveAll(n.data)
}

// newBucket creates a bucket on the S3 server of all tests.
func newBucket(t *testing.T) (s3 *scratch.S3, bucket string) {
	t.Helper()
	s3, err := shared.s3.get(func() (s *scratch.S3, err error) {
		if shared.s3Dir, err = os.MkdirTemp("", "e2e-s3-"); err != nil {
			return nil, err
		}
		return scratch.StartS3(context.Background(), shared.s3Dir)
	})
	if errors.Is(err, scratch.ErrNotBuilt) {
		lacking(t, "the S3 server")
	}
	if err == nil {
		bucket = newName()
		err = s3.CreateBucket(bucket)
	}
	if err != nil {
		t.Fatal(err)
	}
	return s3, bucket
}
