package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestStoppedImportsGoOn stops an import at random moments, or kills its server, and
// resumes it until it is complete. The users must be those of an undisturbed import, every
// row must be reported once, and failed rows must fail again in a retry.
func TestStoppedImportsGoOn(t *testing.T) {
	together(t)
	rows, rounds, stops := 20_000, 1, 3
	if *soaking {
		rows, rounds, stops = 200_000, max(1, *soakKills/10), 10
	}
	file := mixedFile(t, rows)
	lines := fileLines(t, file)
	onEachStore(t, func(t *testing.T, h *homes) {
		want := h.make(t).node().importWhole(file, func(string, string) {})
		want.mustBeAll(t, rows)
		r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 3))
		for range rounds {
			c := &chain{node: h.make(t).node(), r: r, want: want, about: map[string]int{}}
			c.pool, c.job = c.begin(file)
			c.follow(lines, stops)
			c.mustBeWhole(lines)
			t.Logf("%d jobs, %v", len(c.jobs), c.about)
		}
	})
}

// chain is a job with the jobs that resume it.
type chain struct {
	*node
	r         *rand.Rand
	want      whole
	pool, job string
	jobs      []string
	lines     [][]int64 // lines of each job's rows in the first file
	about     map[string]int
}

// follow disturbs the job, and resumes it with another one, until all rows have a verdict.
func (c *chain) follow(lines []int64, stops int) {
	c.t.Helper()
	for {
		c.jobs, c.lines = append(c.jobs, c.job), append(c.lines, lines)
		if c.about["stopped"] < stops {
			c.disturb()
		}
		c.awaitEnd(c.pool, c.job)
		if c.describe(c.pool, c.job).Status == "Succeeded" {
			return
		}
		c.about["stopped"]++
		_, subs := c.people(c.pool)
		results := c.results(c.pool, c.job)
		results.mustHoldEach(c.t, lines, subs)
		if r := c.receipt(c.pool, c.job); r.NotReachedRows == 0 {
			return
		}
		lines = results.notReached(c.t)
		child := c.own("ResumeUserImportJob", object{"UserPoolId": c.pool, "JobId": c.job})["UserImportJob"].(object)
		c.job = child["JobId"].(string)
		if child["ParentJobId"] != c.jobs[len(c.jobs)-1] || child["Status"] != "Created" {
			c.t.Errorf("the job that goes on is %v", child)
		}
		if c.r.IntN(4) == 0 {
			c.kill()
			c.again()
			c.about["killed before the start"]++
		}
		c.signed(service+"StartUserImportJob", object{"UserPoolId": c.pool, "JobId": c.job})
	}
}

// disturb stops the job at a random row. The server may be killed before that, or after the
// request to stop.
func (c *chain) disturb() {
	c.t.Helper()
	rows := int64(len(c.lines[len(c.lines)-1]))
	least := c.r.Int64N(max(1, rows/2))
	await(c.t, "some rows", time.Minute, func() bool {
		d := c.describe(c.pool, c.job)
		return d.CompletionDate != nil || d.ImportedUsers+d.SkippedUsers+d.FailedUsers >= least
	})
	kill := func(when string) {
		if c.r.IntN(3) == 0 {
			c.kill()
			c.again()
			c.about[when]++
		}
	}
	kill("killed at work")
	c.tried(service+"StopUserImportJob", object{"UserPoolId": c.pool, "JobId": c.job}) // it may have ended
	kill("killed while it stops")
}

// mustBeWhole compares the result of all jobs together with the undisturbed import.
func (c *chain) mustBeWhole(lines []int64) {
	c.t.Helper()
	list, subs := c.people(c.pool)
	if got, want := sortedLines(list), sortedLines(c.want.People); got != want {
		c.t.Errorf("the users differ: %s", firstDifference(want, got))
	}
	var sum receipt
	for i, job := range c.jobs {
		r := c.receipt(c.pool, job)
		if r.TotalRows != int64(len(c.lines[i])) {
			c.t.Errorf("job %d of %d has %d rows, and %d were not reached before", i+1, len(c.jobs), r.TotalRows, len(c.lines[i]))
		}
		sum.SucceededRows += r.SucceededRows
		sum.SkippedRows += r.SkippedRows
		sum.FailedRows += r.FailedRows
		c.results(c.pool, job).mustHoldEach(c.t, c.lines[i], subs)
	}
	o := c.want.Outcome
	if got, want := fmt.Sprint(sum.SucceededRows, sum.SkippedRows, sum.FailedRows), fmt.Sprint(o.Imported, o.Skipped, o.Failed); got != want {
		c.t.Errorf("%d jobs imported, skipped and failed %s rows, and the undisturbed one %s", len(c.jobs), got, want)
	}
	for _, job := range slices.Compact([]string{c.jobs[0], c.jobs[len(c.jobs)-1]}) {
		c.retryInVain(job)
	}
	if again, _ := c.people(c.pool); again != list {
		c.t.Errorf("what failed again changed the users: %s", firstDifference(list, again))
	}
}

// retryInVain retries the failed rows of a job without corrections.
func (c *chain) retryInVain(job string) {
	c.t.Helper()
	failed := c.receipt(c.pool, job).FailedRows
	if failed == 0 {
		return
	}
	child := c.own("RetryUserImportJob", object{"UserPoolId": c.pool, "JobId": job})["UserImportJob"].(object)["JobId"].(string)
	c.signed(service+"StartUserImportJob", object{"UserPoolId": c.pool, "JobId": child})
	c.awaitEnd(c.pool, child)
	if r := c.receipt(c.pool, child); r.TotalRows != failed || r.FailedRows != failed {
		c.t.Errorf("%d rows failed, and when they are tried again: %+v", failed, r)
	}
	var was, is []string
	for _, row := range c.results(c.pool, job).rejected {
		if row["poolhouse:verdict"] == "FAILED" {
			was = append(was, row["poolhouse:line"]+" "+row["poolhouse:code"]+" "+row["cognito:username"])
		}
	}
	for _, row := range c.results(c.pool, child).rejected {
		is = append(is, row["poolhouse:line"]+" "+row["poolhouse:code"]+" "+row["cognito:username"])
	}
	if !slices.Equal(was, is) {
		c.t.Errorf("what failed is told in another way when it fails again: %s", firstDifference(strings.Join(was, "\n"), strings.Join(is, "\n")))
	}
}

func sortedLines(text string) string { return strings.Join(slices.Sorted(strings.Lines(text)), "") }
