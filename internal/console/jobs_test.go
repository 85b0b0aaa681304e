package console

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
)

// job stores an import job in a pool, changed by change.
func (f *fixture) job(pool, name string, change func(*importjob.Job)) (id string) {
	f.t.Helper()
	f.jobs++
	j := &importjob.Job{PoolID: pool, ID: fmt.Sprintf("import-J%09d", f.jobs), Name: name, RoleARN: "arn:aws:iam::" + account + ":role/import",
		State: importjob.Created, Creator: "arn:aws:iam::" + account + ":user/ops-import", Created: f.now.Add(time.Duration(f.jobs) * time.Millisecond),
		UploadURL: "http://127.0.0.1:9229/uploads/x?X-Amz-Date=20261129T120000Z&X-Amz-Expires=900&X-Amz-Signature=x"}
	check(f.t, f.store.CreateJob(f.t.Context(), j, importjob.MaxJobs))
	if change != nil {
		f.change(pool, j.ID, change)
	}
	return j.ID
}

func (f *fixture) change(pool, job string, change func(*importjob.Job)) {
	f.t.Helper()
	_, err := f.store.UpdateJob(f.t.Context(), importjob.Key{PoolID: pool, JobID: job}, func(j *importjob.Job) error { change(j); return nil })
	check(f.t, err)
}

// running makes a job be in progress with some counts.
func running(total int64, c importjob.Counts) func(*importjob.Job) {
	return func(j *importjob.Job) {
		j.State, j.Requested, j.Started, j.TotalRows, j.Counts = importjob.InProgress, j.Created, j.Created, total, c
		j.Upload = importjob.Upload{Name: "x", Size: 82_400_000}
	}
}

// imported imports a file with a job.
func (f *fixture) imported(pool, name, csv string) (id string) {
	f.t.Helper()
	id = f.job(pool, name, nil)
	key := importjob.Key{PoolID: pool, JobID: id}
	u, err := f.disk.Receive(key, strings.NewReader(csv))
	check(f.t, err)
	f.change(pool, id, func(j *importjob.Job) {
		check(f.t, j.Attach(u))
		check(f.t, j.Start("", time.Now()))
	})
	f.works(func() bool {
		j, err := f.store.Job(f.t.Context(), key)
		check(f.t, err)
		return j.State.Ended()
	})
	return id
}

// works runs the engine until a condition holds.
func (f *fixture) works(until func() bool) {
	f.t.Helper()
	ctx, stop := context.WithCancel(f.t.Context())
	done := make(chan struct{})
	go func() { defer close(done); f.engine.Run(ctx) }()
	defer func() { stop(); <-done }()
	f.stored.Await(f.t, "the work of the engine", until)
}

// TestJobsList: status, counts, search by name, ID and status, pages, and the active job
// first.
func TestJobsList(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs"
	wants(t, b.get(at), 200, "No import jobs yet", "template.csv", "(0)")
	active := f.job(pool, "spring", running(412_380, importjob.Counts{Imported: 228_117, Skipped: 3_406, Failed: 381}))
	f.job(pool, "stopped", func(j *importjob.Job) {
		running(51_030, importjob.Counts{Imported: 19_871, Skipped: 96, Failed: 33})(j)
		j.State = importjob.Stopped
	})
	f.job(pool, "done", func(j *importjob.Job) {
		running(300, importjob.Counts{Imported: 8, Failed: 292})(j)
		j.State = importjob.Succeeded
	})
	wants(t, b.get(at), 200, `by <bdi>ops-import</bdi>`, `data-hx-sse:connect="`+at+`/events?jobs=3"`)
	f.job(pool, "late", func(j *importjob.Job) { j.State = importjob.Expired })
	for i := range jobsOfPage {
		f.job(pool, fmt.Sprintf("later %02d", i), func(j *importjob.Job) { j.Upload = importjob.Upload{Name: "x", Size: 9} })
	}
	first := b.get(at)
	wants(t, first, 200, "(54)", "231,904 of 412,380", "228,117", "3,406", "381", "In progress", "Created, ready to start", "later 49", "Jobs 1–50 of 54, newest first.", "Next 4", at+"/"+active)
	lacks(t, first, "later 00", "First page", "No import jobs yet")
	if page := first.Body.String(); strings.Index(page, "spring") > strings.Index(page, "later 49") {
		t.Error("the active job is not first")
	}
	next := regexp.MustCompile(`href="(` + at + `\?skip=50)"`).FindStringSubmatch(first.Body.String())
	if next == nil {
		t.Fatal("there is no next page")
	}
	wants(t, b.get(next[1]), 200, "later 00", "20,000 of 51,030", "Succeeded, 292 failed", "Expired", "First page", "Jobs 51–54 of 54")
	wants(t, b.get(at+"?q=SPRING"), 200, "spring", "Jobs 1–1 of 1")
	wants(t, b.get(at+"?q="+active), 200, "spring", "Jobs 1–1 of 1")
	some := b.get(at + "?status=Stopped")
	wants(t, some, 200, "<option selected>Stopped", "20,000 of 51,030")
	lacks(t, some, "spring")
	wants(t, b.get(at+"?q=abc&status=Failed"), 200, "No import job matches “<bdi>abc</bdi>” in the status <bdi>Failed</bdi>.", "Clear search")
	wants(t, b.get(at+"?skip=-1"), 200, "Jobs 1–50")
	wants(t, b.get(at+"?skip=x"), 200, "Jobs 1–50")
	wants(t, b.get("/console/pools/"+pool), 200, "All import jobs", at)
}

