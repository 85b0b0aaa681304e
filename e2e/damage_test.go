package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// verdictLine matches a line of the result log with a row's verdict.
var verdictLine = regexp.MustCompile(`(?m)^.*\[(SUCCEEDED|SKIPPED|FAILED)\] Line Number \d+ - .*\n`)

// mustBeBegunAs: the job's result so far must be the beginning of the undisturbed one. No
// row has another verdict, none has two, and the counts match these verdicts.
func (n *node) mustBeBegunAs(pool, job, undisturbed string) {
	n.t.Helper()
	var told []string
	var sum int64
	for again := true; again; { // until nothing was added between two looks
		d := n.describe(pool, job)
		text, err := n.run(binary, "log", "--user-pool-id", pool, "--job-id", job)
		if err != nil {
			n.t.Fatal(err)
		}
		told = verdictLine.FindAllString(text, -1)
		sum = d.ImportedUsers + d.SkippedUsers + d.FailedUsers
		d = n.describe(pool, job)
		again = sum != d.ImportedUsers+d.SkippedUsers+d.FailedUsers
	}
	verdictsBegin(n.t, strings.Join(told, ""), undisturbed)
	if sum != int64(len(told)) {
		n.t.Errorf("the counts' sum is %d, and %d rows have verdicts", sum, len(told))
	}
}

// verdictsBegin fails the test unless the verdicts of a result log are the beginning of
// another's.
func verdictsBegin(t *testing.T, log, undisturbed string) {
	t.Helper()
	got, want := verdictLine.FindAllString(log, -1), verdictLine.FindAllString(undisturbed, -1)
	if len(got) > len(want) {
		t.Errorf("%d verdicts for %d rows", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Errorf("verdict %d is %q instead of %q", i+1, got[i], want[i])
			return
		}
	}
}

// TestDamagedCheckpoint changes a job's table row while the server is down. A server cannot
// trust data that it did not write: the job must end with an error that says so, or with
// the undisturbed result. No row may get a second verdict.
func TestDamagedCheckpoint(t *testing.T) {
	together(t)
	const rows = 20_000
	file := mixedFile(t, rows)
	damages := []struct {
		name, set string
		both      bool // on PostgreSQL too; both read the table row in the same way
	}{
		{"beyond the file", "checkpoint_offset = upload_size + 1000", true},
		{"at the file's end", "checkpoint_offset = upload_size", false},
		{"negative", "checkpoint_offset = -5", true},
		{"zero", "checkpoint_offset = 0", false},
		{"middle of a row", "checkpoint_offset = checkpoint_offset - 7", true},
		{"an earlier row", "checkpoint_offset = 0, checkpoint_line = 1, checkpoint_rows = 0", false},
		{"another row", "checkpoint_offset = checkpoint_offset + 500", false},
		{"lines", "checkpoint_line = checkpoint_line + 100", false},
		{"rows", "checkpoint_rows = checkpoint_rows - 1", false},
		{"counts", "imported = imported + 1", false},
	}
	onEachStore(t, func(t *testing.T, h *homes) {
		home := h.make(t)
		n := home.node()
		want := n.importFile(file, func(string, string) {})
		for _, damage := range damages {
			if h.postgres != nil && !damage.both {
				continue
			}
			t.Run(damage.name, func(t *testing.T) {
				n.t, home.t = t, t
				n.importInPart(file, func(pool, job string) {
					home.awaitGone(n.name)
					home.exec(fmt.Sprintf("UPDATE import_jobs SET %s WHERE job_id = '%s'", damage.set, job))
					n.again()
					defer n.stopQuietly(pool, job) // otherwise it would be retried for ever
					n.mustEndKnowingly(pool, job, want)
				})
			})
		}
		n.t, home.t = t, t
	})
}

// importInPart imports a file until the server is killed in the middle of it, and leaves
// the rest to then.
func (n *node) importInPart(file string, then func(pool, job string)) {
	n.t.Helper()
	pool, job := n.begin(file)
	await(n.t, "some rows", time.Minute, func() bool { return n.describe(pool, job).ImportedUsers > 0 })
	n.kill()
	then(pool, job)
}

// mustEndKnowingly: a job with a damaged table row must end soon. It may be Succeeded only
// with the undisturbed result. If it is Failed, its verdicts must be right; its counts may
// be the damaged ones.
func (n *node) mustEndKnowingly(pool, job string, want outcome) {
	n.t.Helper()
	const soon = 6 * time.Second // three leases
	await(n.t, "the end of the job", soon, func() bool { return n.describe(pool, job).CompletionDate != nil },
		func() string { return lastLine(n.told()) })
	got := n.outcome(pool, job)
	n.t.Logf("the job ended %s: %s (%d, %d, %d)", got.Status, got.Message, got.Imported, got.Skipped, got.Failed)
	if got.Status != "Failed" {
		got.mustBe(n.t, want)
		return
	}
	verdictsBegin(n.t, got.Log, want.Log)
}

func lastLine(text string) string {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1]
}

// stopQuietly stops a job that may have ended already.
func (n *node) stopQuietly(pool, job string) {
	n.t.Helper()
	if n.describe(pool, job).CompletionDate == nil {
		if _, err := n.client().StopUserImportJob(n.t.Context(), &cognito.StopUserImportJobInput{UserPoolId: &pool, JobId: &job}); err != nil {
			n.t.Error(err)
		}
	}
}

// TestFileDeletedUnderneath removes the uploaded file during the job. The server that has
// it open finishes. A restarted server cannot, and says so.
func TestFileDeletedUnderneath(t *testing.T) {
	together(t)
	const rows = 60_000
	file := mixedFile(t, rows)
	onEachStore(t, func(t *testing.T, h *homes) {
		home := h.make(t)
		n := home.node()
		want := n.importFile(file, func(string, string) {})
		remove := func() {
			for _, left := range home.uploads() {
				if err := os.Remove(filepath.Join(home.data, left)); err != nil {
					t.Error(err)
				}
			}
		}
		t.Run("running", func(t *testing.T) {
			n.t = t
			got := n.importFile(file, func(pool, job string) {
				await(t, "some rows", time.Minute, func() bool { return n.describe(pool, job).ImportedUsers > 0 })
				remove()
			})
			got.mustBe(t, want)
		})
		t.Run("killed", func(t *testing.T) {
			n.t = t
			n.importInPart(file, func(pool, job string) {
				remove()
				n.again()
				if got := n.outcome(pool, job); got.Status != "Failed" || got.Message != "The uploaded file is missing." || got.Imported == 0 || got.Imported != got.Users {
					got.Log = ""
					t.Errorf("the job ended %+v", got)
				}
				n.mustBeBegunAs(pool, job, want.Log)
			})
		})
		n.t = t
	})
}
