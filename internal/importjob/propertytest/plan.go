package propertytest

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"poolhouse/internal/importjob"
)

// plan is everything that is chosen at random in one case. What happens
// follows from it, save for what the scheduler decides between goroutines that
// do something at the same moment.
type plan struct {
	Jobs   []jobPlan
	Nodes  []nodePlan
	Lease  millis
	Share  float64 // of rows not imported, above which a job has failed
	Cuts   []int   // most rows that the store settles of one batch after the other, over and over; 0: all
	Faults []fault
	Events []event
	Until  millis // when all faults cease, and every node is up again, unless all jobs are done with before
	Page   int    // lines of the result log that are read at a time
}

// millis is a span of time in milliseconds, short to read in a plan.
type millis int

func (m millis) duration() time.Duration { return time.Duration(m) * time.Millisecond }

// jobPlan is one job, in a pool of its own.
type jobPlan struct {
	At      millis // when it is started
	Present int    // users who are there before
	File    fileSpec
	Budget  importjob.Budget `json:",omitzero"`
}

// nodePlan is one engine.
type nodePlan struct {
	At          millis // when it comes up
	PortionRows int
	Parallel    int
	Draws       []int    // how many more portions one commit after the other draws than the first, over and over
	Latency     []millis // of its calls, one after the other, each way
	Piece       int      // most bytes that it gets of a file at a time; 0: all
}

// fault is what is wrong with one call that a node makes.
type fault struct {
	Call  call
	Nth   int // of all nodes' calls of this kind, from 0
	What  trouble
	For   millis // of troubles that last
	Bytes int    // that can be read before the trouble, of files
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

// often is how many calls of a kind there are in most cases.
var often = map[call]int{claimCall: 12, commitCall: 12, leasedCall: 8, openCall: 8, poolCall: 3, updateCall: 2,
	leftoversCall: 3, removeCall: 2, indexCall: 3, unindexedCall: 3, keepRestCall: 5, expireCall: 2}

// calls are the kinds of call, those more than once that most depends on.
var calls = []call{commitCall, leasedCall, claimCall, openCall, poolCall, updateCall, leftoversCall, removeCall,
	indexCall, unindexedCall, keepRestCall, expireCall, commitCall, leasedCall, claimCall, openCall, keepRestCall, commitCall}

// trouble is what can be wrong with a call.
type trouble string

const (
	refused    trouble = "refused"            // fails without effect
	unanswered trouble = "unanswered"         // takes effect, and fails
	stuck      trouble = "stuck"              // hangs until its context ends, without effect
	stuckAfter trouble = "stuck after effect" // takes effect, and hangs until its context ends
	late       trouble = "late"               // takes effect after a while, whatever has become of its context
	lateAnswer trouble = "late answer"        // takes effect, and the answer comes after a while
	afterwards trouble = "afterwards"         // fails, and takes effect after a while all the same
	saidLost   trouble = "said lost"          // of commits: takes effect, and says that the lease is lost

	breaksOff    trouble = "breaks off"           // of files: reading fails
	breaksOffEnd trouble = "breaks off as io.EOF" // of files: reading fails with an error that wraps io.EOF
	stuckRead    trouble = "stuck read"           // of files: reading hangs until its context ends
)

var (
	troubles     = []trouble{refused, unanswered, stuck, stuckAfter, late, lateAnswer, afterwards}
	fileTroubles = []trouble{breaksOff, breaksOffEnd, stuckRead, refused, stuck, late}
)

// troublesOf returns what can be wrong with a kind of call.
func troublesOf(c call) []trouble {
	switch c {
	case commitCall:
		return append([]trouble{saidLost}, troubles...)
	case openCall:
		return fileTroubles
	}
	return troubles
}

// event is something that happens at some moment: a while after a call of
// those that are made for a job, so that there is something to disturb.
type event struct {
	Calls int // how many calls were made for jobs when the while begins
	After millis
	What  happening
	Node  int
	Job   int
	For   millis // of happenings that last
}

// happening is a kind of event.
type happening string

const (
	stopAsked   happening = "stop"         // a client asks for a stop of the job, on a node that tells its engine
	stopUnheard happening = "stop unheard" // a client asks for a stop, and no engine is told
	looked      happening = "LetGo"        // an engine is asked to look, and no client wants a stop
	woken       happening = "Wake"
	shutDown    happening = "shutdown"    // the node ends in order, and comes again
	killed      happening = "kill"        // the node ends at once, and comes again
	suspended   happening = "suspend"     // all its calls hang
	cutOff      happening = "cut off"     // all its calls of the store fail
	silent      happening = "silent"      // all its calls of the store hang until their contexts end
	clockAhead  happening = "clock ahead" // the next claim of the node takes what others hold, even what it holds itself
	filesDown   happening = "files down"
	fileLost    happening = "file lost"
	fileShorter happening = "file shorter"
	fileLonger  happening = "file longer"
)

// happenings are all of them, those more than once that most depends on.
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
