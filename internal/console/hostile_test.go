package console

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"golang.org/x/net/html"

	"poolhouse/internal/audit"
	"poolhouse/internal/iam"
	"poolhouse/internal/importjob"
	"poolhouse/internal/logrole"
	"poolhouse/internal/outbox"
	"poolhouse/internal/userpool"
)

// harmful are texts that do harm if a page, a header or a command interprets them.
var harmful = []string{
	`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `' autofocus onfocus='alert(1)`, `</title></textarea></bdi></pre><svg onload=alert(1)>`, `--><!--<b>`,
	`'"); DROP TABLE users;--`, `javascript:alert(1)//`, `{{.}}${7*7}`, `=cmd|' /C calc'!A0`, "+1(1)", "@SUM(1)", "%0d%0aSet-Cookie: a=b", "../../etc/hosts",
	"a\x01\x1b[31m\x7f\u0085b", "nothing\x00more", "a\u202egnp.exe\u202c\u2066x\u2069z", "نادي الأعضاء <b>", "one\r\ntwo\nthree: four", "a\u2028b\ufeff\u200bc",
	strings.Repeat("W", 2048), strings.Repeat(`<b>"'&`, 341) + "é",
}

// twin returns a harmless text of the same length, with line breaks at the same places,
// that is a valid name wherever the text is.
func twin(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case strings.ContainsRune("\x00\r\n@/: ", r):
			return r
		case unicode.In(r, unicode.Z, unicode.C):
			return '\u00a0'
		case nameForm.MatchString(string(r)):
			return 'x'
		}
		return '¤'
	}, text)
}

// filled is a world in which every name and every text is the same harmful text.
type filled struct {
	*world
	b        *browser
	text     string
	imported string // a pool with imported users
	rows     string // a job with failed rows
	upload   string
	username string // the text without characters that a username may not have
}

func fillWorld(t *testing.T, text string) *filled {
	t.Helper()
	w := &filled{world: &world{fixture: newFixture(t)}, text: text}
	w.username = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Z, unicode.C) {
			return '_'
		}
		return r
	}, text)
	w.reads()
	w.b = w.root()
	w.pool = w.fixture.pool(text)
	_, err := w.store.UpdatePool(t.Context(), w.pool, func(p *userpool.UserPool, _ bool) error {
		p.Schema = append(p.Schema, userpool.SchemaAttribute{Name: "custom:" + text, Type: userpool.String, Mutable: true, Number: 1})
		return nil
	})
	check(t, err)
	w.client = "client1"
	client := &userpool.Client{PoolID: w.pool, ID: w.client, Name: text, Created: w.now, Modified: w.now}
	check(t, w.store.CreateClient(t.Context(), client, func(*userpool.UserPool, *userpool.Client) error { return nil }))
	var attributes []string
	for _, a := range userpool.StandardSchema() {
		if a.Name != "sub" {
			attributes = append(attributes, a.Name, text)
		}
	}
	check(t, w.person(w.pool, w.username, append(attributes, "custom:"+text, text)...))
	p, err := w.store.Pool(t.Context(), w.pool)
	check(t, err)
	_, err = w.store.UpdateUserAndSend(t.Context(), p, w.username, func(u *userpool.User) ([]*outbox.Message, error) {
		return []*outbox.Message{{At: w.now, Sub: u.Sub, Username: u.Username, Kind: outbox.Kind(text), Medium: outbox.Medium(text), Attribute: text, Destination: text, Subject: text, Body: text, HTML: true, Code: text}}, nil
	})
	check(t, err)
	check(t, w.store.IAM().CreateUser(t.Context(), &iam.User{ID: "AIDAEXAMPLEEXAMPLE22", Name: text, Path: "/", Created: w.now}))
	k, _ := iam.NewAccessKey(text, w.sealer, w.now)
	check(t, w.store.IAM().CreateAccessKey(t.Context(), k))
	w.key = k.ID
	check(t, w.store.IAM().CreateRole(t.Context(), &iam.Role{ID: "AROAEXAMPLEEXAMPLE22", Name: text, Path: "/", Description: text, Trust: logrole.TrustPolicy, Created: w.now}))
	w.append(audit.Event{RequestID: text, Region: text, Service: text, Operation: text, Principal: text, AccessKeyID: text, Address: text, UserAgent: text, Resource: text, Details: "calls=" + text + " " + text, Result: text})
	w.fillFiles() // the engine would claim the running job
	w.fixture.job(w.pool, text, func(j *importjob.Job) {
		j.Detail, j.Message, j.RoleARN, j.HashAlgorithm, j.State = text, text, text, text, importjob.Failed
	})
	w.job = w.fixture.job(w.pool, text, running(9, importjob.Counts{Imported: 3, Failed: 1}))
	return w
}

