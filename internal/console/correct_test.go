package console

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logrole"
)

// mistakes is a file in which rows fail for several reasons.
const mistakes = `cognito:username,email,email_verified,name,birthdate,phone_number
ada,ada@example.com,true,Ada,01/31/1980,
bo,bo@example.com,perhaps,Bo,02/01/1985,
cleo,cleo@example.com,true,Cleo,1-2-1985,+1 (555) 010-0199
dev,dev@example.com,true,"D<b>ev",31/12/1979,
eve,eve@example.com,true,Eve,24/12/1981,
finn,finn.example.com,true,Finn,3-4-1990,
gus,gus@example.com,true,Gus
ada,ada@example.com,true,Ada again,,
hana,hana@example.com,true,Hana,,
ivo,ivo@example.com,true,Ivo,,
jo,jo@example.com,true,Jo,,
kim,kim@example.com,true,Kim,,
lea,lea@example.com,true,Lea,,
mia,mia@example.com,true,Mia,,
ned,ned@example.com,true,Ned,,
frida,frida@example.com,true,Frida,5-6-1991,
ola,ola@example.com,true,Ola,,
`

// fields returns the values of a page's fields by their names.
func fields(t *testing.T, page string) map[string]string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	check(t, err)
	all := map[string]string{}
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || n.Data != "input" {
			continue
		}
		of := map[string]string{}
		for _, a := range n.Attr {
			of[a.Key] = a.Val
		}
		if of["form"] == "grid-form" {
			all[of["name"]] = of["value"]
		}
	}
	return all
}

// sentWith returns fields as a browser submits them, some with other values.
func sentWith(all map[string]string, pairs ...string) (sent []string) {
	changed := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		changed[pairs[i]] = pairs[i+1]
	}
	for name, text := range all {
		if other, is := changed[name]; is {
			text = other
		}
		delete(changed, name)
		sent = append(sent, name, text)
	}
	for name, text := range changed {
		sent = append(sent, name, text)
	}
	return sent
}

