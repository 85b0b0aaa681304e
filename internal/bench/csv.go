package bench

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// csvBench measures files in the formats of other programs, on one database.
type csvBench struct {
	importer
	rfc4180, cognito written // the imported files
	little           written // a file whose survey takes almost no time
	all              []written

	imports []csvImport
	surveys []*survey
}

// csvImport is an import of a file by a server with some flags.
type csvImport struct {
	*series
	written
	flags []string
}

// survey is the reading of a whole file before an import, with its result.
type survey struct {
	*series
	written
	strict bool // by a server without format detection
}

// strictly makes a server read files only as Cognito does.
var strictly = []string{"--import-dialect", "cognito"}

// CSV measures imports and surveys of files in the formats of other programs.
func CSV(ctx context.Context, o Options) error { return o.run(ctx, "csv", (*bench).csv) }

// csv measures on one database.
func (b *bench) csv(ctx context.Context, e engine) error {
	m := &csvBench{importer: importer{b, e}}
	if err := m.prepare(ctx); err != nil {
		return err
	}
	var err error
	for range b.Runs {
		for _, do := range []step{m.importAll, m.surveyAll} {
			if err == nil {
				err = do(ctx)
			}
		}
	}
	m.tell() // also after an interruption: what was measured so far
	return err
}

// prepare writes the files and declares the comparisons.
func (m *csvBench) prepare(ctx context.Context) error {
	about, err := m.about(ctx)
	if err != nil {
		return err
	}
	scratch, err := newSite(m.directory())
	if err != nil {
		return err
	}
	if m.all, err = writeAll(scratch.dir, m.Rows); err != nil {
		return err
	}
	if m.little, err = ways[0].write(scratch.dir, "little", 2); err != nil {
		return err
	}
	m.cognito, m.rfc4180 = m.all[0], m.all[1]
	m.report.paragraph("%s. The file in Cognito's form: %v; every second row has a comma in a value, and every tenth a quotation mark.", about, m.cognito.file)
	m.declare()
	return nil
}

func (m *csvBench) declare() {
	for _, w := range []written{m.rfc4180, m.cognito} {
		strict := &series{name: w.name + ", import-dialect: cognito", short: "cognito"}
		found := &series{name: w.name + ", import-dialect: any", against: heldAgainst(strict, "≤ 1.03")}
		m.imports = append(m.imports, csvImport{strict, w, strictly}, csvImport{found, w, nil})
	}
	plain := &series{name: m.cognito.name, short: "Cognito's form"}
	for i, w := range m.all {
		s := &survey{&series{name: w.name, against: heldAgainst(plain, "")}, w, false}
		if i == 0 {
			s.series = plain
		}
		m.surveys = append(m.surveys, s)
	}
	for _, w := range []written{m.cognito, m.rfc4180} {
		m.surveys = append(m.surveys, &survey{&series{name: w.name + ", import-dialect: cognito", against: heldAgainst(plain, "")}, w, true})
	}
	m.surveys = append(m.surveys, &survey{&series{name: "a file of two users: what a job takes besides"}, m.little, false})
}

// importAll imports the files, each with and without format detection.
func (m *csvBench) importAll(ctx context.Context) error {
	for _, i := range m.imports {
		err := m.onSite(ctx, m.engine, m.self, func(_ site, n *node) error {
			pool, err := n.newPool(ctx)
			if err != nil {
				return err
			}
			taken, err := m.importInto(ctx, n, pool, i.file, false)
			m.keep(i.series, taken, err)
			return err
		}, i.flags...)
		if err != nil {
			return err
		}
	}
	return nil
}

// surveyAll surveys the files, with and without format detection.
func (m *csvBench) surveyAll(ctx context.Context) error {
	for _, strict := range []bool{false, true} {
		flags := []string{"--import-max-rows", "1"}
		if strict {
			flags = append(flags, strictly...)
		}
		err := m.onSite(ctx, m.engine, m.self, func(_ site, n *node) error { return m.surveysOn(ctx, n, strict) }, flags...)
		if err != nil {
			return err
		}
	}
	return nil
}

// surveysOn surveys files on a server. It times jobs whose file has more users than allowed.
// Such a file is read to its end, and the job ends Failed without any user.
func (m *csvBench) surveysOn(ctx context.Context, n *node, strict bool) error {
	pool, err := n.newPool(ctx)
	if err != nil {
		return err
	}
	for _, s := range m.surveys {
		if s.strict != strict {
			continue
		}
		j, err := n.newJob(ctx, pool, s.file)
		if err != nil {
			return err
		}
		m.flush(ctx)
		taken, err := j.survey(ctx)
		if m.keep(s.series, taken, err); err != nil {
			return fmt.Errorf("%s: %w", s.written.name, err)
		}
	}
	return nil
}

// survey runs a job that ends after the survey of its file.
func (j job) survey(ctx context.Context) (sample, error) {
	before, err := j.node.used()
	if err != nil {
		return sample{}, err
	}
	begun := time.Now()
	if err := j.start(ctx); err != nil {
		return sample{}, err
	}
	end, err := j.await(ctx, time.Millisecond, jobState.ended)
	took := time.Since(begun)
	if err != nil {
		return sample{}, err
	}
	if end.Status != "Failed" || !strings.Contains(end.CompletionMessage, "has more than 1 users") {
		return sample{}, fmt.Errorf("the job ended %+v", end)
	}
	after, err := j.node.used()
	after.cpu -= before.cpu
	return sample{took, j.file.rows, after}, err
}

func (m *csvBench) tell() {
	var imports []*series
	for _, i := range m.imports {
		imports = append(imports, i.series)
	}
	m.report.add(seriesTable("Imports of files as programs write them, "+m.name(), imports))
	t := table{title: "Surveys, " + m.name(), head: []string{"", "min", "median", "max", "MB of the file", "MB of text", "MB of text a second", "server CPU", "time a row"}}
	for _, s := range m.surveys {
		if len(s.samples) > 0 {
			t.rows = append(t.rows, s.cells())
		}
	}
	m.report.add(t)
}

func (s *survey) cells() []string {
	c := s.series.cells()
	rate := float64(s.text) / 1e6 / s.median().took.Seconds()
	return []string{c[0], c[1], c[2], c[3], fmt.Sprintf("%.1f", float64(s.size)/1e6), fmt.Sprintf("%.1f", float64(s.text)/1e6), fmt.Sprintf("%.0f", rate), c[5], c[7]}
}
