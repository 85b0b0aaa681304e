package console

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/apicore"
	"poolhouse/internal/importjob"
)

// sendsOf returns what a browser sends of the page that creates a job, without a script: each
// field as the page has it, those given as name, value in their place, and a button.
func sendsOf(t *testing.T, page *httptest.ResponseRecorder, button string, pairs ...string) (form []string) {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page.Body.String()))
	check(t, err)
	changed := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		changed[pairs[i]] = pairs[i+1]
	}
	add := func(name, value string) {
		if text, is := changed[name]; is {
			value = text
			delete(changed, name)
		}
		form = append(form, name, value)
	}
	for n := range root.Descendants() {
		of := map[string]string{}
		for _, a := range n.Attr {
			of[a.Key] = a.Val
		}
		_, isChecked := of["checked"]
		switch {
		case of["name"] == "" || !ofForm(n) || of["type"] == "file":
		case n.Data == "input" && (of["type"] == "checkbox" || of["type"] == "radio"):
			if text, is := changed[of["name"]]; is && text == of["value"] || !is && isChecked {
				add(of["name"], of["value"])
			}
		case n.Data == "input":
			add(of["name"], of["value"])
		case n.Data == "select":
			value := ""
			for o := range n.Descendants() {
				for _, a := range o.Attr {
					if a.Key == "selected" {
						value = attribute(o, "value")
					}
				}
			}
			add(of["name"], value)
		}
	}
	for name := range changed {
		t.Fatalf("the page has no field %s that is %q", name, changed[name])
	}
	return append(form, "do", button)
}

// ofForm reports whether an element is in the form that creates a job.
func ofForm(n *html.Node) bool {
	for a := range n.Ancestors() {
		if a.Data == "form" {
			return attribute(a, "id") == "create"
		}
	}
	return false
}

// attribute returns an attribute of an element; of an option without a value, its text.
func attribute(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	if n.Data == "option" && n.FirstChild != nil {
		return n.FirstChild.Data
	}
	return ""
}

// buttonOf returns the value of the button whose text begins with a text, the n-th of them.
func buttonOf(t *testing.T, page *httptest.ResponseRecorder, text string, n int) string {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page.Body.String()))
	check(t, err)
	for b := range root.Descendants() {
		if b.Data == "button" && b.FirstChild != nil && strings.HasPrefix(b.FirstChild.Data, text) {
			if n == 0 {
				return attribute(b, "value")
			}
			n--
		}
	}
	t.Fatalf("there is no button %q: %s", text, page.Body)
	return ""
}

const backslashes = "cognito:username,email,email_verified,name\nada,ada@example.com,true,\"Ada \\\"Countess\\\" Lovelace\"\n"

// twoWaysOf has an upload say that its file can be read in two ways.
func twoWaysOf(u *poolhouseapi.UserImportUploadType) {
	u.ProblemCode, u.Problem = "TwoReadings", "The file can be read in two ways, which make different users: choose Format.Escape BACKSLASH or COGNITO."
	u.Problems = []poolhouseapi.ImportProblemType{{Code: "TwoReadings", Message: u.Problem}}
	names := []string{"cognito:username", "email", "email_verified", "name"}
	row := func(name string) []poolhouseapi.ImportRowType {
		return []poolhouseapi.ImportRowType{{LineNumber: new(int64(2)), Values: []string{"ada", "ada@example.com", "true", name}}}
	}
	u.Readings = []poolhouseapi.ImportReadingOfFileType{
		{Choice: &poolhouseapi.ImportFormatChoiceType{Escape: "BACKSLASH"}, Says: "a backslash stands before a <mark>", ColumnNames: names, FirstRows: row(`Ada "Countess" Lovelace`)},
		{Choice: &poolhouseapi.ImportFormatChoiceType{Escape: "COGNITO", Quote: "QUOTATION_MARK"}, Says: "a backslash is a backslash", ColumnNames: names, FirstRows: row(`Ada \"Countess\" <b>`)},
	}
}

