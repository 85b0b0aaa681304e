package e2e

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// outcome is everything about a finished import that must not depend on what
// happened to the server meanwhile.
type outcome struct {
	Status, Message           string
	Imported, Skipped, Failed int32
	Log                       string
	Users                     int32
}

// mixedUsers returns a file in which every fifth row repeats an earlier user
// and every seventh has no verified attribute.
func mixedUsers(n int) string {
	var b strings.Builder
	b.WriteString("cognito:username,email,email_verified,name\n")
	for i := range n {
		name, verified := i, "true"
		if i%5 == 4 {
			name = i - 3
		}
		if i%7 == 6 {
			verified = "false"
		}
		fmt.Fprintf(&b, "user%06d,user%06d@example.com,%s,User %d\n", name, name, verified, i)
	}
	return b.String()
}

// TestKilledServerGoesOn ends the server at random moments of an import, by
// kill -9 and by SIGTERM, starts it again, and demands the result of an
// undisturbed run, to the line.
func TestKilledServerGoesOn(t *testing.T) {
	const rows = 40_000
	file := writeFile(t, mixedUsers(rows))
	quiet := startNode(t, t.TempDir())
	want := quiet.importFile(file, func(string, string) {})
	if want.Status != "Succeeded" || want.Imported+want.Skipped+want.Failed != rows || strings.Count(want.Log, "\n") != rows+2 {
		t.Fatalf("the undisturbed import: %s, %d+%d+%d, %d lines", want.Status, want.Imported, want.Skipped, want.Failed, strings.Count(want.Log, "\n"))
	}
	for round := range 3 {
		t.Run(fmt.Sprint(round), func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(round), uint64(time.Now().UnixNano())))
			n := startNode(t, t.TempDir())
			ends := 0
			got := n.importFile(file, func(pool, job string) {
				for range 6 {
					// Not a wait for something: the moment itself is what is tried.
					time.Sleep(time.Duration(r.IntN(250)) * time.Millisecond)
					if d := n.describe(pool, job); d.Status != "Pending" && d.Status != "InProgress" {
						return
					}
					if r.IntN(3) == 0 {
						n.terminate()
					} else {
						n.kill()
					}
					ends++
					n.again()
				}
			})
			t.Logf("the server was ended %d times", ends)
			if ends == 0 {
				t.Error("the import was over before the server was ended: the test tests nothing; give it more rows")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the result differs (-undisturbed +disturbed):\n%.4000s", diff)
			}
		})
	}
}
