package console

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/apicore"
)

// strange is a file with columns that the pool does not have.
const strange = "login,E-Mail Address,email_verified,Full name,department,nothing\nada,ada@example.com,true,Ada,x,\n"

// strangeColumns makes an upload report the columns of that file.
func strangeColumns(_ *poolhouseapi.DescribeUserImportUploadRequest, u *poolhouseapi.UserImportUploadType) {
	u.Problem = "Unexpected headers: the file has columns that the user pool does not know."
	u.Problems = []poolhouseapi.ImportProblemType{{Message: u.Problem}}
	u.TotalRows = new(int64(120))
	u.Columns = []poolhouseapi.ImportColumnType{
		{Name: "login", Meant: "cognito:username", FilledRows: new(int64(120)), Samples: []string{"ada", "<b>", "\u202egnp.exe"}},
		{Name: "E-Mail Address", Meant: "email", FilledRows: new(int64(118)), Samples: []string{"ada@example.com"}},
		{Name: "email_verified", IsKnown: new(true), ReadAs: "email_verified"},
		{Name: "Full name", Meant: "email"}, // taken by another column
		{Name: "department"},
		{Name: "nothing", NotImported: "Empty", FilledRows: new(int64(0))},
	}
	u.ColumnCount = new(int64(6))
	u.MissingColumns = []poolhouseapi.ImportMissingColumnType{{Name: "cognito:username"}, {Name: "name", Reason: "the user pool requires it"}}
}

// mappedCheck is a check that reports the columns as the map has them.
func mappedCheck(in *poolhouseapi.CheckUserImportRequest) (*poolhouseapi.UserImportCheckType, error) {
	c, _ := passing(in)
	c.Columns = nil
	for _, m := range in.Map {
		column := poolhouseapi.ImportColumnType{Name: m.Column, ReadAs: m.Attribute, IsKnown: new(m.Attribute != "")}
		if m.Attribute == "" {
			column.NotImported = "Mapped"
		}
		c.Columns = append(c.Columns, column)
	}
	return c, nil
}

// mapOf returns a map as text.
func mapOf(columns []poolhouseapi.ImportMappedColumnType) string {
	var words []string
	for _, m := range columns {
		words = append(words, m.Column+"="+m.Attribute)
	}
	return strings.Join(words, " ")
}

// TestMapColumns: each column of a file is shown with its number of values, some of its
// values, and what it is read as. That is its own name, else the API's suggestion if no
// other column has it, or nothing. The choice is checked, survives, and goes into the job.
func TestMapColumns(t *testing.T) {
	f := newFixture(t)
	f.reads()
	s := f.stub()
	s.seen, s.check = strangeColumns, mappedCheck
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	id := b.begin(pool, strange)
	page := b.seen(at + "?name=members&role=new&upload=" + id)
	wants(t, page, 200, "118 of 120", "0 of 120", "<bdi class=\"sample\">&lt;b&gt;</bdi>", "<bdi class=\"sample\">\u202egnp.exe</bdi>", "<details open><summary>6 columns, 3 imported</summary>",
		"Suggested by its name.", "It has no values.", "The pool has no such column.", "Nothing is read as a column that must be there", "<code><bdi>name</bdi></code>: the user pool requires it", "Check these columns")
	lacks(t, page, "Use the columns of the last import", `value="create"`, "<code><bdi>cognito:username</bdi></code>")
	shown := sendsOf(t, page, "check")
	if got := asTyped(shown); got != "cognito:username email email_verified - - -" {
		t.Errorf("read as %s", got)
	}

	// Two columns for one are refused at their fields, and nothing is lost.
	twice := b.post(at, sendsOf(t, page, "check", "as-4", "email", "as-5", "name", "budget-rows", "77")...)
	wants(t, twice, 422, `<a href="#as-2">`, `<a href="#as-4">`, `id="as-4-e"`, "email is chosen for 2 columns.", `aria-invalid="true"`, `value="77"`)
	if got := asTyped(sendsOf(t, twice, "check")); got != "cognito:username email email_verified email name -" || len(s.checked) > 0 {
		t.Errorf("read as %s, checked %+v", got, s.checked)
	}
	wants(t, b.post(at, sendsOf(t, page, "start", "as-4", "email")...), 422, "email is chosen for 2 columns.")

	checked := b.follow(b.post(at, sendsOf(t, page, "check", "as-4", "name")...))
	want := "login=cognito:username E-Mail Address=email email_verified=email_verified Full name=name department= nothing="
	if len(s.checked) != 1 || mapOf(s.checked[0].Map) != want {
		t.Fatalf("the check is of %+v", s.checked)
	}
	wants(t, checked, 200, "Checked <time", "Create job and import 1 row", "As you chose.", "Not imported, as you chose.", "6 columns, 4 imported")
	lacks(t, checked, "that must be there", "The pool has no such column.")
	// The choice survives an error. The job gets the latest choice.
	back := b.post(at, sendsOf(t, checked, "start", "name", "")...)
	wants(t, back, 422, "Create job and import 1 row")
	wants(t, b.post(at, sendsOf(t, back, "create", "name", "members", "as-5", "nickname")...), http.StatusSeeOther)
	if got := mapOf(s.created[0].Map); got != strings.Replace(want, "department=", "department=nickname", 1) {
		t.Errorf("created with %s", got)
	}
	// Another file has the choices for columns of the same names, at any place.
	s.seen = func(in *poolhouseapi.DescribeUserImportUploadRequest, u *poolhouseapi.UserImportUploadType) {
		strangeColumns(in, u)
		slices.Reverse(u.Columns)
		u.Columns = u.Columns[1:]
	}
	other := b.begin(pool, strange)
	b.seen(at + "?upload=" + other)
	next := b.follow(b.post(at, sendsOf(t, checked, "save", "upload", other)...))
	if got := asTyped(sendsOf(t, next, "check")); got != "- name email_verified email cognito:username" {
		t.Errorf("the other file is read as %s", got)
	}
	if got := mapOf(s.checked[len(s.checked)-1].Map); got != "department= Full name=name email_verified=email_verified E-Mail Address=email login=cognito:username" {
		t.Errorf("the check of the other file is of %s", got)
	}
}