// TestCorrectRows: failed rows are shown with the errors of their cells, are judged again
// after each correction, and can be imported as a job.
func TestCorrectRows(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	f.logRole("import")
	id := f.imported(pool, "members", mistakes)
	b := f.root()
	job := "/console/pools/" + pool + "/import-jobs/" + id
	at := job + "/correct"
	wants(t, b.get(job), 200, ">Correct 7 rows</a>", "Download 7 failed rows", `href="`+at+`"`, "Correct them</a>", "Rows are kept until", "Receipt", "Rows not imported (CSV)")
	page := b.get(at)
	wants(t, page, 200, "<h1>Correct 7 failed rows", `All <span class="num">8</span>`, `aria-current="true">Can be corrected here <span class="num">7</span>`, "Username has an account <span class=\"num\">1</span>",
		`aria-label="birthdate, line 4"`, `value="1-2-1985"`, `aria-invalid="true"`, "<b>0 of 7</b> corrected, 7 still to do.", "&#43;15550100199", `aria-label="Text of the row, line 8"`)
	lacks(t, page, "Import the c", `id="r9"`, "D<b>ev")
	all := fields(t, page.Body.String())
	if all["c4-5"] != "1-2-1985" || all["c3-3"] != "perhaps" || all["t8"] == "" {
		t.Fatalf("the fields are %v", all)
	}

	// Leaving a cell has its row judged, and no other row.
	b.headers["HX-Request"] = "true"
	f.changes()
	row := func(line string, pairs ...string) *httptest.ResponseRecorder {
		t.Helper()
		of := map[string]string{}
		for name, text := range all {
			if strings.HasPrefix(name, "c"+line+"-") || name == "t"+line || name == "w"+line {
				of[name] = text
			}
		}
		return b.post(at, append(sentWith(of, pairs...), "row", line, "cols", "2 3 5 6")...)
	}
	judged := row("3", "c3-3", "true")
	wants(t, judged, 200, `<tr role="row" id="r3"`, "Corrected", "was <del><bdi>perhaps</bdi></del>", `data-hx-swap-oob="outerMorph"`, "<b>1 of 7</b> corrected, 6 still to do.", ">12:00:00 UTC</time>.", "Import the corrected row<")
	lacks(t, judged, "<html", `id="r4"`, `aria-invalid="true"`)
	if got := f.changes(); len(got) != 1 || !strings.HasSuffix(got[0], " CorrectUserImportJobRows") {
		t.Errorf("on record: %q", got)
	}
	still := row("4", "c4-5", "02/01/1985")
	wants(t, still, 200, `aria-invalid="true"`, "1 changed, but would still fail.", "<b>1 of 7</b>")
	wants(t, row("4", "c4-5", "02/01/1985", "put", "4 6 +15550100199"), 200, "<b>2 of 7</b> corrected", `value="&#43;15550100199"`)
	wants(t, row("4", "c4-5", "1-2-1985", "c4-6", "+15550100199"), 200, "<b>1 of 7</b>", `value="1-2-1985"`) // back to its first value
	wants(t, row("4", "c4-5", "02/01/1985", "c4-6", "+15550100199"), 200, "<b>2 of 7</b>")
	wants(t, row("8", "t8", "gus,gus@example.com,true,Gus,,"), 200, "<b>3 of 7</b>", "Corrected")
	two := row("8", "t8", "gus\ngus")
	wants(t, two, 200, `class="status err"`, "the Text is not one row")
	lacks(t, two, `id="r8"`) // typed text of other rows stays
	wants(t, row("77", "c77-1", "x"), 200, "could not be judged")
	delete(b.headers, "HX-Request")

	// Without a script the whole page is saved. Corrections of other people stay.
	page = b.get(at)
	wants(t, page, 200, "<b>3 of 7</b>")
	sent := sentWith(all, "c7-2", "finn@example.com", "do", "save") // rows 3, 4 and 8 as they were first shown
	a := b.post(at, sent...)
	goesTo(t, a, at)
	wants(t, b.follow(a), 200, "1 row was judged again and saved.", "<b>3 of 7</b>", `value="finn@example.com"`, "1 changed")
	refused := b.post(at, sentWith(fields(t, b.get(at).Body.String()), "t8", "a\nb", "w8", "x", "c6-5", "kept as typed", "do", "save")...)
	wants(t, refused, 422, "the Text is not one row", `value="kept as typed"`, `role="alert" id="summary"`)

	// Values of one form are corrected together. For ambiguous ones the user chooses the
	// reading.
	for _, button := range []string{"apply", "apply:DAY_FIRST"} {
		page = b.get(at)
		wants(t, page, 200, "Apply to 2 like this", `name="do" value="`+button+`"`)
		all = fields(t, page.Body.String())
		form := sentWith(all, "do", button)
		for _, name := range []string{"like-code", "like-column", "like-flaw"} {
			form = append(form, name, hidden(page, name))
		}
		wants(t, b.follow(b.post(at, form...)), 200, "2 rows were corrected.")
	}
	page = b.get(at)
	for name, text := range fields(t, page.Body.String()) {
		if strings.HasSuffix(name, "-5") && !strings.Contains("02/01/1985 12/31/1979 12/24/1981 04/03/1990 06/05/1991", text) {
			t.Errorf("%s has %q", name, text)
		}
	}
	wants(t, page, 200, "<b>7 of 7</b> corrected, 0 still to do.", "Import the 7 corrected rows")

	// A row whose user exists already is a cause of its own, and can get another username.
	exists := b.get(at + "?code=UsernameExists")
	wants(t, exists, 200, `id="r9"`, `aria-current="true">Username has an account`)
	lacks(t, exists, `id="r3"`)
	wants(t, b.get(at+"?all=1"), 200, `id="r9"`, `id="r3"`)

	a = b.post(at, sentWith(fields(t, page.Body.String()), "do", "import")...)
	child := a.Header().Get("Location")
	if a.Code != http.StatusSeeOther || child == job || !strings.HasPrefix(child, "/console/pools/"+pool+"/import-jobs/import-") {
		t.Fatalf("%d %s %s", a.Code, child, a.Body)
	}
	wants(t, b.follow(a), 200, "was created and started.", "imports failed rows again", id)
	f.runs(pool, child[strings.LastIndex(child, "/")+1:])
	wants(t, b.get(child), 200, "Succeeded", "7 imported, 0 skipped, 0 failed")
	for _, name := range []string{"bo", "cleo", "dev", "eve", "finn", "gus", "frida"} {
		wants(t, b.get("/console/pools/"+pool+"/users/"+name), 200)
	}
	wants(t, b.get(job), 200, "Jobs with rows of the same file", "Imports failed rows again", `href="`+child+`"`)
	wants(t, b.get(at), 200, "Rows of this job were imported again", `href="`+child+`"`)
}