// fillFiles imports users whose free attributes all are the text, and uploads a file that
// consists of it.
func (w *filled) fillFiles() {
	quote := func(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }
	quoted := quote(w.text)
	free := []string{"name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "locale", "address"}
	texts := strings.Repeat(","+quoted, len(free))
	csv := "cognito:username,email,email_verified," + strings.Join(free, ",") + "\nada,ada@example.com,true" + texts + "\n" +
		quote(w.username) + ",bob@example.com,true" + texts + "\n"
	w.imported = w.fixture.pool("imported")
	w.fixture.imported(w.imported, "job", csv)
	w.rows = w.fixture.imported(w.imported, "rows", "cognito:username,email,email_verified,name,birthdate\ncarl,carl@example.com,true,Carl,"+quoted+"\n")
	// The column is unknown to the pool. Text that looks like a hash is shown in known
	// columns only.
	w.upload = w.b.begin(w.pool, quote("of none "+w.text)+",cognito:username\nx,"+quoted+"\n")
}

// at returns the address of an action in this world.
func (w *filled) at(a action) string {
	return "/console" + strings.NewReplacer("{pool}", w.pool, "{client}", w.client, "{job}", w.job, "{username}", url.PathEscape(nameStep(w.username)), "{user}", url.PathEscape(nameStep(w.text)), "{key}", w.key).Replace(a.path)
}

// pages returns the address of every page, with every query parameter.
func (w *filled) pages() (all []string) {
	for _, a := range actions() {
		if a.show == nil || strings.HasSuffix(a.path, "/events") || isFile(a.path) {
			continue
		}
		at := w.at(a)
		all = append(all, at)
		var query []string
		for _, name := range strings.Fields("q username why next token attribute op status skip verdict code line after name role arn alg file who what pool from to all") {
			query = append(query, name, w.text)
		}
		all = append(all, withQuery(at, query...))
	}
	at := "/console/pools/" + w.imported
	job := at + "/import-jobs/" + w.rows
	all = append(all, job, job+"/correct", job+"/correct?all=1", withQuery(job+"/correct", "code", w.text, "column", w.text, "flaw", w.text, "back", w.text), job+"/receipt", job+"/users", job+"/check", job+"/log")
	create := "/console/pools/" + w.pool + "/import-jobs/create"
	return append(all, withQuery(create, "upload", w.upload, "file", w.text, "name", w.text), withQuery(create, "upload", w.upload, "of", w.upload, "dates", "DAY_FIRST"), at+"/users", at+"/users/ada", at+"/users/ada/edit",
		"/console/pools/"+w.pool+"/import-jobs/"+url.PathEscape(w.text), pathTo("pools", w.text), pathTo("pools", w.pool, "app-clients", w.text), pathTo(w.text))
}

// acts returns the address of every action that reads a form.
func (w *filled) acts() (all []string) {
	for _, a := range actions() {
		if a.act != nil && a.path != "/sign-out" {
			all = append(all, w.at(a))
		}
	}
	return all
}

// say submits a form whose fields all have the text, and follows the redirect.
func (w *filled) say(path string) *httptest.ResponseRecorder {
	w.t.Helper()
	form := []string{"rows", "1", "do", "create"}
	for _, name := range strings.Fields("id secret token next zone theme region back name signin verified mfa case attr-0-name attr-0-type attr-0-min attr-0-max attr-0-fixed protected confirm flow username password n-0 w-0 v-0 role arn alg upload file had why kind app sms map of sep quote escape encoding dates col-1 as-1 col-2 as-2") {
		form = append(form, name, w.text)
	}
	w.now = w.now.Add(time.Minute) // attempts to sign in are slowed
	a := w.b.post(path, form...)
	if a.Code == http.StatusSeeOther {
		return w.b.follow(a)
	}
	return a
}

// parsed is a page as a browser parses it.
type parsed struct {
	elements []string // each with its attribute names, in order
	shown    string   // all text, including the values of fields
	loose    []string // texts that change the direction of the text around them
	places   []string // addresses in the page
}

func parse(t *testing.T, page string) *parsed {
	t.Helper()
	root, err := html.Parse(strings.NewReader(page))
	check(t, err)
	p := &parsed{}
	var shown strings.Builder
	for n := range root.Descendants() {
		switch n.Type {
		case html.ElementNode:
			words := []string{n.Data}
			for _, a := range n.Attr {
				words = append(words, a.Key)
				switch a.Key {
				case "value":
					if strings.HasPrefix(a.Val, Root) {
						continue
					}
					shown.WriteString("\n\n" + a.Val)
				case "href", "src", "action", "data-hx-get", "data-hx-post", "data-hx-sse:connect", "data-begin":
					p.places = append(p.places, a.Val)
				}
			}
			p.elements = append(p.elements, strings.Join(words, " "))
		case html.TextNode:
			if !within(n, "pre", "title") { // in commands, and in both at once
				shown.WriteString(n.Data)
			}
			if strings.ContainsAny(n.Data, "\u202e\u2066\x1b") && within(n, "pre", "title") || strings.ContainsAny(n.Data, "\u202e\u2066ن") && !within(n, "bdi", "textarea", "option", "pre", "title") {
				p.loose = append(p.loose, n.Parent.Data+": "+n.Data)
			}
		case html.CommentNode:
			p.elements = append(p.elements, "comment")
		}
	}
	p.shown = shown.String()
	return p
}

// within reports whether a node is inside an element with one of the names.
func within(n *html.Node, names ...string) bool {
	for a := range n.Ancestors() {
		if slices.Contains(names, a.Data) {
			return true
		}
	}
	return false
}

// times counts how often a browser shows a text.
func (p *parsed) times(text string) int {
	as := strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "", "\ufffd", "")
	return strings.Count(as.Replace(p.shown), as.Replace(text))
}