// TestJob: each state has its texts, numbers and actions.
func TestJob(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/"
	id := f.job(pool, "members", nil)
	created := b.get(at + id)
	wants(t, created, 200, "It needs a file", "29 Nov 2026, 12:15:00 UTC", "curl -T FILE.csv", "start-user-import-job", "role/import", id, "not yet", ">Start</button>", "/aws/cognito/userpools/"+pool+"/people", id+"/members")
	lacks(t, created, "data-hx-sse", "/stop", "Create a job like this")
	f.passes(20 * time.Minute)
	late := b.get(at + id)
	wants(t, late, 200, "Its upload address has expired", "Create a job like this")
	lacks(t, late, "curl")
	a := b.post(at + id + "/start")
	goesTo(t, a, at+id)
	wants(t, b.follow(a), 200, `class="flash err"`, "No csv file was uploaded")
	f.change(pool, id, func(j *importjob.Job) { j.Upload = importjob.Upload{Name: "x", Size: 9_600_000} })
	wants(t, b.get(at+id), 200, "Created, ready to start", "Its file is uploaded: 9.6 MB")
	f.changes()
	wants(t, b.follow(b.post(at+id+"/start")), 200, "<b><bdi>members</bdi></b> was started.", "Starting", "Reading the file…", "/stop", "data-hx-sse:connect", "state=Pending", "<b>Created</b>", ", by <bdi>ops-import</bdi>", "<b>Started</b>", ", by <bdi>root</bdi>", "<dt>Created by</dt>")
	wants(t, b.follow(b.post(at+id+"/start")), 200, `class="flash err"`, "is in status Pending")

	f.change(pool, id, running(412_380, importjob.Counts{Imported: 228_117, Skipped: 3_406, Failed: 381}))
	f.passes(10 * time.Second)
	in := b.get(at + id)
	wants(t, in, 200, "<title>56% – members – people", "<b>231,904</b> of 412,380 rows, 56%", "180,476", "Half of the rows are read.", `width="55.32%"`, "228,117 imported, 3,406 skipped, 381 failed, of 412,380 rows", "View the log so far", "82.4 MB")
	stop := b.get(at + id + "/stop")
	wants(t, stop, 200, "A stopped job cannot be started again", "The 228,117 users imported so far stay.", "180,476 rows are not read yet", "Keep importing", "stop-user-import-job")
	if got := f.changes(); len(got) != 2 || !strings.HasSuffix(got[0], "StartUserImportJob") || !strings.HasPrefix(got[0], "arn:aws:iam::"+account+":root ") {
		t.Errorf("on record: %q", got)
	}
	stopping := b.follow(b.post(at + id + "/stop"))
	wants(t, stopping, 200, "is stopping", "Stopping", "<b>Stop asked for</b>")
	if n := strings.Count(stopping.Body.String(), "by <bdi>root</bdi>"); n != 2 { // the principals of start and stop
		t.Errorf("root stands %d times in the history", n)
	}
	wants(t, b.follow(b.post(at+id+"/stop")), 200, `class="flash err"`, "is in status Stopping")
	wants(t, b.get(at+id+"/stop"), 200, "There is nothing to stop", "Show it as it is now")
	f.change(pool, id, func(j *importjob.Job) {
		j.State, j.Message, j.Completed = importjob.Stopped, importjob.MessageStopped, j.Started.Add(130*time.Second)
	})
	wants(t, b.get(at+id), 200, "“"+importjob.MessageStopped+"”", "228,117 users were created and stay. 180,476 rows were not reached.", "2 minutes 10 seconds")
	f.change(pool, id, func(j *importjob.Job) {
		j.State, j.Counts, j.Message, j.Detail = importjob.Failed, importjob.Counts{}, "Short.", "The whole text of it."
	})
	failed := b.get(at + id)
	wants(t, failed, 200, "Failed before it began", "“The whole text of it.”", "No user was created.")
	like := regexp.MustCompile(`<a class="btn primary" href="([^"]+)">Create a job like this</a>`).FindStringSubmatch(failed.Body.String())
	if like == nil {
		t.Fatal("there is no way to create a job like this")
	}
	if want := "create?arn=arn%3Aaws%3Aiam%3A%3A" + account + "%3Arole%2Fimport&amp;name=members&amp;role=old"; !strings.HasSuffix(like[1], want) {
		t.Errorf("a job like this is made at %s, not %s", like[1], want)
	}
	wants(t, b.get(strings.ReplaceAll(like[1], "&amp;", "&")), 200, `value="members"`, `value="old" checked`)
	wants(t, b.get(at+"import-nothing"), http.StatusNotFound)
	wants(t, b.get("/console/pools/us-east-1_nothing/import-jobs"), http.StatusNotFound)
}

