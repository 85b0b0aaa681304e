package bench

import (
	"context"
	"fmt"
)

// growth measures imports of a fifth of the rows, of all, and of ten times as many, and then
// one of all into the pool that the last one filled. It measures the loader for the last two
// as well.
func (m *importBench) growth(ctx context.Context) error {
	large, small, more := m.file(10*m.clean.rows), m.file(max(1, m.clean.rows/5)), m.file(m.clean.rows)
	more.first = large.rows
	for _, f := range []*file{&large, &small, &more} {
		if err := f.write(m.dir); err != nil {
			return err
		}
	}
	usual := &series{name: fmt.Sprintf("%d rows", m.clean.rows), short: fmt.Sprintf("that of %d rows", m.clean.rows)}
	few := &series{name: fmt.Sprintf("%d rows", small.rows), against: heldAgainst(usual, "")}
	many := &series{name: fmt.Sprintf("%d rows", large.rows), against: heldAgainst(usual, "≤ 1.50")}
	onto := &series{name: fmt.Sprintf("%d rows into a pool of %d", more.rows, large.rows), against: heldAgainst(usual, "≤ 1.50")}
	by := m.quickestLoader()
	floor := &series{name: fmt.Sprintf("%s, %d rows", by.name, large.rows), against: heldAgainst(m.quickest(), "")}
	ontoFloor := &series{name: fmt.Sprintf("%s, %d rows into a table of %d", by.name, more.rows, large.rows), against: heldAgainst(m.quickest(), "")}
	loaderSize, importSize := newSizes(by, large.rows+more.rows)
	defer func() {
		m.report.add(seriesTable("Growth, "+m.name()+" (memory: ≤ 200 MiB, the same for all)", []*series{few, usual, many, onto, floor, ontoFloor}))
		m.report.add(sizeTable("Size of the database after that, "+m.name(), []*size{loaderSize, importSize}))
	}()
	for _, one := range []struct {
		into *series
		file file
	}{{few, small}, {usual, m.clean}} {
		taken, err := m.onNewSite(ctx, m.self, one.file)
		if m.keep(one.into, taken, err); err != nil {
			return err
		}
	}
	if err := m.fill(ctx, many, large, onto, more, importSize); err != nil {
		return err
	}
	m.flush(ctx)
	done, err := m.loadFiles(ctx, by, large, more)
	if err == nil {
		m.keep(floor, sample{took: done[0].took, rows: large.rows}, nil)
		m.keep(ontoFloor, sample{took: done[1].took, rows: more.rows}, nil)
		loaderSize.fill(done[1].size, large.rows+more.rows)
	}
	return err
}

// fill imports a file and then another one into the same pool.
func (m *importBench) fill(ctx context.Context, first *series, large file, second *series, more file, then *size) error {
	s, err := m.site(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.remove(context.WithoutCancel(ctx)) }() // the whole directory is removed at the end
	taken, pool, err := m.once(ctx, m.self, s.serve(), "", large, false)
	if m.keep(first, taken, err); err != nil {
		return err
	}
	taken, _, err = m.once(ctx, m.self, s.serve(), pool, more, false)
	if m.keep(second, taken, err); err != nil {
		return err
	}
	bytes, err := m.size(ctx, s)
	then.fill(bytes, large.rows+more.rows)
	return err
}
