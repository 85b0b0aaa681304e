package bench

import (
	"context"
	"fmt"
	"path/filepath"
)

// importBench is what is measured of imports on one database.
type importBench struct {
	importer
	dir          string
	clean, mixed file

	floor, job, again, dirty, rows, beside *series
	other                                  []*series // of the other builds
	together                               []*series // of several pools
	calls                                  callTimes
}

// step measures something once and keeps what came of it.
type step func(context.Context) error

// imports measures imports on one database.
func (b *bench) imports(ctx context.Context, e engine) error {
	m := &importBench{importer: importer{b, e}, clean: file{rows: b.Rows}, mixed: file{rows: b.Rows, mixed: true}}
	err := m.prepare(ctx)
	if err != nil {
		return err
	}
	steps := []step{m.loadFile, m.importAndAgain, m.importMixed, m.importBesideCalls}
	steps = append(append(steps, m.besides()...), m.pools()...)
	for range b.Runs {
		for _, do := range steps {
			if err == nil {
				err = do(ctx)
			}
		}
	}
	m.tell() // also what was measured until it was interrupted
	if err == nil {
		err = m.after(ctx)
	}
	return err
}

// after measures what is not held against the loader in turn.
func (m *importBench) after(ctx context.Context) error {
	if err := m.stops(ctx); err != nil {
		return err
	}
	if m.Growth {
		if err := m.growth(ctx); err != nil {
			return err
		}
	}
	return m.profile(ctx)
}

// prepare writes the files and says what is measured.
func (m *importBench) prepare(ctx context.Context) error {
	about, err := m.about(ctx)
	if err != nil {
		return err
	}
	scratch, err := newSite(m.directory())
	if err != nil {
		return err
	}
	m.dir = scratch.dir
	for _, f := range []*file{&m.clean, &m.mixed} {
		if err := f.write(m.dir); err != nil {
			return err
		}
	}
	m.report.paragraph("%s. The file: %v.", about, m.clean)
	m.declare()
	return nil
}

// declare says what is held against what, and what it is meant to be.
func (m *importBench) declare() {
	m.floor = &series{name: m.loader() + ", same file, as many indexes", short: "the loader"}
	m.job = &series{name: "import job, started to Succeeded", short: "the import", base: m.floor, target: m.importTarget(m.self)}
	m.again = &series{name: "same file again, every row skipped", base: m.job, target: "≤ 0.20"}
	m.dirty = &series{name: "10 % there already, 10 % refused", base: m.job, target: "≤ 1.15"}
	m.beside = &series{name: fmt.Sprintf("beside four clients, %.0f calls/s", 4*m.Pace), base: m.job, target: "≤ 1.43"}
	m.rows = &series{name: "the loader, rows of the import, our tables", base: m.floor}
	for _, p := range m.besidePrograms() {
		m.other = append(m.other, &series{name: "import job, " + p.driver, base: m.floor, target: m.importTarget(p)})
	}
	if m.name() != "postgres" {
		return
	}
	m.together = []*series{
		{name: "4 pools at once on 1 node, a quarter each", base: m.job, target: "≤ 1.00"},
		{name: "6 pools at once on 3 nodes, a sixth each", base: m.job},
	}
}

// besidePrograms are the other builds, where it matters which one imports.
func (m *importBench) besidePrograms() []program {
	if m.name() != "sqlite" {
		return nil
	}
	return m.others
}

func (m *importBench) importTarget(p program) string {
	if m.name() == "sqlite" && !p.inC() {
		return "≤ 1.50"
	}
	return "≤ 1.00"
}

func (m *importBench) tell() {
	all := append([]*series{m.floor, m.job}, m.other...)
	all = append(append(all, m.again, m.dirty, m.beside), m.together...)
	m.report.add(seriesTable("Imports into an empty pool, "+m.name(), append(all, m.rows)))
	if t := m.calls.table("Calls beside an import, " + m.name()); len(t.rows) > 0 {
		m.report.add(t)
	}
}

// profile imports once more, with a profile of the server.
func (m *importBench) profile(ctx context.Context) error {
	if m.Profile == "" {
		return nil
	}
	path, err := filepath.Abs(filepath.Join(m.Profile, "import-"+m.name()+".pprof"))
	if err != nil {
		return err
	}
	s, err := m.site(ctx)
	if err != nil {
		return err
	}
	_, _, err = m.once(ctx, m.self, s.serve().profiled(path), "", m.clean, false)
	m.report.paragraph("CPU profile of the server during an import: %s", path)
	return join(err, s.remove(context.WithoutCancel(ctx)))
}