// compare compares a page with a harmful text to the same page with its twin.
func compare(t *testing.T, at, text string, got, want *httptest.ResponseRecorder) (shown int) {
	t.Helper()
	if got.Code != want.Code || got.Code >= http.StatusInternalServerError {
		t.Errorf("%s with %.40q answers %d, and %d with its twin", at, text, got.Code, want.Code)
		return 0
	}
	at, _, _ = strings.Cut(at, "?")
	p, q := parse(t, got.Body.String()), parse(t, want.Body.String())
	if i := firstDifference(p.elements, q.elements); i >= 0 {
		t.Errorf("%s: %.40q gives %q where its twin gives %q", at, text, p.elements[i:min(i+3, len(p.elements))], q.elements[i:min(i+3, len(q.elements))])
	}
	if n, m := p.times(text), q.times(twin(text)); n != m && got.Code < http.StatusBadRequest { // the API's own messages may shorten it
		t.Errorf("%s: %.40q is shown %d times, and its twin %d times", at, text, n, m)
	}
	for _, place := range p.places {
		if !strings.HasPrefix(place, "/console/") && !strings.HasPrefix(place, "#") {
			t.Errorf("%s: %.40q leads to %q", at, text, place)
		}
	}
	for _, each := range p.loose {
		t.Errorf("%s: what turns the text around it stands in no bdi: %.200q", at, each)
	}
	return p.times(text)
}

func firstDifference(a, b []string) int {
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return i
		}
	}
	if len(a) != len(b) {
		return min(len(a), len(b), max(len(a), len(b))-1)
	}
	return -1
}

// TestHarmfulTexts walks all pages of worlds with harmful texts. Each page has the same
// elements and attributes as with a harmless text, and shows the text unchanged.
func TestHarmfulTexts(t *testing.T) {
	for i, text := range harmful {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			bad, good := fillWorld(t, text), fillWorld(t, twin(text))
			b, g := bad.b, good.b
			for _, w := range []*filled{bad, good} {
				w.b.seen("/console/pools/" + w.pool + "/import-jobs/create?upload=" + w.upload)
			}
			shown := 0
			pages, twins := bad.pages(), good.pages()
			for k, at := range pages {
				shown += compare(t, at, text, b.get(at), g.get(twins[k]))
			}
			for k, path := range bad.acts() {
				shown += compare(t, "POST "+path, text, bad.say(path), good.say(good.acts()[k]))
			}
			if len(pages) < 60 || shown < len(pages) {
				t.Errorf("%.40q is shown %d times on %d pages", text, shown, len(pages))
			}
		})
	}
}
