package propertytest

import (
	"time"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/importjob"
)

// The rules that hold at every moment. Each has its own sentence, which the table of broken
// stores refers to.
const (
	ruleClaim      = "a claim gave out a job that was not free"
	ruleEpoch      = "the epoch did not grow by one with a claim, and only then"
	ruleEnd        = "something was written after the job's end"
	ruleState      = "the state moved where it may not"
	ruleFence      = "a call under an old lease took effect"
	ruleAtomic     = "a call failed and left something behind"
	ruleAnswer     = "the answer is not what was kept"
	ruleCheckpoint = "the checkpoint is not the end of a row"
	ruleCounts     = "the counts are not those of the rows before the checkpoint"
	ruleCauses     = "the causes are not those of the rows before the checkpoint"
	ruleVerdicts   = "the verdicts are not those of the next rows of the file"
	ruleUsers      = "the users are not those of the rows before the checkpoint"
	ruleHeed       = "a second batch was committed after the stop"
	ruleUnindexed  = "a job has succeeded whose users are not indexed"
	ruleTotal      = "the number of the file's rows is wrong"
	ruleKept       = "what is kept is not the rows that were settled"
	ruleRest       = "the rest that is kept is not the next rows of the file"
	ruleFormat     = "a job that has begun does not have the format of its file"
	ruleBudget     = "rows were settled after the budget was exceeded"
)

// The rules about durations and about the end.
const (
	ruleEnds     = "a job has not ended in time"
	ruleReturns  = "an engine did not return in time"
	rulePrompt   = "a node that was told of a stop took too long"
	ruleHandOver = "an engine that was shut down kept a lease"
	ruleHands    = "a job changed hands although nothing was wrong"
	ruleHung     = "a call hung for too long"
	ruleLetGo    = "the engine never let go of a job"
	ruleGone     = "an engine that had let go of a stopped job went on"
	ruleFile     = "the file of a job was removed before its end"
	ruleClosed   = "a file was not closed"
	ruleRemoved  = "a job has left something behind: its file, or unindexed users"
	ruleResult   = "a job did not end as it should"
	ruleLog      = "the result log is not complete and in order"
	ruleRestLost = "a file was removed before the unreached rows were kept"
	ruleAccount  = "not every row of a job was imported, rejected or not reached exactly once"
	ruleChild    = "a stopped job and its children are not the whole import"
)

func (a *audit) check(c change) {
	if !c.before.exists || !c.after.exists {
		return
	}
	a.checkLease(c)
	a.checkState(c)
	if c.err != nil && c.before != c.after {
		a.violate("%s: %s, %v: %v; then: %v", ruleAtomic, c.call, c.err, c.before, c.after)
	}
	if c.err == nil && c.answer != nil && *c.answer != c.after.job {
		a.violate("%s: %s: %v; kept: %v", ruleAnswer, c.call, snapshot{job: *c.answer}, c.after)
	}
	a.checkProgress(c)
}

// checkClaim checks the job that a claim returned.
func (a *audit) checkClaim(c change, now time.Time) {
	if j := c.before.job; !j.State.Active() || j.LeaseUntil.After(now) {
		a.violate("%s: %s, leased until %v", ruleClaim, j.State, j.LeaseUntil)
	}
}

func (a *audit) checkLease(c change) {
	grown := int64(0)
	if c.call == claimCall && c.answer != nil {
		grown = 1
	}
	if got, was := c.after.job.Lease.Epoch, c.before.job.Lease.Epoch; got != was+grown {
		a.violate("%s: %s: %d, then %d", ruleEpoch, c.call, was, got)
	}
	if c.lease != nil && *c.lease != c.before.job.Lease && c.before != c.after {
		a.violate("%s: %s by %+v of %+v", ruleFence, c.call, *c.lease, c.before.job.Lease)
	}
}

