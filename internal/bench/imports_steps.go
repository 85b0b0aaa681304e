package bench

import "context"

// loads are the engine's own loader, in each way that it is run.
func (m *importBench) loads() (steps []step) {
	for i, l := range m.loaders() {
		steps = append(steps, func(ctx context.Context) error {
			m.settle(ctx)
			done, err := m.loadFiles(ctx, l, m.clean)
			if err != nil {
				return err
			}
			m.keep(m.floors[i], sample{took: done[0].took, rows: m.clean.rows}, nil)
			m.loaderSize.fill(done[0].size, m.clean.rows)
			return nil
		})
	}
	return steps
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
	bytes, err := m.size(ctx, s)
	if err != nil {
		return err
	}
	m.importSize.fill(bytes, m.clean.rows)
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
