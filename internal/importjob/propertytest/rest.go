package propertytest

import (
	"maps"
	"slices"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
)

// allowRest adds to left what may be written after the end of a job for the rows that it did
// not reach: the rest itself, which is compared with the file, and the header of a job that
// no node began.
func (a *audit) allowRest(c change, left *snapshot) {
	m := a.models[c.key]
	was, is := c.before.job, c.after.job
	if c.call == keepRestCall && c.err == nil {
		a.checkRest(c, m)
		left.job.Rest, left.job.RestKept, left.kept = is.Rest, is.RestKept, c.after.kept
	}
	if c.call == updateCall && was.State == importjob.Stopped && was.Header == is.Header && was.Format.String() == is.Format.String() {
		left.job.Format = is.Format // the same format, noted by another node
	}
	if c.call == updateCall && was.State == importjob.Stopped && was.Header == "" && is.Header == m.header && is.Header != "" {
		left.job.Header = is.Header
		if is.Format.String() == m.format {
			left.job.Format = is.Format
		}
		if was.Upload.SHA256 == "" && is.Upload.SHA256 == m.digest {
			left.job.Upload.SHA256 = m.digest
		}
	}
}

// checkRest checks that a piece of the rest is the next rows of the file.
func (a *audit) checkRest(c change, m model) {
	was, is := c.before.job, c.after.job
	begun := was.Checkpoint
	if was.Rest.Rows > 0 {
		begun = was.Rest
	}
	got, users, _ := a.world.keptRows(c.key, c.before.kept)
	if c.from != was.Rest || was.RestKept || len(users) > 0 || !was.State.Ended() {
		a.violate("%s: from row %d of a rest that stands at %+v, kept: %v, %d users", ruleRest, c.from.Rows, was.Rest, was.RestKept, len(users))
		return
	}
	var want []importjob.KeptRow
	for n := begun.Rows; n < min(begun.Rows+int64(len(got)), int64(len(m.rows))); n++ {
		want = append(want, m.kept(n, false))
	}
	if !slices.Equal(want, got) {
		a.violate("%s (-model +kept):\n%s", ruleRest, cmp.Diff(want, got))
		return
	}
	end := begun.Rows + int64(len(got))
	if is.Rest.Rows != end || end > 0 && is.Rest != m.checkpoint(end) {
		a.violate("%s: it ends at %+v after row %d", ruleRest, is.Rest, end)
	}
	if is.RestKept && end != int64(len(m.rows)) {
		a.violate("%s: it is said to be all at row %d of %d", ruleRest, end, len(m.rows))
	}
	a.count("rest kept")
	if !is.RestKept && len(got) > 0 && is.Rest == was.Rest {
		a.violate("%s: it does not go on", ruleRest)
	}
	if c.from.Rows > 0 {
		a.count("rest kept in pieces")
	}
}

// checkKept checks that a call keeps exactly the rows that it settled: the text of those that
// were not imported, and the users that the others became.
func (a *audit) checkKept(c change, m model, from, to int64) {
	rows, users, wrong := a.world.keptRows(c.key, c.before.kept)
	wantRows, wantUsers := m.keptOf(from, to)
	if wrong != "" || !slices.Equal(wantRows, rows) || !maps.Equal(wantUsers, users) {
		a.violate("%s: %s: %s (-model +kept):\n%s%s", ruleKept, c.call, wrong, cmp.Diff(wantRows, rows), cmp.Diff(tellImported(wantUsers), tellImported(users)))
	}
}

// keptOf returns what must be kept of settled rows.
func (m *model) keptOf(from, to int64) (rows []importjob.KeptRow, users map[importedRow]string) {
	users = map[importedRow]string{}
	for n := from; n < to; n++ {
		if f := m.fates[n]; f.username != "" {
			users[importedRow{f.outcome.Line, n + 1}] = f.username
		} else {
			rows = append(rows, m.kept(n, true))
		}
	}
	return rows, users
}

// tellImported returns a map that cmp can compare.
func tellImported(users map[importedRow]string) map[[2]int64]string {
	told := map[[2]int64]string{}
	for row, name := range users {
		told[[2]int64{row.line, row.number}] = name
	}
	return told
}

// leavesRest reports whether a job that ended like this has unreached rows to keep. A job
// whose file was refused has none.
func (m *model) leavesRest(j importjob.Job) bool {
	return len(m.rows) > 0 && (j.State == importjob.Stopped || j.State == importjob.Failed && j.TotalRows > 0)
}

// checkRestKept checks that all rows are kept when the file is removed.
func (s *simulation) checkRestKept(key importjob.Key) {
	m, j := s.audit.models[key], s.world.look(key).job
	s.chance.Lock()
	whole := s.damaged[key] == noDefect && !s.late[key]
	s.chance.Unlock()
	if !whole && m.leavesRest(j) && !j.RestKept {
		s.count("rest cut off")
	}
	if whole && m.leavesRest(j) && !j.RestKept {
		s.violate("%s: %s, which ended %s", ruleRestLost, key.JobID, j.State)
	}
}

// checkAccount checks that each row was imported, rejected, or not reached, exactly once. If
// the file was damaged, unreached rows may be missing at its end.
func (s *simulation) checkAccount(key importjob.Key, m model) {
	j := s.world.look(key).job
	settled := min(j.Checkpoint.Rows, int64(len(m.fates)))
	want, wantUsers := m.keptOf(0, settled)
	got, users, wrong := s.world.keptRows(key, 0)
	rest := int64(max(0, len(got)-len(want)))
	whole := s.damaged[key] == noDefect && !s.late[key]
	if left := int64(len(m.rows)) - settled; m.leavesRest(j) && (whole || rest > left) {
		rest = left
	} else if !m.leavesRest(j) {
		rest = 0
	}
	for n := settled; n < settled+rest; n++ {
		want = append(want, m.kept(n, false))
	}
	if wrong != "" || !slices.Equal(want, got) || !maps.Equal(wantUsers, users) {
		s.violate("%s: %s (-model +kept):\n%s%s", ruleAccount, wrong, cmp.Diff(want, got), cmp.Diff(tellImported(wantUsers), tellImported(users)))
	}
	if !m.leavesRest(j) || !whole {
		return
	}
	if n, known := j.NotReached(); !known || n != rest || int64(len(m.rows)) != j.Counts.Sum()+n {
		s.violate("%s: the job says that it did not reach %d of %d rows, %v: %+v", ruleAccount, n, len(m.rows), known, j.Counts)
	}
}