// passing has a check say that all rows would be imported.
func passing(in *poolhouseapi.CheckUserImportRequest) (*poolhouseapi.UserImportCheckType, error) {
	c := &poolhouseapi.UserImportCheckType{TotalRows: new(int64(1)), PassingRows: new(int64(1)), SkippedRows: new(int64(0)), FailingRows: new(int64(0)), CompletionStatus: "Succeeded",
		Format: &poolhouseapi.ImportFormatType{Notes: []string{"A backslash stands before a mark."}}}
	for _, name := range []string{"cognito:username", "email", "email_verified", "name"} {
		c.Columns = append(c.Columns, poolhouseapi.ImportColumnType{Name: name, IsKnown: new(true), ReadAs: name, FilledRows: new(int64(1)), Samples: []string{"as read <i>"}})
	}
	return c, nil
}

// TestTwoWays: of a file that can be read in two ways, both are shown with the values that
// differ, and no job is offered. One is chosen without a script; the check and the job have
// the choice; it stays where the form comes back, and is none of another file's.
func TestTwoWays(t *testing.T) {
	f := newFixture(t)
	f.reads()
	s := f.stub()
	s.seen = func(_ *poolhouseapi.DescribeUserImportUploadRequest, u *poolhouseapi.UserImportUploadType) {
		twoWaysOf(u)
	}
	s.check = passing
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	id := b.begin(pool, backslashes)
	page := b.seen(at + "?name=members&role=new&upload=" + id)
	wants(t, page, 200, "This file can be read in two ways", "Nothing is imported until you choose one", "<bdi>A backslash stands before a &lt;mark&gt;</bdi>",
		`<td class="other"><span class="vh">Differs: </span><bdi>Ada &#34;Countess&#34; Lovelace</bdi></td>`, `<td class="other"><span class="vh">Differs: </span><bdi>Ada \&#34;Countess\&#34; &lt;b&gt;</bdi></td>`,
		`<td><bdi>ada</bdi></td>`, "The other columns are the same in these rows.", "when you have chosen how the file is read")
	lacks(t, page, `value="start"`, `value="create"`, "ada@example.com</bdi></td>", "The file cannot be imported as it is", "What would be imported")
	if n := strings.Count(page.Body.String(), ">Read it this way<"); n != 2 {
		t.Errorf("there are %d ways to choose", n)
	}
	f.changes()
	wants(t, b.post(at, sendsOf(t, page, "start")...), 422, "The file can be read in two ways")
	if len(s.created) > 0 || len(s.checked) > 0 {
		t.Errorf("without a choice: %v %v", s.created, s.checked)
	}

	chosen := b.post(at, sendsOf(t, page, buttonOf(t, page, "Read it this way", 1), "budget-rows", "5")...)
	page = b.follow(chosen)
	want := poolhouseapi.ImportFormatChoiceType{Escape: "COGNITO", Quote: "QUOTATION_MARK"}
	if len(s.checked) != 1 || s.checked[0].Format == nil || *s.checked[0].Format != want || s.checked[0].Map != nil || s.checked[0].Strict != nil {
		t.Fatalf("the check is of %+v", s.checked)
	}
	wants(t, page, 200, "You chose: Values are quoted by: Quotation marks", "As Cognito has it", "A backslash stands before a mark.", "Create job and import 1 row", `value="5"`, `value="members"`, "4 columns, all known",
		`<option value="COGNITO" selected>`, "Detect it again", "<bdi class=\"sample\">as read &lt;i&gt;</bdi>")
	lacks(t, page, "Nothing is imported until you choose one", "First rows, as read")
	// The form comes back with an error, and then without.
	back := b.post(at, sendsOf(t, page, "start", "name", "a/b")...)
	wants(t, back, 422, "The name may have", "You chose: Values are quoted by", "Create job and import 1 row")
	made := b.post(at, sendsOf(t, back, "start", "name", "members")...)
	if made.Code != http.StatusSeeOther || len(s.created) != 1 || s.created[0].Format == nil || *s.created[0].Format != want {
		t.Fatalf("%d, created %+v", made.Code, s.created)
	}
	// Chosen again, and for another file not at all.
	again := b.post(at, sendsOf(t, page, buttonOf(t, page, "Detect it again", 0))...)
	wants(t, again, http.StatusSeeOther)
	if strings.Contains(again.Header().Get("Location"), "escape=") {
		t.Errorf("still chosen: %s", again.Header().Get("Location"))
	}
	other := b.begin(pool, backslashes)
	b.seen(at + "?upload=" + other)
	wants(t, b.follow(b.post(at, sendsOf(t, page, "save", "upload", other)...)), 200, "Nothing is imported until you choose one")
	wants(t, b.get(at+"?upload="+other+"&of="+other+"&escape=nonsense&sep=%22"), 200, "Nothing is imported until you choose one")
}

