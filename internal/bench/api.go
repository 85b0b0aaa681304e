package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"poolhouse/internal/sigv4"
)

// oneProcessor is the environment of a server with one processor.
const oneProcessor = "GOMAXPROCS=1"

// apiBench measures calls.
type apiBench struct {
	importer
	users  file
	site   site // the site of a server with a pool of users
	pool   string
	job    map[string]any // the key of the job that imported them
	viewer sigv4.Signer   // an IAM user who may describe the job
	floor  launch         // of the bare server
	starts []*startTimes
	rates  []*rate
}

// api measures calls and starts.
func (b *bench) api(ctx context.Context, e engine) (err error) {
	if b.Clients < 1 || b.Period <= 0 {
		return errors.New("--clients and --period must be greater than 0")
	}
	a := &apiBench{importer: importer{b, e}, users: file{rows: b.Rows}}
	about, err := e.about(ctx)
	if err != nil {
		return err
	}
	b.report.paragraph("%s. The pool: %d users.", about, b.Rows)
	if a.site, err = e.site(ctx); err != nil {
		return err
	}
	defer func() { err = join(err, a.site.remove(context.WithoutCancel(ctx))) }()
	if err := a.prepare(ctx); err != nil {
		return err
	}
	err = a.measureStarts(ctx)
	if err == nil {
		err = a.measureRates(ctx)
	}
	a.tell() // also after an interruption: what was measured so far
	if err == nil {
		err = a.profile(ctx)
	}
	return err
}

// prepare imports the users and stores the real answers for the bare server.
func (a *apiBench) prepare(ctx context.Context) error {
	if err := a.users.write(a.site.dir); err != nil {
		return err
	}
	return withServer(ctx, a.self, a.site.serve(), func(n *node) (err error) {
		if a.pool, err = n.newPool(ctx); err != nil {
			return err
		}
		j, err := n.newJob(ctx, a.pool, a.users)
		if err != nil {
			return err
		}
		if _, end, err := j.run(ctx); err != nil || !end.ended() {
			return err
		}
		a.job = j.key()
		if a.viewer, err = n.newUser(ctx); err != nil {
			return err
		}
		return a.prepareFloor(ctx, n)
	})
}

func (a *apiBench) prepareFloor(ctx context.Context, n *node) error {
	answers := map[string]json.RawMessage{}
	for operation, request := range map[string]any{"AdminGetUser": a.user(0), "DescribeUserImportJob": a.job} {
		var answer json.RawMessage
		if err := n.call(ctx, operation, request, &answer); err != nil {
			return err
		}
		answers[operation] = answer
	}
	text, err := json.Marshal(answers)
	if err != nil {
		return err
	}
	path := filepath.Join(a.site.dir, "answers.json")
	a.floor = launch{args: []string{"floor", "--answers", path}, log: filepath.Join(a.site.dir, "floor.log"), secret: a.site.secret}
	return os.WriteFile(path, text, 0o600)
}

// user returns the request for a user.
func (a *apiBench) user(i int) map[string]any {
	return map[string]any{"UserPoolId": a.pool, "Username": a.users.username(i)}
}

func (a *apiBench) tell() {
	started := table{title: "Starts, " + a.name(), head: []string{"", "first answer: min", "median", "max", "resident memory, idle", "target"}}
	for _, s := range a.starts {
		started.rows = append(started.rows, s.cells())
	}
	a.report.add(started)
	called := table{title: fmt.Sprintf("Calls by %d clients to a server with GOMAXPROCS=1, %s", a.Clients, a.name()),
		head: []string{"", "calls/s", "median", "p99", "server CPU a call", "resident memory", "rate / floor", "target"}}
	for _, r := range a.rates {
		called.rows = append(called.rows, r.cells())
	}
	a.report.add(called)
}

// profile repeats the calls with a CPU profile of the server.
func (a *apiBench) profile(ctx context.Context) error {
	if a.Profile == "" {
		return nil
	}
	for _, r := range a.ours() {
		path, err := filepath.Abs(filepath.Join(a.Profile, "api-"+a.name()+"-"+strings.NewReplacer(",", "", " ", "-").Replace(r.name)+".pprof"))
		if err != nil {
			return err
		}
		err = withServer(ctx, a.self, a.serve().profiled(path), func(n *node) error { return a.callFor(ctx, n, r, &rate{}) })
		if err != nil {
			return err
		}
		a.report.paragraph("CPU profile of the server during %s: %s", r.name, path)
	}
	return nil
}

// serve returns the launch of a server with one processor.
func (a *apiBench) serve() launch {
	l := a.site.serve()
	l.env = append(l.env[:len(l.env):len(l.env)], oneProcessor)
	return l
}

// idleTime is how long a server is left idle before its memory is read.
const idleTime = time.Second
