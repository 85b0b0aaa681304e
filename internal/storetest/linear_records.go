package storetest

import (
	"fmt"

	"poolhouse/internal/importjob"
)

// The calls. Those from begin to commit need a lease.
const (
	claim    = "claim"
	read     = "read"
	stop     = "stop"
	begin    = "begin"
	renew    = "renew"
	handOver = "hand over"
	finish   = "finish"
	commit   = "commit"
)

// call is the input of a client's call.
type call struct {
	op         string
	job        int             // index of the job; unused by a claim
	lease      importjob.Lease // the lease of the call; a claim uses only its node
	now, until int64           // of a claim; until also of a renewal
	from       int64           // of a commit: the checkpoint
	rows       int             // number of rows of a commit
	end        importjob.State // of a finish
}

// The refusals of calls.
const (
	leaseLost = "the lease is lost"
	notNow    = "not in this state"
)

// answer is the result of a call.
type answer struct {
	refusal string
	claimed bool
	job     int   // index of the returned job
	settled int   // rows that a commit settled
	after   facts // of the returned job
}

// String, here and on answer, is for the picture of a history.
func (c call) String() string {
	text := fmt.Sprintf("%s of job %d under %v", c.op, c.job, c.lease)
	switch c.op {
	case claim:
		return fmt.Sprintf("claim by %s at %d until %d", c.lease.Node, c.now, c.until)
	case read, stop:
		return fmt.Sprintf("%s of job %d", c.op, c.job)
	case renew:
		return fmt.Sprintf("%s until %d", text, c.until)
	case commit:
		return fmt.Sprintf("%s of %d rows from %d", text, c.rows, c.from)
	case finish:
		return fmt.Sprintf("%s as %s", text, c.end)
	}
	return text
}

func (a answer) String() string {
	switch {
	case a.refusal != "":
		return a.refusal
	case a.after == facts{}:
		return "none"
	}
	return fmt.Sprintf("job %d: %+v", a.job, a.after)
}