// TestJobLog: filter, search and pages by lines, in both directions.
func TestJobLog(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	var csv strings.Builder
	csv.WriteString("cognito:username,email,email_verified\n")
	for line := 2; line <= 301; line++ { // every third row fails
		mail := fmt.Sprintf("u%d@example.com", line)
		if line%3 == 0 {
			mail = "no address"
		}
		fmt.Fprintf(&csv, "user%d,%s,true\n", line, mail)
	}
	id := f.imported(pool, "members", csv.String())
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/" + id
	job := b.get(at)
	wants(t, job, 200, "Succeeded, 100 failed", `<span class="num">300</span>`, `aria-current="true"`, "Invalid email address format.", `id="L3"`, `id="L300"`, "describe-user-import-job", "poolhouse log")
	lacks(t, job, "Next 100", "no address", "[FAILED]")
	links := func(a *httptest.ResponseRecorder, rel string) string {
		t.Helper()
		m := regexp.MustCompile(`href="([^"]+)" rel="` + rel + `"`).FindStringSubmatch(a.Body.String())
		if m == nil {
			t.Fatalf("there is no %s page: %s", rel, a.Body)
		}
		return strings.ReplaceAll(m[1], "&amp;", "&")
	}
	shown := func(a *httptest.ResponseRecorder) (lines []string) {
		for _, m := range regexp.MustCompile(`id="L(\d+)"`).FindAllStringSubmatch(a.Body.String(), -1) {
			lines = append(lines, m[1])
		}
		return lines
	}
	wants(t, job, 200, "100 rows failed", `<caption class="vh">Failed rows by cause`, ">Invalid email address format</a>", `data-label="Rows"><div>100</div>`, "The address has no @.")
	lacks(t, job, "more cause", "so far")
	path := regexp.MustCompile(`<a id="cause-0" href="([^"]+)"`).FindStringSubmatch(job.Body.String())
	if path == nil {
		t.Fatal("the cause does not lead to its rows")
	}
	only := b.get(strings.ReplaceAll(path[1], "&amp;", "&"))
	wants(t, only, 200, "Only rows of one cause: <bdi>Invalid email address format</bdi>, in <code><bdi>email</bdi></code>.", `name="flaw" value="NoAtSign"`)
	if lines := shown(only); len(lines) != 100 || lines[0] != "3" || lines[99] != "300" {
		t.Errorf("of the cause come %v", lines)
	}
	other := b.get(at + "/log?verdict=FAILED&code=InvalidEmail&column=email&flaw=TwoAtSigns")
	wants(t, other, 200, "There is no such line.", `href="`+at+`/log?verdict=FAILED"`)
	half := b.get(at + "/log?code=InvalidEmail&column=email&flaw=NoAtSign&line=150") // the filter stays from page to page
	if lines := shown(b.get(links(half, "prev"))); len(lines) != 49 || lines[0] != "3" || lines[48] != "147" {
		t.Errorf("before line 150 come %v", lines)
	}
	var forward []string
	page := b.get(at + "/log?verdict=succeeded")
	forward = append(forward, shown(page)...)
	page = b.get(links(page, "next"))
	forward = append(forward, shown(page)...)
	if len(forward) != 200 || forward[0] != "2" || forward[199] != "301" {
		t.Errorf("forward come %d lines: %v", len(forward), forward)
	}
	if back := shown(b.get(links(page, "prev"))); strings.Join(back, " ") != strings.Join(forward[:100], " ") {
		t.Errorf("backward comes %v", back)
	}
	from := b.get(at + "/log?line=1%2C00")
	if lines := shown(from); len(lines) != 100 || lines[0] != "100" {
		t.Errorf("from line 100 comes %v", lines)
	}
	back := b.get(links(from, "prev"))
	if lines := shown(back); len(lines) != 98 || lines[0] != "2" || lines[97] != "99" {
		t.Errorf("before line 100 comes %v", lines)
	}
	wants(t, b.get(at+"/log?q=NUMBER+77+"), 200, `id="L77"`, "Line 77")
	wants(t, b.get(at+"/log?q=nowhere"), 200, "No line has “<bdi>nowhere</bdi>” in its text.")
	wants(t, b.get(at+"/log?line=5000"), 200, "There is no such line.", "First page")
	wants(t, b.get(at+"/log?verdict=lost&line=x&after=-1&before=99999999999"), 200, `id="L2"`)
	wants(t, b.get(at+"/log?q="+strings.Repeat("x", 300)), 200, "No line has")
	wants(t, b.get("/console/pools/"+pool+"/import-jobs/import-nothing/log"), http.StatusNotFound)
}

