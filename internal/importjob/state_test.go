package importjob

import (
	"testing"
	"time"

	"poolhouse/internal/userpool"
)

var allStates = []State{Created, Pending, InProgress, Stopping, Stopped, Succeeded, Failed, Expired}

func TestTransitions(t *testing.T) {
	want := map[State]string{
		Created: "Pending Expired", Pending: "InProgress Stopped Failed",
		InProgress: "Stopping Stopped Succeeded Failed", Stopping: "Stopped",
	}
	for _, from := range allStates {
		var got string
		for _, to := range allStates {
			if from.MayBecome(to) {
				got += " " + string(to)
			}
		}
		if got != "" && got[1:] != want[from] || got == "" && want[from] != "" {
			t.Errorf("%s may become%s, want %s", from, got, want[from])
		}
		if from.Ended() != (want[from] == "") {
			t.Errorf("%s: Ended() is %v", from, from.Ended())
		}
	}
}

// TestCallsByState makes every call in every state. The call works, or it is refused with
// PreconditionNotMet, which names the state, and changes nothing.
func TestCallsByState(t *testing.T) {
	now, who := time.UnixMilli(1_700_000_000_000), "arn:aws:iam::000000000000:user/ada"
	calls := map[string]struct {
		do    func(*Job) error
		after map[State]State
	}{
		"start":  {func(j *Job) error { return j.Start(who, now) }, map[State]State{Created: Pending}},
		"stop":   {func(j *Job) error { return j.Stop(who, now) }, map[State]State{Pending: Stopped, InProgress: Stopping}},
		"attach": {func(j *Job) error { return j.Attach(Upload{Name: "new"}) }, map[State]State{Created: Created}},
		"expire": {func(j *Job) error { return j.Expire(now) }, map[State]State{Created: Expired}},
	}
	for name, call := range calls {
		for _, from := range allStates {
			j := Job{ID: "import-1", State: from, Upload: Upload{Name: "x"}}
			before := j
			err := call.do(&j)
			to, allowed := call.after[from]
			switch {
			case allowed && name == "start" && (j.StartedBy != who || j.Requested != now), allowed && name == "stop" && (j.StoppedBy != who || j.StopAsked != now):
				t.Errorf("%s of a job %s does not note who and when: %+v", name, from, j)
			case allowed && (err != nil || j.State != to):
				t.Errorf("%s of a job %s: %v, now %s; want %s", name, from, err, j.State, to)
			case !allowed && (userpool.KindOf(err) != userpool.PreconditionNotMet || j != before):
				t.Errorf("%s of a job %s: %v, changed: %v; want it refused", name, from, err, j != before)
			}
		}
	}
}

func TestStartWithoutFile(t *testing.T) {
	j := Job{ID: "import-9sHxosU7BP", State: Created}
	err := j.Start("", time.Now())
	if err == nil || err.Error() != "No csv file was uploaded for import-9sHxosU7BP" {
		t.Errorf("got %v", err)
	}
}

// TestStartOfAStoppedJob: the refusal names the operation to use instead.
func TestStartOfAStoppedJob(t *testing.T) {
	j := Job{ID: "import-9sHxosU7BP", State: Stopped, Upload: Upload{Name: "x"}}
	err := j.Start("", time.Now())
	if userpool.KindOf(err) != userpool.PreconditionNotMet || err.Error() != "StartUserImportJob is not possible: job import-9sHxosU7BP is in status Stopped. ResumeUserImportJob creates a job for the rows that it did not reach." {
		t.Errorf("got %v", err)
	}
}