// asTyped returns what the columns of a form are read as.
func asTyped(form []string) string {
	var words []string
	for i := 0; i+1 < len(form); i += 2 {
		if strings.HasPrefix(form[i], fieldReadAs) {
			words = append(words, cmp.Or(form[i+1], "-"))
		}
	}
	return strings.Join(words, " ")
}

// TestKnownColumns: if all columns are known, their table is folded, and the job has no
// map. A sealed choice of another person or pool is ignored.
func TestKnownColumns(t *testing.T) {
	f := newFixture(t)
	f.reads()
	s := f.stub()
	s.check = passing
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	id := b.begin(pool, twoRows)
	page := b.seen(at + "?name=members&role=new&upload=" + id)
	wants(t, page, 200, "<details><summary>3 columns, all known</summary>", "Create job and import 2 rows")
	wants(t, b.post(at, sendsOf(t, page, "create")...), http.StatusSeeOther)
	if s.created[0].Map != nil || s.created[0].Format != nil || s.created[0].Strict != nil || len(s.checked) > 0 {
		t.Errorf("created with %+v, checked %+v", s.created[0], s.checked)
	}

	id = b.begin(pool, twoRows)
	b.seen(at + "?upload=" + id)
	saved := b.post(at, sendsOf(t, b.get(at+"?upload="+id), "save", "as-2", "")...)
	to, err := url.Parse(saved.Header().Get("Location"))
	check(t, err)
	if to.Query().Get("map") == "" || strings.Contains(to.RawQuery, "email") {
		t.Errorf("the address is %s", to)
	}
	wants(t, b.follow(saved), 200, "Not imported, as you chose.", "3 columns, 2 imported")
	key, secret := f.user("ada", everything)
	ada := f.signed(key, secret)
	mine := ada.begin(pool, twoRows)
	query := to.Query()
	query.Set("upload", mine)
	lacks(t, ada.seen(at+"?"+query.Encode()), "as you chose")
	for _, broken := range []string{"x", strings.Repeat("A", 200), query.Get("map")[1:]} {
		wants(t, b.get(at+"?upload="+id+"&map="+broken), 200, "3 columns, all known")
	}
}

// TestRememberedColumns: the choice of the pool's last import is offered if it differs for
// this file, and applies only when it is accepted.
func TestRememberedColumns(t *testing.T) {
	f := newFixture(t)
	f.reads()
	s := f.stub()
	s.seen, s.check = strangeColumns, mappedCheck
	s.remembered = poolhouseapi.GetUserImportMapResponse{LastModifiedDate: apicore.Time{Time: f.now}, Map: []poolhouseapi.ImportMappedColumnType{{Column: "department", Attribute: "nickname"}, {Column: "Full name", Attribute: "name"}, {Column: "of another file", Attribute: "gender"}}}
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	id := b.begin(pool, strange)
	page := b.seen(at + "?name=members&role=new&upload=" + id)
	wants(t, page, 200, "Use the columns of the last import")
	if got := asTyped(sendsOf(t, page, "check")); got != "cognito:username email email_verified - - -" {
		t.Errorf("unasked, the columns are read as %s", got)
	}
	page = b.follow(b.post(at, sendsOf(t, page, "remembered")...))
	if got := asTyped(sendsOf(t, page, "check")); got != "cognito:username email email_verified name nickname -" {
		t.Errorf("the columns are read as %s", got)
	}
	if len(s.checked) != 1 || strings.Contains(mapOf(s.checked[0].Map), "of another file") {
		t.Errorf("checked: %+v", s.checked)
	}
	lacks(t, page, "Use the columns of the last import")
	s.remembered = poolhouseapi.GetUserImportMapResponse{Map: []poolhouseapi.ImportMappedColumnType{{Column: "of another file", Attribute: "gender"}}}
	lacks(t, b.get(at+"?upload="+id), "Use the columns of the last import")
}