// logRole creates a role that may write the logs of import jobs.
func (f *fixture) logRole(name string) {
	f.t.Helper()
	r, err := iam.NewRole(iam.RoleSpec{Name: name, Path: "/", Trust: logrole.TrustPolicy}, f.now)
	check(f.t, err)
	check(f.t, f.store.IAM().CreateRole(f.t.Context(), r))
	p, err := iam.NewInlinePolicy("p", logrole.Policy("*", account))
	check(f.t, err)
	check(f.t, f.store.IAM().PutInlinePolicy(f.t.Context(), iam.RoleOwner(name), p))
}

// runs runs the engine until a job has ended.
func (f *fixture) runs(pool, job string) {
	f.t.Helper()
	f.works(func() bool {
		j, err := f.store.Job(f.t.Context(), importjob.Key{PoolID: pool, JobID: job})
		check(f.t, err)
		return j.State.Ended()
	})
}

// TestManyRows: rows are paged by their lines in both directions, even if most rows have a
// cause that no cell can correct.
func TestManyRows(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	check(t, f.person(pool, "there", "email", "there@example.com", "email_verified", "true"))
	var csv strings.Builder
	csv.WriteString("cognito:username,email,email_verified\n")
	for range 300 {
		csv.WriteString("there,there@example.com,true\nx" + strings.Repeat("y", csv.Len()%7) + "z,no address,true\n")
	}
	for range 310 {
		csv.WriteString("g" + time.Duration(csv.Len()).String() + ",g" + time.Duration(csv.Len()).String() + "@example.com,true\n")
	}
	id := f.imported(pool, "members", csv.String())
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/" + id + "/correct"
	link := func(a *httptest.ResponseRecorder, rel string) string {
		t.Helper()
		m := regexp.MustCompile(`href="([^"]+)" rel="` + rel + `"`).FindStringSubmatch(a.Body.String())
		if m == nil {
			t.Fatalf("there is no %s page", rel)
		}
		return strings.ReplaceAll(m[1], "&amp;", "&")
	}
	lines := func(a *httptest.ResponseRecorder) (all []string) {
		for _, m := range regexp.MustCompile(`<tr role="row" id="r(\d+)"`).FindAllStringSubmatch(a.Body.String(), -1) {
			all = append(all, m[1])
		}
		return all
	}
	first := b.get(at)
	if got := lines(first); len(got) != rowsOfPage || got[0] != "3" || got[49] != "101" {
		t.Fatalf("at first come %v", got)
	}
	lacks(t, first, `rel="prev"`, "First page")
	second := b.get(link(first, "next"))
	if got := lines(second); len(got) != rowsOfPage || got[0] != "103" {
		t.Errorf("then come %v", got)
	}
	third := b.get(link(second, "next"))
	if got := lines(b.get(link(third, "prev"))); len(got) != rowsOfPage || got[0] != "103" {
		t.Errorf("back come %v", got)
	}
	back := b.get(link(second, "prev"))
	if got := lines(back); len(got) != rowsOfPage || got[0] != "3" {
		t.Errorf("back at the beginning come %v", got)
	}
	// The form of the second page saves that page and returns to it.
	a := b.post(at, sentWith(fields(t, second.Body.String()), "c103-2", "x103@example.com", "line", "103", "back", "0", "do", "save")...)
	goesTo(t, a, at+"?back=0&line=103")
	wants(t, b.follow(a), 200, "<b>1 of 300</b>", "x103@example.com")
}