// TestReadAnotherWay: what was found out can be chosen otherwise, part for part; with only
// what Amazon Cognito takes, nothing else is asked for. A check that is refused leaves no
// job to be created, and what was chosen.
func TestReadAnotherWay(t *testing.T) {
	f := newFixture(t)
	f.reads()
	s := f.stub()
	s.check = passing
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	id := b.begin(pool, twoRows)
	page := b.seen(at + "?name=members&role=new&upload=" + id)
	wants(t, page, 200, "It is read as Amazon Cognito reads it.", "Read it another way", "Detected from the file", "Only what Amazon Cognito takes")
	page = b.follow(b.post(at, sendsOf(t, page, "read", "sep", "TAB", "encoding", "macintosh", "dates", "DAY_FIRST")...))
	want := poolhouseapi.ImportFormatChoiceType{Separator: "TAB", Encoding: "macintosh", Birthdates: "DAY_FIRST"}
	if len(s.checked) != 1 || s.checked[0].Format == nil || *s.checked[0].Format != want {
		t.Fatalf("the check is of %+v", s.checked)
	}
	wants(t, page, 200, "You chose: Separator: Tab; Encoding: Mac Roman; Birthdates: Day first (31/12/1980).", "--format separator=TAB,encoding=macintosh,birthdates=DAY_FIRST", `<option value="TAB" selected>`)

	s.check = func(*poolhouseapi.CheckUserImportRequest) (*poolhouseapi.UserImportCheckType, error) {
		return nil, &apicore.Error{Name: "LimitExceededException", Message: "This server checks 2 files at a time.", Status: 400}
	}
	failed := b.get(at + "?" + strings.SplitN(b.post(at, sendsOf(t, page, "save")...).Header().Get("Location"), "?", 2)[1])
	wants(t, failed, 200, "This server checks 2 files at a time.", "You chose: Separator: Tab", "The file was not checked as it is to be read.", `<option value="TAB" selected>`)
	lacks(t, failed, `value="start"`, "Create job and import")
	wants(t, b.post(at, sendsOf(t, page, "start")...), 422, "This server checks 2 files at a time.", "You chose: Separator: Tab")
	if len(s.created) > 0 {
		t.Errorf("a job was created that could not be checked: %+v", s.created)
	}

	s.check = passing
	strict := b.follow(b.post(at, sendsOf(t, page, "read", "strict", "1")...))
	if last := s.checked[len(s.checked)-1]; last.Strict == nil || !*last.Strict || last.Format != nil || last.Map != nil {
		t.Errorf("the check is of %+v", last)
	}
	wants(t, strict, 200, "Only what Amazon Cognito takes is read, as it reads it.", "Chosen, but not used", `name="strict" value="1" checked`, `<option value="TAB" selected>`)
	wants(t, b.post(at, sendsOf(t, strict, "create")...), http.StatusSeeOther)
	if last := s.created[len(s.created)-1]; last.Strict == nil || !*last.Strict || last.Format != nil {
		t.Errorf("created: %+v", last)
	}
}