// checkState checks that states follow the table of transitions. After the end, only the
// cleanup may be written.
func (a *audit) checkState(c change) {
	was, is := c.before.job, c.after.job
	if was.State != is.State && !was.State.MayBecome(is.State) {
		a.violate("%s: %s: from %s to %s", ruleState, c.call, was.State, is.State)
	}
	if is.State == importjob.Succeeded && was.State != is.State && c.after.unindexed {
		a.violate("%s", ruleUnindexed)
	}
	if was.State == importjob.Pending && is.State == importjob.InProgress && was.Upload.SHA256 == "" { // the file was read
		was.Upload.SHA256 = a.models[c.key].digest
	}
	if m := a.models[c.key]; is.State == importjob.InProgress && is.Format.String() != m.format {
		a.violate("%s: %s, want %s", ruleFormat, is.Format, m.format)
	}
	if !is.State.Ended() && is.Upload != was.Upload {
		a.violate("%s: %s", ruleFile, c.call)
	}
	if !was.State.Ended() {
		return
	}
	left := c.before
	left.unindexed = c.after.unindexed
	a.allowRest(c, &left)
	removed := left.job.Upload
	removed.Name = ""
	if is.Upload == removed { // the file is removed, the other fields stay
		left.job.Upload = is.Upload
	}
	if left != c.after {
		a.violate("%s: %s: %v; then: %v (-allowed +written):\n%s", ruleEnd, c.call, c.before, c.after, cmp.Diff(left.job, is))
	}
}

// checkProgress compares the rows that the call settled with the model.
func (a *audit) checkProgress(c change) {
	m := a.models[c.key]
	from, to := c.before.job.Checkpoint.Rows, c.after.job.Checkpoint.Rows
	if to < from || to > int64(len(m.fates)) || c.after.job.Checkpoint != m.checkpoint(to) {
		a.violate("%s: %s: %+v, of %d rows", ruleCheckpoint, c.call, c.after.job.Checkpoint, len(m.fates))
		return
	}
	if got, want := c.after.job.Counts, m.counts(to); got != want {
		a.violate("%s: %s: %+v, want %+v", ruleCounts, c.call, got, want)
	}
	if got, want := c.after.causes, m.causes(to); got != want {
		a.violate("%s: %s: %s, want %s", ruleCauses, c.call, got, want)
	}
	if total := c.after.job.TotalRows; c.after.job.State != importjob.Pending && total != m.total && (total != 0 || to > 0) {
		a.violate("%s: %d, want %d", ruleTotal, total, m.total)
	}
	a.checkVerdicts(c, m.fates[from:to])
	if c.call != keepRestCall {
		a.checkKept(c, m, from, to)
	}
	a.checkHeeded(c)
	if to > from && m.exceeds(m.counts(from).Failed) {
		a.violate("%s: %s: from row %d to %d", ruleBudget, c.call, from, to)
	}
}

// checkVerdicts checks the verdict and the user of each settled row.
func (a *audit) checkVerdicts(c change, fates []fate) {
	got := a.world.verdicts(c.key, c.before.segments)
	if len(got) != len(fates) {
		a.violate("%s: %s: %d verdicts on %d rows: %+v", ruleVerdicts, c.call, len(got), len(fates), got)
		return
	}
	added := 0
	for i, f := range fates {
		o := got[i]
		if o.Verdict == importjob.RowSucceeded {
			added++
		}
		if o != f.outcome {
			a.violate("%s: %+v, want %+v", ruleVerdicts, o, f.outcome)
		}
	}
	if n := c.after.users - c.before.users; n != added {
		a.violate("%s: %s: %d more for %d that succeeded", ruleUsers, c.call, n, added)
	}
}

// checkHeeded checks that after a stop only the batch in progress is committed.
func (a *audit) checkHeeded(c change) {
	if c.before.job.State != importjob.Stopping || c.before.job.Checkpoint == c.after.job.Checkpoint {
		return
	}
	if a.unheeded[c.key]++; a.unheeded[c.key] > 1 {
		a.violate("%s", ruleHeed)
	}
}
