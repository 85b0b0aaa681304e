package console

import (
	"net/http"
	"strings"
	"testing"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

const backslashes = "cognito:username,email,email_verified,name\nada,ada@example.com,true,\"Ada \\\"Countess\\\" Lovelace\"\n"

// twoWaysOf makes an upload report that its file has two readings.
func twoWaysOf(u *poolhouseapi.UserImportUploadType) {
	u.ProblemCode, u.Problem = "TwoReadings", "The file can be read in two ways, which make different users: choose Format.Escape BACKSLASH or COGNITO."
	u.Problems = []poolhouseapi.ImportProblemType{{Code: "TwoReadings", Message: u.Problem}}
	names := []string{"cognito:username", "email", "email_verified", "name"}
	row := func(name string) []poolhouseapi.ImportRowType {
		return []poolhouseapi.ImportRowType{{LineNumber: new(int64(2)), Values: []string{"ada", "ada@example.com", "true", name}}}
	}
	u.Readings = []poolhouseapi.ImportReadingOfFileType{
		{Choice: &poolhouseapi.ImportFormatChoiceType{Escape: "BACKSLASH"}, Description: "a backslash stands before a <mark>", ColumnNames: names, FirstRows: row(`Ada "Countess" Lovelace`)},
		{Choice: &poolhouseapi.ImportFormatChoiceType{Escape: "COGNITO", Quote: "QUOTATION_MARK"}, Description: "a backslash is a backslash", ColumnNames: names, FirstRows: row(`Ada \"Countess\" <b>`)},
	}
}

// passing is a check whose rows all pass.
func passing(in *poolhouseapi.CheckUserImportRequest) (*poolhouseapi.UserImportCheckType, error) {
	c := &poolhouseapi.UserImportCheckType{TotalRows: new(int64(1)), PassingRows: new(int64(1)), SkippedRows: new(int64(0)), FailingRows: new(int64(0)), CompletionStatus: "Succeeded",
		Format: &poolhouseapi.ImportFormatType{Notes: []string{"A backslash stands before a mark."}}}
	for _, name := range []string{"cognito:username", "email", "email_verified", "name"} {
		c.Columns = append(c.Columns, poolhouseapi.ImportColumnType{Name: name, IsKnown: new(true), ReadAs: name, FilledRows: new(int64(1)), Samples: []string{"as read <i>"}})
	}
	return c, nil
}

// TestTwoWays: for a file with two readings, both are shown with the values that differ,
// and no job is offered. A reading can be chosen without a script. The check and the job
// use the choice, it survives when the form comes back, and it does not apply to another
// file.
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
		`<td><bdi>ada</bdi></td>`, "The other columns are the same in these rows.", "Choose how the file is read. Then you can create a job.")
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
	// The form comes back, first with an error and then without.
	back := b.post(at, sendsOf(t, page, "start", "name", "a/b")...)
	wants(t, back, 422, "The name may have", "You chose: Values are quoted by", "Create job and import 1 row")
	made := b.post(at, sendsOf(t, back, "start", "name", "members")...)
	if made.Code != http.StatusSeeOther || len(s.created) != 1 || s.created[0].Format == nil || *s.created[0].Format != want {
		t.Fatalf("%d, created %+v", made.Code, s.created)
	}
	// Undone, and then chosen for another file.
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