// TestNoCheck: who may create jobs and not check files may still choose; the page has no
// numbers of another reading then.
func TestNoCheck(t *testing.T) {
	f := newFixture(t)
	f.reads()
	s := f.stub()
	s.seen = func(_ *poolhouseapi.DescribeUserImportUploadRequest, u *poolhouseapi.UserImportUploadType) {
		twoWaysOf(u)
	}
	s.check = passing
	pool := f.pool("people")
	f.root().post("/console/roles/create-import-role", "name", "mine")
	arn := "arn:aws:iam::" + account + ":role/service-role/mine"
	key, secret := f.user("ada", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"cognito-idp:CreateUserImportJob","Resource":"*"},{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}]}`)
	b := f.signed(key, secret)
	at := "/console/pools/" + pool + "/import-jobs/create"
	id := b.begin(pool, backslashes)
	page := b.seen(at + "?name=members&role=old&arn=" + url.QueryEscape(arn) + "&upload=" + id)
	wants(t, page, 200, "Read it this way")
	page = b.follow(b.post(at, sendsOf(t, page, buttonOf(t, page, "Read it this way", 0))...))
	wants(t, page, 200, "Your key may not check files.", `value="create"`, "Your key may not list the columns of the pool.", `<input id="as-1" name="as-1" type="text" value="cognito:username"`)
	lacks(t, page, "import 1 row")
	wants(t, b.post(at, sendsOf(t, page, "create")...), http.StatusSeeOther)
	if len(s.checked) > 0 || len(s.created) != 1 || s.created[0].Format == nil || s.created[0].Format.Escape != "BACKSLASH" {
		t.Errorf("checked %+v, created %+v", s.checked, s.created)
	}
}

// strange is a file with columns that the pool does not have.
const strange = "login,E-Mail Address,email_verified,Full name,department,nothing\nada,ada@example.com,true,Ada,x,\n"

// strangeColumns has an upload tell of the columns of such a file.
func strangeColumns(_ *poolhouseapi.DescribeUserImportUploadRequest, u *poolhouseapi.UserImportUploadType) {
	u.Problem = "Unexpected headers: the file has columns that the user pool does not know."
	u.Problems = []poolhouseapi.ImportProblemType{{Message: u.Problem}}
	u.TotalRows = new(int64(120))
	u.Columns = []poolhouseapi.ImportColumnType{
		{Name: "login", Meant: "cognito:username", FilledRows: new(int64(120)), Samples: []string{"ada", "<b>", "\u202egnp.exe"}},
		{Name: "E-Mail Address", Meant: "email", FilledRows: new(int64(118)), Samples: []string{"ada@example.com"}},
		{Name: "email_verified", IsKnown: new(true), ReadAs: "email_verified"},
		{Name: "Full name", Meant: "email"}, // which is taken
		{Name: "department"},
		{Name: "nothing", NotImported: "Empty", FilledRows: new(int64(0))},
	}
	u.ColumnCount = new(int64(6))
	u.MissingColumns = []poolhouseapi.ImportMissingColumnType{{Name: "cognito:username"}, {Name: "name", Reason: "the user pool requires it"}}
}

// mappedCheck has a check tell of the columns as the map has them.
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

// TestMapColumns: each column of a file is shown with how often it has a value and some of
// its values, and what it is read as: its own name, what the API suggests if nothing else is
// read as that, or nothing. What is chosen is checked, stays, and goes into the job.
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

	// Two columns for one are refused at the fields, and nothing is lost.
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
	// It stays after an error, and goes into the job as it is typed then.
	back := b.post(at, sendsOf(t, checked, "start", "name", "")...)
	wants(t, back, 422, "Create job and import 1 row")
	wants(t, b.post(at, sendsOf(t, back, "create", "name", "members", "as-5", "nickname")...), http.StatusSeeOther)
	if got := mapOf(s.created[0].Map); got != strings.Replace(want, "department=", "department=nickname", 1) {
		t.Errorf("created with %s", got)
	}
	// Another file has what was chosen for columns of the same names, wherever they are.
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

// TestKnownColumns: where all columns are known, their table is folded, and the job has no
// map; a sealed choice of another person, or of another pool, is none.
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

// TestRememberedColumns: what was chosen in the pool's last import is offered where it says
// something else of this file, and taken only when that is wished.
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

// TestManyColumns: a file of very many columns with long names is mapped as any other: what
// is chosen stays, also where it is too much for an address, and where the file goes through
// the server with all fields.
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
	wants(t, sent, 200, "Create import job") // too much for an address
	if len(hidden(sent, "map")) < longestAddress {
		t.Error("what was chosen is lost when the next file is sent")
	}
}

// TestAddressKept: the page's script is told the address that has all that was typed.
func TestAddressKept(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	b.headers["Accept"] = scriptAccepts
	a := b.post(at, "do", "keep", "name", "members", "upload", "import-x", "of", "import-x", "sep", "TAB", "col-1", "a", "as-1", "email")
	to, err := url.Parse(a.Body.String())
	check(t, err)
	if q := to.Query(); a.Code != 200 || to.Path != at || q.Get("name") != "members" || q.Get("sep") != "TAB" || q.Get("map") == "" {
		t.Errorf("%d %s", a.Code, a.Body)
	}
	// A part of the page is answered at once.
	b.headers = map[string]string{"HX-Request": "true"}
	wants(t, b.post(at, "name", "members", "alg", "BCRYPT"), 200, "<option selected>BCRYPT", `value="members"`)
}

// TestHowJobRead: the pages of a job tell how its file was read; one that failed since its
// file can be read in two ways leads to where that is chosen, with the columns of before.
func TestHowJobRead(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	id := f.imported(pool, "members", mistakes)
	s := f.stub()
	var notes []string
	for i := range notesShown + 2 {
		notes = append(notes, fmt.Sprintf("Note %d of <b>\u202e.", i))
	}
	s.receipt = func(r *poolhouseapi.UserImportReceiptType) {
		r.Format = &poolhouseapi.ImportFormatType{Notes: notes}
		r.CognitoRefusals = []poolhouseapi.ImportCognitoRefusalType{{Message: "Semicolons are no commas."}}
		r.Map = []poolhouseapi.ImportMappedColumnType{{Column: "E-Mail Address", Attribute: "email"}}
	}
	b := f.root()
	job := "/console/pools/" + pool + "/import-jobs/" + id
	for _, page := range []string{"", "/receipt", "/log"} {
		wants(t, b.get(job+page), 200, "How the file was read", "<li><bdi>Note 0 of &lt;b&gt;\u202e.</bdi></li>", "<summary>2 more</summary>", "Semicolons are no commas.")
	}
	s.receipt = func(r *poolhouseapi.UserImportReceiptType) { r.Format = nil }
	lacks(t, b.get(job), "How the file was read")
	s.receipt = func(r *poolhouseapi.UserImportReceiptType) { r.Format, r.Strict = nil, new(true) }
	wants(t, b.get(job+"/receipt"), 200, "Only what Amazon Cognito takes was read, as it reads it.")

	failed := f.job(pool, "two ways", func(j *importjob.Job) {
		j.State, j.Started, j.Message = importjob.Failed, f.now, "The file can be read in two ways, which make different users."
		j.Detail = j.Message + " In one way, a backslash is a backslash."
	})
	s.receipt = func(r *poolhouseapi.UserImportReceiptType) {
		r.Format, r.Map = nil, []poolhouseapi.ImportMappedColumnType{{Column: "login", Attribute: "cognito:username"}, {Column: "E-Mail Address", Attribute: ""}}
	}
	page := b.get("/console/pools/" + pool + "/import-jobs/" + failed)
	wants(t, page, 200, "In one way, a backslash is a backslash.", "Its file is deleted.", ">Create an import job</a>", "No user was created.")
	root, err := html.Parse(strings.NewReader(page.Body.String()))
	check(t, err)
	to := ""
	for n := range root.Descendants() {
		if n.Data == "a" && n.FirstChild != nil && n.FirstChild.Data == "Create an import job" {
			to = attribute(n, "href")
		}
	}
	f.reads()
	s.seen, s.check = strangeColumns, func(in *poolhouseapi.CheckUserImportRequest) (*poolhouseapi.UserImportCheckType, error) {
		var u poolhouseapi.UserImportUploadType
		strangeColumns(nil, &u)
		return &poolhouseapi.UserImportCheckType{Columns: u.Columns, Problems: u.Problems}, nil
	}
	again := b.get(to)
	wants(t, again, 200, `value="two ways"`)
	upload := b.begin(pool, strange)
	b.seen(strings.SplitN(to, "?", 2)[0] + "?upload=" + upload)
	next := b.follow(b.post(strings.SplitN(to, "?", 2)[0], sendsOf(t, again, "save", "upload", upload)...))
	if got := asTyped(sendsOf(t, next, "check")); got != "cognito:username - email_verified email - -" {
		t.Errorf("the file of the job before is read as %s", got)
	}
	if got := mapOf(s.checked[len(s.checked)-1].Map); got != "login=cognito:username E-Mail Address=" {
		t.Errorf("it is checked with %s", got)
	}
}

// TestIgnoredColumns: columns that were not imported are none to correct, though rows have
// them.
func TestIgnoredColumns(t *testing.T) {
	g := &grid{Names: []string{"cognito:username", "poolhouse:ignore:Full name", "email", "poolhouse:external_id"}}
	row := poolhouseapi.ImportRejectedRowType{
		LineNumber: new(int64(2)), Values: []string{"ada", "Ada", "ada", "x"}, CorrectedValues: []string{"ada", "Ada L", "ada", "y"}, IsCorrected: new(true),
		Findings: []poolhouseapi.ImportFindingType{{Column: "email", ColumnNumber: new(int64(3)), Code: "X"}, {Column: "poolhouse:ignore:Full name", ColumnNumber: new(int64(2)), Code: "X"}},
	}
	g.choose([]poolhouseapi.ImportRejectedRowType{row})
	if len(g.Columns) != 2 || g.Columns[0].Name != "email" || g.Columns[1].Name != "poolhouse:external_id" {
		t.Errorf("to correct are %v", g.Columns)
	}
	shown := g.row(&row)
	if len(shown.Cells) != 2 || len(shown.Other) > 0 {
		t.Errorf("the row has %v and %v", shown.Cells, shown.Other)
	}
}

// TestReadParts: each word of the API can be chosen, and no other.
func TestReadParts(t *testing.T) {
	shape := poolhouseapi.CheckUserImport.Input
	for _, m := range shape.Members {
		if m.Name == "Format" {
			shape = m.Shape
		}
	}
	parts := readParts()
	if len(parts) != len(shape.Members) {
		t.Errorf("%d parts, want %d", len(parts), len(shape.Members))
	}
	for _, m := range shape.Members {
		choice := readTyped{}
		var words []string
		for _, p := range parts {
			*p.of(&choice) = p.words[0].Value
		}
		value, err := apicore.Plain(choice.format())
		check(t, err)
		first := value.(map[string]any)[m.Name]
		for _, p := range parts {
			if p.words[0].Value == first {
				for _, o := range p.words {
					words = append(words, o.Value)
				}
			}
		}
		want := slices.Clone(m.Shape.Enum)
		slices.Sort(words)
		slices.Sort(want)
		if !slices.Equal(words, want) {
			t.Errorf("%s can be %q, want %q", m.Name, words, want)
		}
	}
}

// TestMapsForReal: a file of other columns is imported by what is chosen of them, which the
// pool remembers; the job's pages tell of it.
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
	wants(t, page, 200, long, "Create job and import") // also names that a message has in short are mapped
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
	wants(t, page, 200, "Create job and import 1 row", "1 is there already")
	if got := asTyped(sendsOf(t, page, "check")); got != "cognito:username email email_verified name nickname -" {
		t.Errorf("read as %s", got)
	}
}
