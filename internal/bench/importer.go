package bench

import (
	"context"
	"time"
)

// importer has servers on one database import files.
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

// once starts a server, has it import the file into a pool, a new one if none
// is named, and ends it.
func (m importer) once(ctx context.Context, p program, l launch, into string, f file, there bool) (taken sample, pool string, err error) {
	n, err := p.start(ctx, l)
	if err != nil {
		return taken, "", err
	}
	if pool = into; pool == "" {
		pool, err = n.newPool(ctx)
	}
	if err == nil {
		taken, err = m.importInto(ctx, n, pool, f, there)
	}
	err = join(err, n.stop())
	if taken.used.peak == 0 {
		taken.used.peak = n.peakAtEnd()
	}
	return taken, pool, err
}

// importInto imports a file on a server that runs.
func (m importer) importInto(ctx context.Context, n *node, pool string, f file, there bool) (taken sample, err error) {
	j, err := n.newJob(ctx, pool, f)
	if err != nil {
		return taken, err
	}
	m.settle(ctx)
	return j.measure(ctx, there)
}

// keep keeps a sample, if it is one, and says so.
func (m importer) keep(s *series, taken sample, err error) {
	if err != nil {
		return
	}
	s.samples = append(s.samples, taken)
	m.progress("%s: %s: %s", m.name(), s.name, taken.took.Round(time.Millisecond))
}
