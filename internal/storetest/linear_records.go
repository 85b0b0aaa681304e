package storetest

import (
	"fmt"

	"poolhouse/internal/importjob"
)

// The calls. Those from begin to commit are made under a lease.
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

// call is what a client asks for.
type call struct {
	op         string
	job        int             // which one; nothing for a claim
	lease      importjob.Lease // under which; the node alone for a claim
	now, until int64           // of a claim; until also of a renewal
	from       int64           // of a commit: the checkpoint
	rows       int             // and how many rows follow
	end        importjob.State // of a finish
}

// The ways in which a call is refused.
const (
	leaseLost = "the lease is lost"
	notNow    = "not in this state"
)

// answer is what a client got.
type answer struct {
	refusal string
	claimed bool
	job     int   // which one was returned
	settled int   // rows of a commit
	after   facts // of the job as it was returned
}

// String and the answer's are for the picture of a history.
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
