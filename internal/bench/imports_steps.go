package bench

import "context"

// loads returns the steps for the engine's own loader, one for each way of running it.
func (m *importBench) loads() (steps []step) {
	for i, l := range m.loaders() {
		steps = append(steps, func(ctx context.Context) error {
			m.flush(ctx)
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

// importAndAgain imports the file, and once more into the same pool. Then it measures the
// loader with the rows that are there.
func (m *importBench) importAndAgain(ctx context.Context) error {
	s, err := m.site(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.remove(context.WithoutCancel(ctx)) }() // the whole directory is removed at the end
	first, pool, err := m.once(ctx, m.self, s.serve(), "", m.clean, false)
	if m.keep(m.job, first, err); err != nil {
		return err
	}
	bytes, err := m.size(ctx, s)
	if err != nil {
		return err
	}
	m.importSize.fill(bytes, m.clean.rows)
	m.flush(ctx)
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

// besides returns the steps for the imports of the other builds.
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
