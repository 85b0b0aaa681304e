package console

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/importjob"
)

// TestHowJobRead: a job's pages say how its file was read. A job that failed because its
// file has two readings links to the choice between them, with the chosen columns.
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
	wants(t, b.get(job+"/receipt"), 200, "Only what Amazon Cognito accepts was read, as it reads it.")

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

// TestIgnoredColumns: columns that were not imported are not correctable, although rows
// have them.
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
