package console

import (
	"cmp"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// hidden returns the value of a page's hidden field, "" if it is absent.
func hidden(a *httptest.ResponseRecorder, name string) string {
	found := regexp.MustCompile(`<input type="hidden" name="` + name + `" value="([^"]*)">`).FindStringSubmatch(a.Body.String())
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// signsInFrom signs in on the page that an answer shows or redirects to, and follows the
// redirects after that.
func (b *browser) signsInFrom(a *httptest.ResponseRecorder, key, secret string) *httptest.ResponseRecorder {
	b.f.t.Helper()
	if a.Code == http.StatusSeeOther {
		a = b.follow(a)
	}
	next, typed := hidden(a, "next"), hidden(a, "typed")
	a = b.post("/console/sign-in", "id", key, "secret", secret, "next", next, "typed", typed)
	if a.Code == http.StatusSeeOther {
		return b.follow(a)
	}
	if !strings.Contains(a.Body.String(), `<form action="`+next+`" method="post" data-press>`) {
		b.f.t.Fatalf("signing in from %s: %d %s", next, a.Code, a.Body)
	}
	return b.post(next, "typed", hidden(a, "typed"))
}

// TestPageAfterSignIn: after signing in, a browser gets a page, for every request that it
// made without a session. An action that is not a page names its page.
func TestPageAfterSignIn(t *testing.T) {
	w := newWorld(t)
	for _, a := range actions() {
		if a.of != "" && !slices.ContainsFunc(actions(), func(p action) bool { return p.path == a.of && p.show != nil && p.of == "" }) {
			t.Errorf("%s belongs to %s, which is no page", a.path, a.of)
		}
		if a.open {
			continue
		}
		for method, handle := range map[string]any{http.MethodGet: a.show, http.MethodPost: a.act} {
			b := w.root()
			w.now = w.now.Add(time.Hour)
			got := b.signsInFrom(b.send(method, w.path(a), strings.NewReader("x=1")), rootKey, rootSecret)
			if got.Code != http.StatusOK || !strings.HasPrefix(got.Header().Get("Content-Type"), "text/html") {
				t.Errorf("%s %s (%T), after signing in: %d %v", method, a.path, handle, got.Code, got.Header())
			}
		}
	}
	if got := w.changes(); slices.ContainsFunc(got, func(call string) bool { return call != rootARN+" SignIn" }) {
		t.Errorf("signing in changed something: %q", got)
	}
}

var (
	textField    = regexp.MustCompile(`<input id="([^"]+)" name="([^"]+)" type="(text|password)" value="`)
	hiddenField  = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)
	boxField     = regexp.MustCompile(`<input type="checkbox" id="[^"]*" name="([^"]+)" value="([^"]*)"`)
	radioField   = regexp.MustCompile(`<input type="radio" id="[^"]*" name="([^"]+)" value="([^"]*)"`)
	selectField  = regexp.MustCompile(`(?s)<select id="[^"]*" name="([^"]+)".*?</select>`)
	optionOf     = regexp.MustCompile(`<option( value="([^"]*)")?( selected)?>([^<]*)</option>`)
	mainPart     = regexp.MustCompile(`(?s)<main.*</main>`)
	passwordText = "a-Secret-1"
)

// TestTypedIsKept walks all forms: text and ticks submitted after the session's end are in
// the form again. Passwords are not.
func TestTypedIsKept(t *testing.T) {
	w := newWorld(t)
	fields, passwords, chosen := 0, 0, 0
	for _, a := range actions() {
		if !a.isForm() {
			continue
		}
		b := w.root()
		page := mainPart.FindString(b.get(w.path(a)).Body.String())
		var form, want []string
		for _, found := range hiddenField.FindAllStringSubmatch(page, -1) {
			form = append(form, found[1], html.UnescapeString(found[2]))
		}
		for _, found := range boxField.FindAllStringSubmatch(page, -1) {
			form, want = append(form, found[1], found[2]), append(want, found[0]+" checked")
		}
		for _, found := range textField.FindAllStringSubmatch(page, -1) {
			if found[3] == "password" {
				form = append(form, found[2], passwordText)
				passwords++
				continue
			}
			form, want = append(form, found[2], "typed <"+found[2]+">"), append(want, found[0]+"typed &lt;"+found[2]+"&gt;\"")
			fields++
		}
		last := map[string][]string{}
		for _, found := range radioField.FindAllStringSubmatch(page, -1) {
			last[found[1]] = []string{found[2], found[0] + " checked"}
		}
		for _, found := range selectField.FindAllStringSubmatch(page, -1) {
			if all := optionOf.FindAllStringSubmatch(found[0], -1); len(all) > 1 {
				o := all[len(all)-1]
				last[found[1]] = []string{cmp.Or(o[2], o[4]), "<option" + o[1] + " selected>" + o[4]}
			}
		}
		for name, each := range last {
			form, want = append(form, name, each[0]), append(want, each[1])
			chosen++
		}
		if len(want) == 0 {
			continue
		}
		w.now = w.now.Add(time.Hour)
		asked := b.post(w.path(a), append(form, "do", "create")...)
		wants(t, asked, http.StatusForbidden, "Sign in to Poolhouse", "Your session ended after 1 hour without use. What you typed is kept")
		lacks(t, asked, "typed <", "typed &lt;", passwordText)
		again := b.signsInFrom(asked, rootKey, rootSecret)
		lacks(t, again, passwordText)
		if wants(t, again, http.StatusOK, append(want, "Nothing was changed yet.")...); t.Failed() {
			t.Fatal(a.path)
		}
	}
	if fields < 15 || passwords == 0 || chosen < 4 {
		t.Errorf("%d fields and %d passwords were typed, %d were chosen", fields, passwords, chosen)
	}
	if got := w.changes(); slices.ContainsFunc(got, func(call string) bool { return call != rootARN+" SignIn" }) {
		t.Errorf("a form that was shown again changed something: %q", got)
	}
}

// TestTypedIsOfItsOwner: kept text opens for its owner only, at its path only, and not in a
// browser without the session's cookies. A failed attempt to sign in does not lose it.
func TestTypedIsOfItsOwner(t *testing.T) {
	w := newWorld(t)
	key, secret := w.user("ada", everything)
	b := w.signed(key, secret)
	w.now = w.now.Add(time.Hour)
	asked := b.post("/console/pools/create", "name", "mine alone")
	typed := hidden(asked, "typed")
	if typed == "" {
		t.Fatal(asked.Body)
	}
	failed := b.post("/console/sign-in", "id", key, "secret", "wrong", "next", "/console/pools/create", "typed", typed)
	if wants(t, failed, 422); hidden(failed, "typed") != typed {
		t.Error("a wrong secret loses what was typed")
	}
	w.now = w.now.Add(time.Minute)
	other := b.signsInFrom(asked, rootKey, rootSecret)
	wants(t, other, 200, "Create user pool")
	lacks(t, other, "mine alone")
	goesTo(t, b.post("/console/pools/create", "typed", typed), "/console/pools/create")
	b.signIn(key, secret)
	goesTo(t, b.post("/console/roles/create-import-role", "typed", typed), "/console/roles/create-import-role")
	goesTo(t, b.post("/console/pools/create", "typed", typed+"x"), "/console/pools/create")
	wants(t, b.post("/console/pools/create", "typed", typed), 200, `value="mine alone"`)

	b.post("/console/sign-out") // in another tab
	wants(t, b.signsInFrom(b.post("/console/pools/create", "name", "after all"), key, secret), 200, `value="after all"`)
	goesTo(t, w.browser().post("/console/pools/create", "name", "x"), "/console/sign-in?next=%2Fconsole%2Fpools%2Fcreate")
	b.headers["Accept"] = scriptAccepts
	delete(b.cookies, cookieSession)
	wants(t, b.post("/console/pools/"+w.pool+"/import-jobs/create", "do", "begin"), http.StatusUnauthorized)
}

// TestTypedAfterFailure: a failure page leads back to the form.
func TestTypedAfterFailure(t *testing.T) {
	w := newWorld(t)
	key, secret := w.user("ada", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"cognito-idp:Describe*","Resource":"*"}}`)
	b := w.signed(key, secret)
	at := "/console/pools/" + w.pool + "/settings"
	failed := b.post(at, "verified", "phone_number")
	wants(t, failed, http.StatusForbidden, "Back to the form, with what you typed")
	wants(t, b.post(at, "typed", hidden(failed, "typed")), 200, "may look at the settings")
}
