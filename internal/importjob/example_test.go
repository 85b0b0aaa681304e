package importjob_test

import (
	"context"
	"fmt"
	"log/slog"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
)

// announcing is a store that sends each job on ended when the job has ended.
type announcing struct {
	*memstore.Store
	ended chan *importjob.Job
}

func (s announcing) UpdateLeased(ctx context.Context, key importjob.Key, lease importjob.Lease, update func(*importjob.Job) error) (*importjob.Job, error) {
	job, err := s.Store.UpdateLeased(ctx, key, lease, update)
	if err == nil && job.State.Ended() {
		s.ended <- job
	}
	return job, err
}

// An engine finds the jobs that were started, imports their files and ends them. The store
// of this example is in memory. A server's store is package sqlstore.
func ExampleEngine() {
	store := announcing{Store: memstore.New(testPool()), ended: make(chan *importjob.Job)}
	store.Add("import-Example001", `cognito:username,email,email_verified
ada,ada@example.com,true
bob,not an address,true
ada,ada@example.org,true
joe,joe@example.com,true
eve,eve@example.com,true
`)
	engine := importjob.NewEngine(store, store, importjob.Config{Node: "a", Log: slog.New(slog.DiscardHandler)})
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go engine.Run(ctx)

	job := <-store.ended
	fmt.Printf("%s: %s\n%+v\n", job.State, job.Message, job.Counts)
	for _, o := range store.AllOutcomes() { // equal verdicts of lines in a row are one outcome
		fmt.Printf("lines %d to %d: %s %q\n", o.Line, o.Last(), o.Verdict, o.Code)
	}

	// Output:
	// Succeeded: Import Job Completed Successfully.
	// {Imported:3 Skipped:1 Failed:1}
	// lines 2 to 2: SUCCEEDED ""
	// lines 3 to 3: FAILED "InvalidEmail"
	// lines 4 to 4: SKIPPED "UsernameExists"
	// lines 5 to 6: SUCCEEDED ""
}
