package bench

import (
	"context"
	"fmt"
	"time"
)

// engine is a database engine to measure on. Our servers use it, and its own loader is the
// baseline of imports.
type engine interface {
	name() string
	// directory is where the engine has its files, and others may have theirs.
	directory() string
	// about returns lines that describe the engine.
	about(ctx context.Context) (string, error)
	// site returns a new and empty site for servers.
	site(ctx context.Context) (site, error)
	// flush writes pending data to disk, so that the next measurement does not pay for it.
	flush(ctx context.Context)
	// loaders are the ways of running the engine's own loader, the fastest last.
	loaders() []loader
	// loadFiles times the loader with import files, one after the other, into a table like
	// the import's.
	loadFiles(ctx context.Context, l loader, files ...file) ([]loaded, error)
	// loadRows times the loader with the rows that our import left on a site whose servers
	// have ended. The tables and indexes are exactly ours.
	loadRows(ctx context.Context, from site, least int) (time.Duration, error)
	// size returns the size of a site's database in bytes. The site's servers must have
	// ended.
	size(ctx context.Context, of site) (int64, error)
	// holds reports whether a table of a site has more rows than most.
	holds(ctx context.Context, of site, most int) (bool, error)
	close(ctx context.Context) error
}

// loader is a way of running an engine's own loader.
type loader struct {
	name     string
	short    string // its name in comparisons
	settings string // settings of SQLite, run first
	target   string // the target of an import compared with it
}

// loaded is the result of a loader for a file.
type loaded struct {
	took time.Duration
	size int64 // the size of the database after it, in bytes
}

// openEngine opens an engine. self makes its databases.
func openEngine(ctx context.Context, name, dir, database string, self program) (engine, error) {
	switch name {
	case "sqlite":
		return sqlite{dir, self}, nil
	case "postgres":
		return openPostgres(ctx, dir, database, self)
	}
	return nil, fmt.Errorf("there is no database %q", name)
}

// onSite calls do with a server on a new site, and removes both.
func (b *bench) onSite(ctx context.Context, e engine, p program, do func(s site, n *node) error, flags ...string) (err error) {
	s, err := e.site(ctx)
	if err != nil {
		return err
	}
	defer func() { err = join(err, s.remove(context.WithoutCancel(ctx))) }()
	return withServer(ctx, p, s.serve(flags...), func(n *node) error { return do(s, n) })
}

// withServer calls do with a server, and ends the server.
func withServer(ctx context.Context, p program, l launch, do func(*node) error) error {
	n, err := p.start(ctx, l)
	if err != nil {
		return err
	}
	return join(do(n), n.stop())
}

// join returns the first error, because the second one follows from it.
func join(first, second error) error {
	if first != nil {
		return first
	}
	return second
}
