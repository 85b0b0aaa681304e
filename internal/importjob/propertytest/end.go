package propertytest

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
	"poolhouse/internal/resultlog"
)

// awaitEnds waits for the ends of the jobs and the removal of their files, within the time
// bound of the plan.
func (s *simulation) awaitEnds() {
	bound := s.plan.bound(s.models)
	if !s.intact() {
		return
	}
	if !s.await(bound, snapshot.ended) {
		s.violate("%s: %v", ruleEnds, bound)
		return
	}
	if !s.await(sweepEvery+bound, snapshot.tidied) {
		s.violate("%s", ruleRemoved)
	}
	for i := range s.plan.Jobs {
		if _, err := s.world.Open(context.Background(), importjob.Upload{Name: jobID(i) + "/file"}, 0); err == nil {
			s.violate("%s: of job %d", ruleRemoved, i)
		}
	}
}

func (s snapshot) ended() bool { return s.exists && s.job.State.Ended() }

// tidied reports whether no work is left for the job.
func (s snapshot) tidied() bool {
	return s.ended() && s.job.Upload.Name == "" && !s.unindexed
}

// await waits until done is true of all jobs, and reports whether that was in time. It
// returns early if a rule is broken.
func (s *simulation) await(limit time.Duration, done func(snapshot) bool) bool {
	const look = 50 * time.Millisecond
	for begun := time.Now(); time.Since(begun) < limit && s.intact(); time.Sleep(look) { // in a bubble
		all := true
		for i := range s.plan.Jobs {
			all = all && done(s.world.look(jobKey(i)))
		}
		if all {
			return true
		}
	}
	return !s.intact()
}

// endNodes shuts the nodes down and waits for all processes that ever ran on them.
func (s *simulation) endNodes() {
	limit := time.After(s.plan.Lease.duration() + 2*time.Second)
	s.over.Store(true)
	for _, n := range s.nodes {
		n.down(!s.intact())
	}
	for _, n := range s.nodes {
		for _, p := range n.processes {
			select {
			case <-p.done:
			case <-limit:
				s.violate("%s: of %s", ruleReturns, n.name())
				return
			}
		}
	}
	s.onWay.Wait()
	for _, gone := range s.gone {
		select {
		case <-gone:
		default:
			s.violate("%s", ruleLetGo)
		}
	}
	if n := s.open.Load(); n != 0 {
		s.violate("%s: %d", ruleClosed, n)
	}
}

func (s *simulation) checkEnd() {
	for i, m := range s.models {
		key := jobKey(i)
		s.checkResult(key, m)
		s.checkVerdicts(key, m)
		s.checkUsers(i, m)
		s.checkLog(key, m)
		s.checkAccount(key, m)
	}
}

// end is a possible end of a job.
type end struct {
	state   importjob.State
	message string
	whole   bool // all rows are settled
}

// checkResult checks that the job ended as the model says, or after an accepted stop, or
// because its file was damaged.
func (s *simulation) checkResult(key importjob.Key, m model) {
	j := s.world.look(key).job
	s.count("job " + string(j.State))
	if j.TotalRows > 0 {
		s.count("job of a file in " + string(m.written))
	}
	got := end{j.State, j.Message, j.Checkpoint.Rows == int64(len(m.fates))}
	if allowed := s.allowed(key, m); !slices.Contains(allowed, got) {
		s.violate("%s: %+v, want %+v", ruleResult, got, allowed)
	}
	if j.Completed.IsZero() || !j.LeaseUntil.IsZero() {
		s.violate("%s: completed %v, leased until %v", ruleResult, j.Completed, j.LeaseUntil)
	}
	if j.Lease.Epoch > 1 {
		s.count("job of several claims")
		if len(s.plan.Faults)+len(s.plan.Events) == 0 {
			s.violate("%s: %d", ruleHands, j.Lease.Epoch)
		}
	}
	if j.State == importjob.Stopped && j.Checkpoint.Rows > 0 && !got.whole {
		s.count("job stopped in the middle")
		if !s.stopped[key] {
			s.count("job stopped by its budget")
		}
	}
}

// allowed returns the ends that the job may have.
func (s *simulation) allowed(key importjob.Key, m model) []end {
	anywhere := func(state importjob.State, message string) []end {
		return []end{{state, message, true}, {state, message, false}}
	}
	if s.stopped[key] {
		return anywhere(importjob.Stopped, importjob.MessageStopped)
	}
	var ends []end
	if j := s.world.look(key).job; m.exceeds(j.Counts.Failed) {
		ends = anywhere(importjob.Stopped, m.budgetMessage(j.Counts.Failed))
	}
	if n := int64(len(m.fates)); !m.exceeds(m.counts(n).Failed) {
		ends = append(ends, end{m.state, m.message, true})
	}
	if d := s.damaged[key]; d != noDefect {
		ends = append(ends, anywhere(importjob.Failed, defectMessages[d])...)
		if d != missingFile { // the last settled row may no longer end where it did
			ends = append(ends, anywhere(importjob.Failed, importjob.MessageDamaged)...)
		}
	}
	return ends
}

// checkVerdicts checks at the end everything that was checked at each write. The store's
// contents may have changed since.
func (s *simulation) checkVerdicts(key importjob.Key, m model) {
	rows := s.world.look(key).job.Checkpoint.Rows
	var want []importjob.Outcome
	for _, f := range m.fates[:min(rows, int64(len(m.fates)))] {
		want = append(want, f.outcome)
	}
	if got := s.world.verdicts(key, 0); !slices.Equal(want, got) {
		s.violate("%s, in the end (-model +kept):\n%s", ruleVerdicts, cmp.Diff(want, got))
	}
}

func (s *simulation) checkUsers(job int, m model) {
	key := jobKey(job)
	rows := s.world.look(key).job.Checkpoint.Rows
	want := map[string]string{}
	for i := range s.plan.Jobs[job].Present {
		want[presentUser(i)] = ""
	}
	for _, f := range m.fates[:min(rows, int64(len(m.fates)))] {
		if f.username != "" {
			want[f.username] = f.user
		}
	}
	if got := s.world.users(key); !maps.Equal(want, got) {
		s.violate("%s, in the end (-model +kept):\n%s", ruleUsers, cmp.Diff(want, got))
	}
}

// checkLog reads the result log page by page, that of long files in larger pages.
func (s *simulation) checkLog(key importjob.Key, m model) {
	j := s.world.look(key).job
	want := m.log(min(j.Checkpoint.Rows, int64(len(m.fates))), j.TotalRows > 0)
	if j.Message == defectMessages[strangeColumn] {
		want = append(want, "[FAILED] "+m.detail)
	}
	limit := max(s.plan.Page, len(want)/20)
	var got []string
	for token := ""; len(got) <= len(want); {
		page, err := resultlog.Page(context.Background(), s.world, &j, resultlog.Query{After: token, Limit: limit})
		if err != nil {
			s.violate("%s: %v", ruleLog, err)
			return
		}
		for _, e := range page.Events {
			got = append(got, e.Text)
		}
		if token = page.Next; token == "" {
			break
		}
	}
	if !slices.Equal(want, got) {
		s.violate("%s (-model +log):\n%s", ruleLog, cmp.Diff(want, got))
	}
}
