package bench

import (
	"context"
	"time"
)

func (m *importBench) loadFile(ctx context.Context) error {
	m.settle(ctx)
	took, err := m.engine.loadFiles(ctx, m.clean)
	if err == nil {
		m.keep(m.floor, sample{took: took[0], rows: m.clean.rows}, nil)
	}
	return err
}

// importAndAgain imports the file, then once more into the same pool, and
// then has the loader load the rows that are there now.
func (m *importBench) importAndAgain(ctx context.Context) error {
	s, err := m.site(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.remove(context.WithoutCancel(ctx)) }() // all of the directory is removed in the end
	first, pool, err := m.once(ctx, m.self, s.serve(), "", m.clean, false)
	if m.keep(m.job, first, err); err != nil {
		return err
	}
	m.settle(ctx)
	took, err := m.loadRows(ctx, s, m.clean.rows)
	if m.keep(m.rows, sample{took: took, rows: m.clean.rows}, err); err != nil {
		return err
	}
	second, _, err := m.once(ctx, m.self, s.serve(), pool, m.clean, true)
	m.keep(m.again, second, err)
	return err
}

func (m *importBench) importMixed(ctx context.Context) error {
	taken, err := m.onNewSite(ctx, m.self, m.mixed)
	m.keep(m.dirty, taken, err)
	return err
}

// besides are the imports of the other builds.
func (m *importBench) besides() (steps []step) {
	for i, p := range m.besidePrograms() {
		steps = append(steps, func(ctx context.Context) error {
			taken, err := m.onNewSite(ctx, p, m.clean)
			m.keep(m.other[i], taken, err)
			return err
		})
	}
	return steps
}

// keep keeps a sample, if it is one, and says so.
func (m *importBench) keep(s *series, taken sample, err error) {
	if err != nil {
		return
	}
	s.samples = append(s.samples, taken)
	m.progress("%s: %s: %s", m.name(), s.name, taken.took.Round(time.Millisecond))
}
