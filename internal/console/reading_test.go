package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/apicore"
)

// TestReadAnotherWay: each detected part of the format can be changed. With "Only what
// Amazon Cognito takes", no other choice is sent. A refused check offers no job, and the
// choice survives.
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
	wants(t, page, 200, "It is read as Amazon Cognito reads it.", "Read it another way", "Detected from the file", "Only what Amazon Cognito accepts")
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
	wants(t, failed, 200, "This server checks 2 files at a time.", "You chose: Separator: Tab", "The file was not checked with these choices.", `<option value="TAB" selected>`)
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
	wants(t, strict, 200, "Only what Amazon Cognito accepts is read, as it reads it.", "Chosen, but not used", `name="strict" value="1" checked`, `<option value="TAB" selected>`)
	wants(t, b.post(at, sendsOf(t, strict, "create")...), http.StatusSeeOther)
	if last := s.created[len(s.created)-1]; last.Strict == nil || !*last.Strict || last.Format != nil {
		t.Errorf("created: %+v", last)
	}
}

// TestNoCheck: a caller who may create jobs but not check files may still choose. The page
// then has no numbers of another reading.
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

// TestReadParts: exactly the values of the API can be chosen.
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
