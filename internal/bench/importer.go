package bench

import (
	"context"
	"time"
)

// importer makes servers on one database import files.
type importer struct {
	*bench
	engine
}

// onNewSite imports a file into a pool of a new site.
func (m importer) onNewSite(ctx context.Context, p program, f file) (taken sample, err error) {
	s, err := m.site(ctx)
	if err != nil {
		return taken, err
	}
	taken, _, err = m.once(ctx, p, s.serve(), "", f, false)
	return taken, join(err, s.remove(context.WithoutCancel(ctx)))
}

// once starts a server, imports the file into a pool, and ends the server. If no pool is
// named, it makes one.
func (m importer) once(ctx context.Context, p program, l launch, into string, f file, existing bool) (taken sample, pool string, err error) {
	n, err := p.start(ctx, l)
	if err != nil {
		return taken, "", err
	}
	if pool = into; pool == "" {
		pool, err = n.newPool(ctx)
	}
	if err == nil {
		taken, err = m.importInto(ctx, n, pool, f, existing)
	}
	err = join(err, n.stop())
	if taken.used.peak == 0 {
		taken.used.peak = n.peakAtEnd()
	}
	return taken, pool, err
}

// importInto imports a file on a running server.
func (m importer) importInto(ctx context.Context, n *node, pool string, f file, existing bool) (taken sample, err error) {
	j, err := n.newJob(ctx, pool, f)
	if err != nil {
		return taken, err
	}
	m.flush(ctx)
	return j.measure(ctx, existing)
}

// keep adds a sample to a series unless there was an error, and reports it.
func (m importer) keep(s *series, taken sample, err error) {
	if err != nil {
		return
	}
	s.samples = append(s.samples, taken)
	m.progress("%s: %s: %s", m.name(), s.name, taken.took.Round(time.Millisecond))
}