// TestCorrectMay: a caller who may only see rows gets no fields. A caller who may not see
// rows gets none, neither as a page nor as a file.
func TestCorrectMay(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	id := f.imported(pool, "members", mistakes)
	job := "/console/pools/" + pool + "/import-jobs/" + id
	with := func(name string, actions string) *browser {
		key, secret := f.user(name, `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["cognito-idp:DescribeUserImportJob","poolhouse:GetUserImportJobProgress"`+actions+`],"Resource":"*"}}`)
		return f.signed(key, secret)
	}
	b := with("none", "")
	page := b.get(job)
	wants(t, page, 200, "Succeeded, 7 failed")
	lacks(t, page, "/correct", "results.csv", "receipt", "/users", "Correct", "Download")
	for _, path := range []string{"/correct", "/results.csv", "/results.ndjson", "/receipt", "/receipt.json", "/users", "/check", "/budget"} {
		wants(t, b.get(job+path), http.StatusForbidden, "Your key may not do this")
	}
	f.changes()
	for _, path := range []string{"/correct", "/resume", "/budget"} {
		wants(t, b.post(job+path, "do", "import", "c3-3", "true", "w3", "x", "budget-rows", "1"), http.StatusForbidden)
	}
	for _, call := range f.changes() {
		if !strings.HasSuffix(call, " AccessDeniedException") {
			t.Errorf("on record: %s", call)
		}
	}
	b = with("reader", `,"poolhouse:ListUserImportJobRows"`)
	rows := b.get(job + "/correct")
	wants(t, rows, 200, "Rows that were not imported", "Your key may look at these rows, not correct them.", "<bdi>1-2-1985</bdi>")
	lacks(t, rows, `type="text"`, "data-hx-post", "Apply to", `name="put"`, "Import the", "Import all", "Download")
	lacks(t, b.get(job), "/correct")
	b = with("corrector", `,"poolhouse:ListUserImportJobRows","poolhouse:CorrectUserImportJobRows"`)
	rows = b.get(job + "/correct")
	wants(t, rows, 200, `value="1-2-1985"`)
	lacks(t, rows, "Apply to", "Import all")
	all := fields(t, rows.Body.String())
	a := b.post(job+"/correct", sentWith(all, "c3-3", "true", "do", "save")...)
	saved := b.follow(a)
	wants(t, saved, 200, "<b>1 of 7</b>")
	lacks(t, saved, "Import the corrected row")
	wants(t, b.post(job+"/correct", sentWith(all, "c3-3", "true", "do", "import")...), http.StatusForbidden)
}

// TestResults: files of rows are sent part by part as downloads. A job has a receipt, as a
// page and as JSON.
func TestResults(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people & friends")
	id := f.imported(pool, `members "<b>" 2026`, mistakes)
	b := f.root()
	job := "/console/pools/" + pool + "/import-jobs/" + id
	for path, want := range map[string]struct{ media, text string }{
		"/results.csv":                  {"text/csv; charset=utf-8", "1-2-1985"},
		"/results.csv?verdict=FAILED":   {"text/csv; charset=utf-8", "1-2-1985"},
		"/results.csv?rows=imported":    {"text/csv; charset=utf-8", "hana"},
		"/results.ndjson":               {"application/x-ndjson", "1-2-1985"},
		"/results.ndjson?rows=imported": {"application/x-ndjson", "hana"},
	} {
		a := b.get(job + path)
		h := a.Header()
		wants(t, a, 200, want.text)
		if h.Get("Content-Type") != want.media || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename") || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, h)
		}
		if strings.ContainsAny(h.Get("Content-Disposition"), "<>\r\n") {
			t.Errorf("%s: %v", path, h)
		}
		if head := b.send(http.MethodHead, job+path, nil); head.Body.Len() > 0 || head.Code != 200 {
			t.Errorf("HEAD %s: %d %s", path, head.Code, head.Body)
		}
	}
	if skipped := b.get(job + "/results.csv?verdict=skipped").Body.String(); !strings.Contains(skipped, "Ada again") || strings.Contains(skipped, "1-2-1985") {
		t.Errorf("skipped rows: %s", skipped)
	}
	wants(t, b.get(job+"/users"), 200, "hana", "ivo", "Users of the job")
	wants(t, b.get(job+"/receipt"), 200, "17 = 9 + 1 + 7 + 0", "SHA-256", "Settings that mattered", "InvalidBirthdate", `by <bdi>`)
	var receipt struct {
		TotalRows, SucceededRows, SkippedRows, FailedRows, NotReachedRows int64
	}
	file := b.get(job + "/receipt.json")
	check(t, json.Unmarshal(file.Body.Bytes(), &receipt))
	if receipt.TotalRows != 17 || receipt.SucceededRows+receipt.SkippedRows+receipt.FailedRows+receipt.NotReachedRows != 17 || !strings.HasPrefix(file.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%+v %v", receipt, file.Header())
	}
	created := f.job(pool, "not begun", nil)
	wants(t, b.get("/console/pools/"+pool+"/import-jobs/"+created+"/receipt"), 200, "There is no receipt yet")
	wants(t, b.get("/console/pools/"+pool+"/import-jobs/"+created+"/correct"), 200, "There are no rows to show")
	for _, path := range []string{"/results.csv", "/receipt.json"} {
		if a := b.get("/console/pools/" + pool + "/import-jobs/" + created + path); a.Code == 200 {
			t.Errorf("%s of a job that did not begin: %s", path, a.Body)
		}
	}
	for _, path := range []string{"/results.csv", "/receipt", "/correct", "/users", "/check", "/budget"} {
		wants(t, b.get("/console/pools/"+pool+"/import-jobs/import-nothing"+path), http.StatusNotFound)
	}
}
