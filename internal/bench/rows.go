package bench

import (
	"context"
	"fmt"
	"path/filepath"
)

// rowsBench measures, on one database, rows that are not imported.
type rowsBench struct {
	importer
	dir                    string
	clean, bad, more, some file // one row in ten of some is rejected

	good, refused     *series
	others            []rowsBeside
	empty, full, bads *series // checks
	results, imported *series
	runAgain          *series
	sizes             []*size
}

// rowsBeside has the results of another build for both files.
type rowsBeside struct {
	program
	good, refused *series
}

// keptRows measures, on one database, what is done with rejected rows.
func (b *bench) keptRows(ctx context.Context, e engine) error {
	m := &rowsBench{importer: importer{b, e}}
	if err := m.prepare(ctx); err != nil {
		return err
	}
	var err error
	for range b.Runs {
		for _, do := range []step{m.importGood, m.importRefused, m.importBeside, m.checkFirst, m.runCorrected} {
			if err == nil {
				err = do(ctx)
			}
		}
	}
	m.tell() // also after an interruption: what was measured so far
	return err
}

// prepare writes the files and declares the comparisons.
func (m *rowsBench) prepare(ctx context.Context) error {
	about, err := m.about(ctx)
	if err != nil {
		return err
	}
	scratch, err := newSite(m.directory())
	if err != nil {
		return err
	}
	m.dir = scratch.dir
	m.clean, m.bad, m.more, m.some = m.file(m.Rows), m.file(m.Rows), m.file(m.Rows), m.file(max(10, m.Rows/5))
	m.bad.bad, m.more.first, m.some.mixed = true, m.Rows, true
	for _, f := range []*file{&m.clean, &m.bad, &m.more, &m.some} {
		if err := f.write(m.dir); err != nil {
			return err
		}
	}
	m.report.paragraph("%s. The file: %v.", about, m.clean)
	m.declare()
	return nil
}

func (m *rowsBench) declare() {
	m.good = &series{name: "import, all rows good", short: "the import"}
	m.refused = &series{name: "import, all rows refused", short: "the import of refused rows", against: heldAgainst(m.good, "")}
	for _, p := range m.bench.others {
		name := filepath.Base(p.path)
		o := rowsBeside{program: p, good: &series{name: "all rows good, by " + name, short: name}, refused: &series{name: "all rows refused, by " + name, short: name}}
		m.good.against = append(m.good.against, held{o.good, "≤ 1.05"})
		m.refused.against = append(m.refused.against, held{o.refused, ""})
		m.others = append(m.others, o)
	}
	m.empty = &series{name: "check, nothing there yet", against: heldAgainst(m.good, "≤ 0.50")}
	m.bads = &series{name: "check, all rows refused", against: heldAgainst(m.refused, "")}
	m.full = &series{name: fmt.Sprintf("check into a pool of %d", m.clean.rows), against: heldAgainst(m.good, "")}
	m.results = &series{name: fmt.Sprintf("result file, %d rows that were refused", m.bad.rows), against: heldAgainst(m.good, "")}
	m.imported = &series{name: fmt.Sprintf("map of %d imported rows", m.clean.rows), against: heldAgainst(m.good, "")}
	m.runAgain = &series{name: fmt.Sprintf("%d corrected rows: upload, retry, import", m.some.failed()), against: heldAgainst(m.good, "")}
	good := &size{name: fmt.Sprintf("%d good rows", m.clean.rows), short: "the good rows'"}
	m.sizes = []*size{good, {name: fmt.Sprintf("%d refused rows", m.bad.rows), base: good}}
}

func (m *rowsBench) tell() {
	imports := []*series{m.good, m.refused}
	for _, o := range m.others {
		imports = append(imports, o.good, o.refused)
	}
	m.report.add(seriesTable("What keeping rows costs, "+m.name(), imports))
	m.report.add(seriesTable("Checks, "+m.name(), []*series{m.good, m.empty, m.full, m.bads}))
	m.report.add(seriesTable("Result files and retries, "+m.name()+" (memory: ≤ 200 MiB)", []*series{m.results, m.imported, m.runAgain}))
	m.report.add(sizeTable("Size of the database, "+m.name(), m.sizes))
}

// onePool calls do with a server on a new site and a pool in it.
func (m *rowsBench) onePool(ctx context.Context, p program, do func(s site, n *node, pool string) error, flags ...string) error {
	return m.onSite(ctx, m.engine, p, func(s site, n *node) error {
		pool, err := n.newPool(ctx)
		if err != nil {
			return err
		}
		return do(s, n, pool)
	}, flags...)
}

// importBeside imports both files with the other builds.
func (m *rowsBench) importBeside(ctx context.Context) error {
	for _, o := range m.others {
		for _, one := range []struct {
			into *series
			file file
		}{{o.good, m.clean}, {o.refused, m.bad}} {
			taken, err := m.onNewSite(ctx, o.program, one.file)
			if m.keep(one.into, taken, err); err != nil {
				return err
			}
		}
	}
	return nil
}
