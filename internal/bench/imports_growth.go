package bench

import (
	"context"
	"fmt"
)

// growth measures imports of a fifth of the rows, of all, and of ten times as
// many, and one of all into the pool that the last one filled. It also shows
// what the loader makes of the last two.
func (m *importBench) growth(ctx context.Context) error {
	large := file{rows: 10 * m.clean.rows}
	small := file{rows: max(1, m.clean.rows/5)}
	more := file{rows: m.clean.rows, first: large.rows}
	for _, f := range []*file{&large, &small, &more} {
		if err := f.write(m.dir); err != nil {
			return err
		}
	}
	usual := &series{name: fmt.Sprintf("%d rows", m.clean.rows), short: fmt.Sprintf("that of %d rows", m.clean.rows)}
	few := &series{name: fmt.Sprintf("%d rows", small.rows), base: usual}
	many := &series{name: fmt.Sprintf("%d rows", large.rows), base: usual, target: "≤ 1.50"}
	onto := &series{name: fmt.Sprintf("%d rows into a pool of %d", more.rows, large.rows), base: usual, target: "≤ 1.50"}
	floor := &series{name: fmt.Sprintf("%s, %d rows", m.loader(), large.rows), base: m.floor}
	ontoFloor := &series{name: fmt.Sprintf("%s, %d rows into a table of %d", m.loader(), more.rows, large.rows), base: m.floor}
	defer func() {
		m.report.add(seriesTable("Growth, "+m.name()+" (memory: ≤ 200 MiB, the same for all)", []*series{few, usual, many, onto, floor, ontoFloor}))
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
	if err := m.fill(ctx, many, large, onto, more); err != nil {
		return err
	}
	m.settle(ctx)
	took, err := m.engine.loadFiles(ctx, large, more)
	if err == nil {
		m.keep(floor, sample{took: took[0], rows: large.rows}, nil)
		m.keep(ontoFloor, sample{took: took[1], rows: more.rows}, nil)
	}
	return err
}

// fill imports a file and then another into the same pool.
func (m *importBench) fill(ctx context.Context, first *series, large file, second *series, more file) error {
	s, err := m.site(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = s.remove(context.WithoutCancel(ctx)) }() // all of the directory is removed in the end
	taken, pool, err := m.once(ctx, m.self, s.serve(), "", large, false)
	if m.keep(first, taken, err); err != nil {
		return err
	}
	taken, _, err = m.once(ctx, m.self, s.serve(), pool, more, false)
	m.keep(second, taken, err)
	return err
}
