package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
)

// importBench measures imports on one database.
type importBench struct {
	importer
	dir          string
	clean, mixed file

	floors                          []*series // the loader, the fastest last
	job, again, dirty, rows, beside *series
	loaderSize, importSize          *size
	other                           []*series // the other builds
	together                        []*series // several pools at once
	calls                           callTimes
}

// step measures something once and stores the result.
type step func(context.Context) error

// imports measures imports on one database.
func (b *bench) imports(ctx context.Context, e engine) error {
	m := &importBench{importer: importer{b, e}}
	m.clean, m.mixed = m.file(b.Rows), m.file(b.Rows)
	m.mixed.mixed = true
	err := m.prepare(ctx)
	if err != nil {
		return err
	}
	steps := append(m.loads(), m.importAndAgain, m.importMixed, m.importBesideCalls)
	steps = append(append(steps, m.besides()...), m.pools()...)
	for range b.Runs {
		for _, do := range steps {
			if err == nil {
				err = do(ctx)
			}
		}
	}
	m.tell() // also after an interruption: what was measured so far
	if err == nil {
		err = m.after(ctx)
	}
	return err
}

// file returns a file of this many rows, which is not written yet.
func (b *bench) file(rows int) file { return file{rows: rows, hashes: b.Hashes} }

// after measures what is not compared with the loader.
func (m *importBench) after(ctx context.Context) error {
	if err := m.stops(ctx); err != nil {
		return err
	}
	if err := m.deletion(ctx); err != nil {
		return err
	}
	if m.Growth {
		if err := m.growth(ctx); err != nil {
			return err
		}
	}
	return m.profile(ctx)
}

// prepare writes the files and describes the measurement.
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

// declare declares the comparisons and their targets.
func (m *importBench) declare() {
	for _, l := range m.loaders() {
		m.floors = append(m.floors, &series{name: l.name + ", same file, as many indexes", short: l.short})
	}
	m.job = &series{name: "import job, started to Succeeded", short: "the import", against: m.besideLoaders(m.self)}
	m.again = &series{name: "same file again, every row skipped", against: heldAgainst(m.job, "≤ 0.20")}
	m.dirty = &series{name: "10 % there already, 10 % refused", against: heldAgainst(m.job, "≤ 1.15")}
	m.beside = &series{name: fmt.Sprintf("beside four clients, %.0f calls/s", 4*m.Pace), against: heldAgainst(m.job, "≤ 1.43")}
	m.rows = &series{name: "the loader, rows of the import, our tables", against: heldAgainst(m.quickest(), "")}
	m.loaderSize, m.importSize = newSizes(m.quickestLoader(), m.clean.rows)
	for _, p := range m.besidePrograms() {
		m.other = append(m.other, &series{name: "import job, " + p.driver, against: m.besideLoaders(p)})
	}
	if m.name() != "postgres" {
		return
	}
	m.together = []*series{
		{name: "4 pools at once on 1 node, a quarter each", against: heldAgainst(m.job, "≤ 1.00")},
		{name: "6 pools at once on 3 nodes, a sixth each", against: heldAgainst(m.job, "")},
	}
}

// besidePrograms returns the other builds, if the build matters for imports.
func (m *importBench) besidePrograms() []program {
	if m.name() != "sqlite" {
		return nil
	}
	return m.others
}

// besideLoaders returns the baselines of an import and its targets. The baseline of a build
// without C is the untuned loader.
func (m *importBench) besideLoaders(p program) (all []held) {
	if m.name() == "sqlite" && !p.inC() {
		return heldAgainst(m.floors[0], "≤ 1.50")
	}
	for i, l := range m.loaders() {
		all = append(all, held{m.floors[i], l.target})
	}
	return all
}

func (m *importBench) quickest() *series { return m.floors[len(m.floors)-1] }

func (m *importBench) quickestLoader() loader {
	all := m.loaders()
	return all[len(all)-1]
}

func (m *importBench) tell() {
	all := append(append(slices.Clone(m.floors), m.job), m.other...)
	all = append(append(all, m.again, m.dirty, m.beside), m.together...)
	m.report.add(seriesTable("Imports into an empty pool, "+m.name(), append(all, m.rows)))
	if t := sizeTable("Size of the database, "+m.name(), []*size{m.loaderSize, m.importSize}); len(t.rows) > 0 {
		m.report.add(t)
	}
	if t := m.calls.table("Calls beside an import, " + m.name()); len(t.rows) > 0 {
		m.report.add(t)
	}
}

// profile repeats an import with a CPU profile of the server.
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
