package bench

import (
	"context"
	"fmt"
	"time"
)

// engine is a database engine to measure on: servers of ours are given places
// in it, and its own loader is what imports are held against.
type engine interface {
	name() string
	// directory is where the engine keeps what it has, and others may.
	directory() string
	// about returns lines that say what the engine is.
	about(ctx context.Context) (string, error)
	// site returns a new and empty place for servers.
	site(ctx context.Context) (site, error)
	// settle has written down what was done before, so that what is timed next
	// does not pay for it.
	settle(ctx context.Context)
	// loaders are the ways in which the engine's own loader is run, the quickest
	// last.
	loaders() []loader
	// loadFiles times the loader with import files, one after the other, into a
	// table that is like the import's.
	loadFiles(ctx context.Context, l loader, files ...file) ([]loaded, error)
	// loadRows times the loader with the rows that our import left on a site
	// whose servers have ended, into tables and indexes that are exactly ours.
	loadRows(ctx context.Context, from site, least int) (time.Duration, error)
	// size returns how many bytes the database of a site takes whose servers
	// have ended.
	size(ctx context.Context, of site) (int64, error)
	// holds reports whether a table of a site has more than so many rows.
	holds(ctx context.Context, of site, most int) (bool, error)
	close(ctx context.Context) error
}

// loader is a way to run an engine's own loader.
type loader struct {
	name     string
	short    string // as what is held against it names it
	settings string // SQLite's, to begin with
	target   string // of an import beside it
}

// loaded is what a loader did with a file.
type loaded struct {
	took time.Duration
	size int64 // of the database then, in bytes
}

// openEngine opens an engine, which has the program make its databases.
func openEngine(ctx context.Context, name, dir, database string, self program) (engine, error) {
	switch name {
	case "sqlite":
		return sqlite{dir, self}, nil
	case "postgres":
		return openPostgres(ctx, dir, database, self)
	}
	return nil, fmt.Errorf("there is no database %q", name)
}

// onSite does something on a new site with a server, and removes both.
func (b *bench) onSite(ctx context.Context, e engine, p program, do func(s site, n *node) error, flags ...string) (err error) {
	s, err := e.site(ctx)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.remove(context.WithoutCancel(ctx))) }()
	return withServer(ctx, p, s.serve(flags...), func(n *node) error { return do(s, n) })
}

// withServer does something with a server and ends it.
func withServer(ctx context.Context, p program, l launch, do func(*node) error) error {
	n, err := p.start(ctx, l)
	if err != nil {
		return err
	}
	return join(do(n), n.stop())
}

// join is the first error: what follows from it is of no interest.
func join(first, second error) error {
	if first != nil {
		return first
	}
	return second
}
