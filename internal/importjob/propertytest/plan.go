package propertytest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"poolhouse/internal/importjob"
)

// plan is everything that is chosen at random in one case. What happens follows from it,
// except for the scheduler's choices between goroutines that act at the same moment.
type plan struct {
	Jobs   []jobPlan
	Nodes  []nodePlan
	Lease  millis
	Share  float64 // the share of rejected rows above which a job fails
	Cuts   []int   // maximum number of rows settled of each batch in turn, repeated; 0: all
	Faults []fault
	Events []event
	Until  millis // when all faults cease and every node is up again; earlier if all jobs are done
	Page   int    // lines of a page of the result log
}

// millis is a duration in milliseconds. It is short to read in a plan.
type millis int

func (m millis) duration() time.Duration { return time.Duration(m) * time.Millisecond }

// jobPlan describes a job, which is in a pool of its own.
type jobPlan struct {
	At      millis // when it is started
	Present int    // users that exist before
	File    fileSpec
	Budget  importjob.Budget `json:",omitzero"`
}

// nodePlan describes a node.
type nodePlan struct {
	At          millis // when it starts
	PortionRows int
	Parallel    int
	Draws       []int    // how many portions each commit in turn draws after the first, repeated
	Latency     []millis // of its calls in turn, each way
	Piece       int      // maximum bytes of a read from a file; 0: all
}

// fault is a fault of one call that a node makes.
type fault struct {
	Call  call
	Nth   int // counts the calls of this kind by all nodes, from 0
	What  trouble
	For   millis // the duration of the trouble, if it lasts
	Bytes int    // how much of a file is read before the trouble
}

// call is a kind of call of the stores.
type call string

const (
	claimCall     call = "Claim"
	commitCall    call = "Commit"
	leasedCall    call = "UpdateLeased"
	updateCall    call = "UpdateJob"
	poolCall      call = "Pool"
	leftoversCall call = "Leftovers"
	openCall      call = "Open"
	removeCall    call = "Remove"
	indexCall     call = "IndexUsers"
	unindexedCall call = "Unindexed"
	keepRestCall  call = "KeepRest"
	expireCall    call = "ExpireRows"
)

// often is how many calls of a kind most cases have.
var often = map[call]int{claimCall: 12, commitCall: 12, leasedCall: 8, openCall: 8, poolCall: 3, updateCall: 2,
	leftoversCall: 3, removeCall: 2, indexCall: 3, unindexedCall: 3, keepRestCall: 5, expireCall: 2}

// calls are the kinds of calls. The most important ones are repeated.
var calls = []call{commitCall, leasedCall, claimCall, openCall, poolCall, updateCall, leftoversCall, removeCall,
	indexCall, unindexedCall, keepRestCall, expireCall, commitCall, leasedCall, claimCall, openCall, keepRestCall, commitCall}

// trouble is a kind of fault.
type trouble string

const (
	refused    trouble = "refused"            // fails without effect
	unanswered trouble = "unanswered"         // takes effect, and fails
	stuck      trouble = "stuck"              // hangs until its context ends, without effect
	stuckAfter trouble = "stuck after effect" // takes effect, and hangs until its context ends
	late       trouble = "late"               // takes effect after a while, even if its context has ended
	lateAnswer trouble = "late answer"        // takes effect, and returns after a while
	afterwards trouble = "afterwards"         // fails, and takes effect after a while nevertheless
	saidLost   trouble = "said lost"          // of commits: takes effect, and says that the lease is lost

	breaksOff    trouble = "breaks off"           // of files: reading fails
	breaksOffEnd trouble = "breaks off as io.EOF" // of files: reading fails with an error that wraps io.EOF
	stuckRead    trouble = "stuck read"           // of files: reading hangs until its context ends
)

var (
	troubles     = []trouble{refused, unanswered, stuck, stuckAfter, late, lateAnswer, afterwards}
	fileTroubles = []trouble{breaksOff, breaksOffEnd, stuckRead, refused, stuck, late}
)

// troublesOf returns the troubles that a kind of call can have.
func troublesOf(c call) []trouble {
	switch c {
	case commitCall:
		return append([]trouble{saidLost}, troubles...)
	case openCall:
		return fileTroubles
	}
	return troubles
}

// event happens a while after a number of calls were made for jobs, so that there is
// something to disturb.
type event struct {
	Calls int // the number of calls for jobs before it
	After millis
	What  happening
	Node  int
	Job   int
	For   millis // the duration of the event, if it lasts
}

// happening is a kind of event.
type happening string

const (
	stopAsked   happening = "stop"         // a client stops the job through a node, which tells its engine
	stopUnheard happening = "stop unheard" // a client stops the job, and no engine is told
	looked      happening = "Interrupt"    // Interrupt is called without a stop
	woken       happening = "Wake"
	shutDown    happening = "shutdown"    // the node shuts down and starts again
	killed      happening = "kill"        // the node is killed and starts again
	suspended   happening = "suspend"     // all calls of the node hang
	cutOff      happening = "cut off"     // all its calls of the store fail
	silent      happening = "silent"      // all its calls of the store hang until their contexts end
	clockAhead  happening = "clock ahead" // the next claim takes jobs under lease, even the node's own
	filesDown   happening = "files down"
	fileLost    happening = "file lost"
	fileShorter happening = "file shorter"
	fileLonger  happening = "file longer"
)

// happenings are the kinds of events. The most important ones are repeated.
var happenings = []happening{stopAsked, stopUnheard, looked, woken, shutDown, killed, suspended, cutOff, silent, filesDown,
	fileLost, fileShorter, fileLonger, clockAhead, stopAsked, killed, suspended, clockAhead}

func (p plan) String() string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// models returns the models of the plan's jobs.
func (p plan) models() (out []model) {
	for _, j := range p.Jobs {
		text, rows := j.File.write(j.Present)
		m := modelOf(j.File, text, rows, j.Present, p.Share, j.Budget)
		digest := sha256.Sum256([]byte(j.File.file(text)))
		m.digest = hex.EncodeToString(digest[:])
		out = append(out, m)
	}
	return out
}
