package e2e

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// TestAnsweredWritesAreKept kills the server while several clients write, and checks its
// data after the restart: every answered write must be there. A write that was not answered
// must be there entirely or not at all.
func TestAnsweredWritesAreKept(t *testing.T) {
	together(t)
	clients, lives := 4, 5
	if *soaking {
		clients, lives = 6, *soakKills
	}
	onEachStore(t, func(t *testing.T, h *homes) {
		place := h.make(t)
		w := &writing{home: place, node: place.node(), r: rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 2))}
		w.makeLogRole()
		w.pool = w.sharedPool()
		for i := range clients {
			w.writers = append(w.writers, newWriter(w, i))
		}
		for life := 1; life <= lives && !t.Failed(); life++ {
			w.life(life == lives)
		}
		w.awaitJobs()
		var all tally
		for _, c := range w.writers {
			all.add(c.tally)
		}
		t.Logf("%d kills, %d clients: %+v", lives, clients, all)
		if all.Answered == 0 || all.Kept+all.Undone == 0 {
			t.Error("no call was broken off: the test tests nothing")
		}
	})
}

// writing is the server with its writers.
type writing struct {
	home *home
	*node
	r       *rand.Rand
	pool    string // the pool that all of them write to
	writers []*writer
}

// tally counts calls.
type tally struct {
	Answered int // answered with success
	Kept     int // not answered, but took effect
	Undone   int // not answered, and had no effect
}

func (t *tally) add(o tally) {
	t.Answered += o.Answered
	t.Kept += o.Kept
	t.Undone += o.Undone
}

// sharedPool creates a pool with verified email addresses as aliases.
func (w *writing) sharedPool() string {
	w.t.Helper()
	made, err := w.client().CreateUserPool(w.t.Context(), &cognito.CreateUserPoolInput{PoolName: aws.String("shared"),
		AliasAttributes: []types.AliasAttributeType{types.AliasAttributeTypeEmail}})
	if err != nil {
		w.t.Fatal(err)
	}
	return *made.UserPool.Id
}

// life lets all writers write until the server is killed. Then it checks what was written
// in this life, or ever.
func (w *writing) life(ever bool) {
	w.t.Helper()
	var all sync.WaitGroup
	for _, c := range w.writers {
		c.connect()
		all.Go(c.writeUntilBroken)
	}
	time.Sleep(20*time.Millisecond + time.Duration(w.r.Int64N(int64(400*time.Millisecond)))) // the random moment is what the test tries
	w.kill()
	all.Wait()
	w.home.awaitGone(w.name)
	w.again()
	for _, c := range w.writers {
		c.check(ever)
	}
	w.checkShared()
}

// checkShared: the pool must have exactly the users that the writers know, and the right
// count.
func (w *writing) checkShared() {
	w.t.Helper()
	known := map[string]bool{}
	for _, c := range w.writers {
		for name, p := range c.people {
			if p.now().there {
				known[name] = true
			}
		}
	}
	for pages := cognito.NewListUsersPaginator(w.client(), &cognito.ListUsersInput{UserPoolId: &w.pool}); pages.HasMorePages(); {
		page, err := pages.NextPage(w.t.Context())
		if err != nil {
			w.t.Fatal(err)
		}
		for _, u := range page.Users {
			if !known[*u.Username] {
				w.t.Errorf("user %s is there, which should not be, or twice", *u.Username)
			}
			delete(known, *u.Username)
		}
	}
	for name := range known {
		w.t.Errorf("user %s is not listed", name)
	}
	w.checkCount()
}

func (w *writing) checkCount() {
	w.t.Helper()
	there := 0
	for _, c := range w.writers {
		for _, p := range c.people {
			if p.now().there {
				there++
			}
		}
	}
	p, err := w.client().DescribeUserPool(w.t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: &w.pool})
	if err != nil {
		w.t.Fatal(err)
	}
	if int(p.UserPool.EstimatedNumberOfUsers) != there {
		w.t.Errorf("the pool counts %d users, and has %d", p.UserPool.EstimatedNumberOfUsers, there)
	}
	w.counts(w.pool, there)
}

// awaitJobs waits for the end of all jobs whose start was answered.
func (w *writing) awaitJobs() {
	w.t.Helper()
	for _, c := range w.writers {
		for _, j := range c.jobs {
			if j.stage != started {
				continue
			}
			o := w.outcome(j.pool, j.id)
			if want := int32(jobRows); o.Status != "Succeeded" || o.Imported != want || o.Users != want {
				w.t.Errorf("job %s ended %s with %d users of %d; its history: %s", j.name, o.Status, o.Imported, want, c.told())
			}
		}
	}
	// Each writer's job that was not started may still have files, also of broken-off
	// uploads. They are deleted with the job.
	left, jobs := w.home.uploads(), map[string]bool{}
	for _, file := range left {
		jobs[filepath.Dir(file)] = true
	}
	if len(jobs) > len(w.writers) {
		w.t.Errorf("uploaded files are left: %v", left)
	}
}

// version is a state of a user that a writer wrote.
type version struct {
	there bool
	n     int // number among all versions
}

func (v version) name() string             { return fmt.Sprint("version ", v.n) }
func (v version) email(user string) string { return fmt.Sprintf("%s.v%d@example.com", user, v.n) }