// TestJobViewer: a caller who may only describe and list the jobs of one pool sees exactly
// that. Log and acts are not offered.
func TestJobViewer(t *testing.T) {
	f := newFixture(t)
	mine, other := f.pool("mine"), f.pool("other")
	id, theirs := f.job(mine, "members", running(100, importjob.Counts{Imported: 50})), f.job(other, "theirs", nil)
	key, secret := f.user("viewer", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["cognito-idp:DescribeUserImportJob","cognito-idp:ListUserImportJobs"],
		"Resource":"arn:aws:cognito-idp:`+region+`:`+account+`:userpool/`+mine+`"}}`)
	b := f.signed(key, secret)
	at := "/console/pools/" + mine + "/import-jobs"
	goesTo(t, b.get("/console/pools?q="+mine), at)
	goesTo(t, b.get("/console/pools?q="+other), "/console/pools/"+other)
	wants(t, b.get(at), 200, "members", "Import jobs")
	page := b.get(at + "/" + id)
	wants(t, page, 200, "members", "50", "In progress")
	lacks(t, page, "ops-import", "/stop", "/start", "/log", "View the log", "Log group", "Overview", "App clients", `class="btn primary"`, "<bdi>mine</bdi>")
	f.changes()
	for _, path := range []string{"/console/pools/" + other + "/import-jobs", "/console/pools/" + other + "/import-jobs/" + theirs, "/console/pools/" + other + "/import-jobs/" + theirs + "/events", at + "/" + id + "/stop", at + "/" + id + "/log"} {
		wants(t, b.get(path), http.StatusForbidden, "Your key may not do this")
	}
	for _, act := range []string{"/start", "/stop"} {
		wants(t, b.post(at+"/"+id+act), http.StatusForbidden, "is not authorized to perform: cognito-idp:")
	}
	if got := f.changes(); len(got) != 2 || !strings.HasSuffix(got[0], "AccessDeniedException") {
		t.Errorf("on record: %q", got)
	}
}

// TestDigestOfFile: a job's page shows the digest of its file, and says which file that is.
func TestDigestOfFile(t *testing.T) {
	f := newFixture(t)
	pool, digest := f.pool("people"), strings.Repeat("0123456789abcdef", 4)
	at := func(state importjob.State, sum string) string {
		id := f.job(pool, "members", func(j *importjob.Job) {
			j.State, j.Upload, j.TotalRows = state, importjob.Upload{Name: "x", Size: 1234, SHA256: sum}, 1
			if state != importjob.Created {
				j.Requested, j.Started, j.Completed = f.now, f.now, f.now
			}
		})
		return "/console/pools/" + pool + "/import-jobs/" + id
	}
	b := f.root()
	wants(t, b.get(at(importjob.Created, digest)), 200, "SHA-256 of the file</dt>", digest)
	wants(t, b.get(at(importjob.Succeeded, digest)), 200, "SHA-256 of the file that was started</dt>", digest)
	lacks(t, b.get(at(importjob.Succeeded, "")), "SHA-256") // the digest of a file in a bucket is not known
}