// TestManyColumns: a file with very many columns and long names can be mapped. The choice
// survives even if it is too long for an address, and if the file is uploaded through the
// server with all fields.
func TestManyColumns(t *testing.T) {
	f := newFixture(t)
	f.reads()
	s := f.stub()
	const many = 1000
	s.seen = func(_ *poolhouseapi.DescribeUserImportUploadRequest, u *poolhouseapi.UserImportUploadType) {
		u.Columns = []poolhouseapi.ImportColumnType{{Name: "cognito:username", IsKnown: new(true)}, {Name: strings.Repeat("é", 257)}, {Name: ""}}
		who := people{rand.New(rand.NewPCG(5, 6))}
		for i := len(u.Columns); i < many; i++ {
			u.Columns = append(u.Columns, poolhouseapi.ImportColumnType{Name: fmt.Sprintf("%d %s %s", i, who.word(90), who.word(90)), Samples: []string{who.name(), who.name(), who.name()}, FilledRows: new(int64(7))})
		}
		u.ColumnCount = new(int64(many + 50))
		u.Problem = "Unexpected headers."
	}
	s.check = mappedCheck
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	id := b.begin(pool, twoRows)
	page := b.seen(at + "?name=members&role=new&upload=" + id)
	wants(t, page, 200, "1,050 columns, 1 imported", "Its name has more than 256 characters.", "50 more columns are not shown here")
	checked := b.post(at, sendsOf(t, page, "check", "as-900", "email", "as-3", "name")...)
	wants(t, checked, 200, "Checked <time")
	if len(s.checked) != 1 || len(s.checked[0].Map) != many-1 {
		t.Fatalf("checked: %d", len(s.checked))
	}
	form := sendsOf(t, checked, "save")
	if got := asTyped(form); !strings.Contains(got, "email") || !strings.Contains(got, "name") {
		t.Errorf("read as %.200s", got)
	}
	sent := b.sends("/console/pools/"+pool+"/import-jobs/upload", twoRows, form...)
	wants(t, sent, 200, "Create import job") // too long for an address
	if len(hidden(sent, "map")) < longestAddress {
		t.Error("what was chosen is lost when the next file is sent")
	}
}

// TestMapsForReal: a file with foreign columns is imported with a map, which the pool
// keeps. The job's pages show it.
func TestMapsForReal(t *testing.T) {
	f := newFixture(t)
	f.reads()
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	long, odd := strings.Repeat("long ", 20)+"name", "\u202etwo\ttabs <b>"
	id := b.begin(pool, strings.Replace(strange, "nothing", long+","+odd, 1)+"bob,bob@example.com,true,Bob,y,l,o\n")
	page := b.seen(at + "?name=members&role=new&upload=" + id)
	page = b.follow(b.post(at, sendsOf(t, page, "check")...))
	wants(t, page, 200, long, "Create job and import") // long names, which messages shorten, are mapped too
	id = b.begin(pool, strange)
	page = b.seen(at + "?name=members&role=new&upload=" + id)
	wants(t, page, 200, "The file cannot be imported as it is", "1 of 1", "0 of 1", "so it is not offered")
	form := sendsOf(t, page, "check")
	if got := asTyped(form); got != "cognito:username email email_verified name - -" {
		t.Errorf("read as %s", got)
	}
	page = b.follow(b.post(at, sendsOf(t, page, "check", "as-5", "nickname")...))
	wants(t, page, 200, "Create job and import 1 row", "The row passes", "&#34;department&#34; as nickname")
	made := b.post(at, sendsOf(t, page, "start")...)
	job := made.Header().Get("Location")
	wants(t, b.follow(made), 200, "was created and started.")
	f.runs(pool, id)
	wants(t, b.get("/console/pools/"+pool+"/users/ada"), 200, `<bdi class="anyw">ada@example.com</bdi>`, "nickname")
	wants(t, b.get(job), 200, "How the file was read", "&#34;department&#34; as nickname")
	wants(t, b.get(job+"/receipt"), 200, "&#34;department&#34; as nickname")
	next := b.begin(pool, strange)
	page = b.seen(at + "?name=more&role=old&upload=" + next)
	wants(t, page, 200, "Use the columns of the last import")
	page = b.follow(b.post(at, sendsOf(t, page, "remembered")...))
	wants(t, page, 200, "Create job and import 1 row", "1 would be skipped")
	if got := asTyped(sendsOf(t, page, "check")); got != "cognito:username email email_verified name nickname -" {
		t.Errorf("read as %s", got)
	}
}
