package console

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
)

// goodRows returns a file of valid rows.
func goodRows(rows int) string {
	var csv strings.Builder
	csv.WriteString("cognito:username,email,email_verified\n")
	for i := range rows {
		fmt.Fprintf(&csv, "user%d,user%d@example.com,true\n", i, i)
	}
	return csv.String()
}

// stopped creates a job that its error budget stopped at the first failed row. The rest of
// its rows are kept.
func (f *fixture) stopped(pool string) (id string) {
	f.t.Helper()
	f.logRole("import")
	id = f.job(pool, "members", nil)
	key := importjob.Key{PoolID: pool, JobID: id}
	u, err := f.disk.Receive(key, strings.NewReader("cognito:username,email,email_verified\nada,no address,true\n"+strings.SplitN(goodRows(12_000), "\n", 2)[1]))
	check(f.t, err)
	f.change(pool, id, func(j *importjob.Job) {
		check(f.t, j.Attach(u))
		j.Budget = importjob.Budget{HasRows: true}
		check(f.t, j.Start("", time.Now()))
	})
	f.works(func() bool {
		j, err := f.store.Job(f.t.Context(), key)
		check(f.t, err)
		return j.State.Ended() && j.RestKept
	})
	return id
}

// TestResume: a stopped job offers to import the rows that it did not reach, and a child
// job imports them.
func TestResume(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	id := f.stopped(pool)
	b := f.root()
	job := "/console/pools/" + pool + "/import-jobs/" + id
	page := b.get(job)
	wants(t, page, 200, "Stopped", ">Resume: import ", "Correct 1 row<", "Stops when more than 0 rows fail.", "rows were not reached.", `action="`+job+`/resume"`)
	a := b.post(job + "/resume")
	child := a.Header().Get("Location")
	if a.Code != http.StatusSeeOther || child == job {
		t.Fatalf("%d %s", a.Code, child)
	}
	wants(t, b.follow(a), 200, "was created and started.", "imports the rows that were not reached")
	f.runs(pool, child[strings.LastIndex(child, "/")+1:])
	wants(t, b.get("/console/pools/"+pool+"/users/user11999"), 200)
	after := b.get(job)
	wants(t, after, 200, "Stopped", "Imports the rows that were not reached", `href="`+child+`"`)
	lacks(t, after, ">Resume")
	wants(t, b.follow(b.post(job+"/start")), 200, `class="flash err"`)
}

// TestBudgetOfJob: an error budget can be set at the creation of a job, is shown with the
// job, and can be changed until the job starts.
func TestBudgetOfJob(t *testing.T) {
	f := newFixture(t)
	f.reads()
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	id := b.begin(pool, twoRows)
	b.seen(at + "?upload=" + id)
	form := []string{"do", "create", "name", "members", "role", "new", "upload", id}
	wants(t, b.post(at, append(form, "budget-rows", "many", "budget-percent", "101")...), 422, "Type a number from 0 to 500,000", "Type a number from 0 to 100", `value="many"`, `value="101"`)
	goesTo(t, b.post(at, "do", "save", "upload", id, "budget-rows", "5", "budget-never", "1"), at+"?budget-never=1&budget-rows=5&upload="+id)
	wants(t, b.get(at+"?budget-never=1&budget-rows=5"), 200, `value="5"`, `value="1" checked`)
	wants(t, b.follow(b.post(at, append(form, "budget-rows", "1,000", "budget-percent", "5 %", "budget-never", "1")...)), 200, "was created", "Stops when more than 1,000 rows fail, or more than 5 % of its rows fail. Never fails because of the number of rows")
	job := "/console/pools/" + pool + "/import-jobs/" + id
	wants(t, b.get(job+"/budget"), 200, `value="1000"`, `value="5"`, `value="1" checked`, "Set error budget")
	wants(t, b.post(job+"/budget", "budget-rows", "-1"), 422, "Type a number", `value="-1"`)
	wants(t, b.follow(b.post(job+"/budget", "budget-rows", "7")), 200, "The error budget was set.", "Stops when more than 7 rows fail.")
	wants(t, b.follow(b.post(job+"/budget")), 200, "None: it fails at its end")
	f.change(pool, id, func(j *importjob.Job) { j.State, j.Requested, j.Started = importjob.InProgress, f.now, f.now })
	wants(t, b.post(job+"/budget", "budget-rows", "7"), 422, `value="7"`)
	lacks(t, b.get(job), "/budget")
}

// TestCheck: the check of a file takes the pool's users into account and names the bad
// cells. It can be repeated. A job that is not started has the same check.
func TestCheck(t *testing.T) {
	f := newFixture(t)
	f.reads()
	pool := f.pool("people")
	check(t, f.person(pool, "ada", "email", "ada@example.com"))
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	id := b.begin(pool, mistakes)
	address := at + "?name=members&upload=" + id
	page := b.seen(address)
	wants(t, page, 200, "17 rows: 8 would be imported, 7 would fail, 2 would be skipped.", "First rows that would not be imported", "<bdi>1-2-1985</bdi>", "Check again", "What Amazon Cognito would refuse of this file", "&#43;15550100199")
	check(t, f.person(pool, "hana", "email", "h@example.com"))
	goesTo(t, b.post(at, "do", "check", "name", "members", "upload", id), at+"?name=members&upload="+id+"&check=1")
	wants(t, b.get(address+"&check=1"), 200, "17 rows: 7 would be imported, 7 would fail, 3 would be skipped.", "Checked <time", "First rows that would not be imported", "<bdi>1-2-1985</bdi>")
	wants(t, b.post(at, "do", "create", "name", "members", "role", "new", "upload", id), http.StatusSeeOther)
	job := "/console/pools/" + pool + "/import-jobs/" + id
	wants(t, b.get(job), 200, `href="`+job+`/check"`)
	wants(t, b.get(job+"/check"), 200, "17 rows: 7 would be imported, 7 would fail, 3 would be skipped.", "Check again", "&#43;15550100199")
	bad := b.begin(pool, "cognito:username,Email Confirmed,department,department\nada,true,x,y\n")
	wants(t, b.seen(at+"?upload="+bad), 200, "The file cannot be imported as it is", "<li>", "write email_verified")

	key, secret := f.user("importer", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["cognito-idp:CreateUserImportJob","cognito-idp:DescribeUserImportJob"],"Resource":"*"}}`)
	mine := f.signed(key, secret)
	page = mine.get(address)
	lacks(t, page, "Check again")
	wants(t, mine.get(address+"&check=1"), 200)
	lacks(t, mine.get(job), "/check")
	empty := f.job(pool, "empty", nil)
	wants(t, b.get("/console/pools/"+pool+"/import-jobs/"+empty+"/check"), 200, "There is nothing to check")
}

// TestRowsAfterSignIn: corrections typed after the session's end are in the form again
// after signing in.
func TestRowsAfterSignIn(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	id := f.imported(pool, "members", mistakes)
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/" + id + "/correct"
	all := fields(t, b.get(at).Body.String())
	f.passes(2 * time.Hour)
	asked := b.post(at, sentWith(all, "c3-3", "typed before", "do", "save")...)
	wants(t, b.signsInFrom(asked, rootKey, rootSecret), 200, `value="typed before"`, "What you typed is here again", "<b>0 of 7</b>")
}
