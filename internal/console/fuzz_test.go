package console

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"poolhouse/internal/pagetoken"
)

// FuzzPages: for any path, query, cookies and form, signed in or not, no page fails with an
// internal error, and each answer has the security headers.
func FuzzPages(f *testing.F) {
	fixture := newFixture(f)
	for i, a := range actions() {
		f.Add(uint8(i), "confirm=people&name=x&do=create&rows=2&attr-0-name=a&signin=email", "next=//evil.example", "system", i%2 == 0, i%3 == 0)
		f.Add(uint8(i), "id=%00&username=%ff&password=x&typed=AAAA&attr-email=a", "token=%00&filter=email+%3D+%22&sort=zz&page=-1", "Mars/Olympus", true, strings.HasPrefix(a.path, "/pools"))
	}
	pool := fixture.pool("people")
	root := fixture.root()
	keep := root.cookies[cookieSession]
	fixture.changes()
	f.Fuzz(func(t *testing.T, which uint8, form, query, cookie string, signedIn, post bool) {
		fixture.t = t
		all := actions()
		a := all[int(which)%len(all)]
		if a.live || a.path == "/sign-out" || post && slices.Contains([]string{"/pools/{pool}/delete", "/sign-in"}, a.path) {
			return // a stream ends with its job; the test needs the session and the pool later
		}
		b := fixture.browser()
		for _, name := range []string{cookieTheme, cookieZone, cookieRegion, cookieFlash, cookieOwner} {
			b.cookies[name] = &http.Cookie{Name: name, Value: url.QueryEscape(cookie)}
		}
		if signedIn {
			b.cookies[cookieSession] = keep
		} else if cookie != keep.Value {
			b.cookies[cookieSession] = &http.Cookie{Name: cookieSession, Value: cookie}
		}
		to := "/console" + strings.NewReplacer("{pool}", pool, "{client}", "c", "{job}", "import-x", "{username}", url.PathEscape(cookie), "{user}", "u", "{key}", "k").Replace(a.path)
		if _, err := url.Parse("http://h" + to + "?" + query); err != nil || strings.ContainsFunc(query, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
			return
		}
		method, body := http.MethodGet, ""
		if post {
			method, body = http.MethodPost, form
		}
		got := b.send(method, to+"?"+query, strings.NewReader(body))
		if got.Code >= 500 {
			t.Fatalf("%s %s?%s %q: %d %s", method, to, query, body, got.Code, got.Body)
		}
		if got.Header().Get("X-Frame-Options") != "DENY" || !strings.HasPrefix(got.Header().Get("Content-Security-Policy"), "default-src 'none'") {
			t.Fatalf("%s %s has no guard: %v", method, to, got.Header())
		}
		if where := got.Header().Get("Location"); where != "" && (!strings.HasPrefix(where, Root) || strings.HasPrefix(where, "//")) {
			t.Fatalf("%s %s?%s leads to %s", method, to, query, where)
		}
		for _, made := range fixture.changes() {
			if !utf8.ValidString(to+form) && !strings.Contains(made, "SignIn") {
				t.Fatalf("%s %s %q, which is not UTF-8, does %s", method, to, form, made)
			}
		}
		if !signedIn && !a.open && got.Code < 300 {
			t.Fatalf("%s %s answers a stranger %d", method, to, got.Code)
		}
	})
}

// FuzzNext: a redirect stays below the console of this server.
func FuzzNext(f *testing.F) {
	for _, to := range []string{"/console/pools", "//evil.example/console/", `/\evil.example`, "/console/../", "/console/%2e%2e/x", "https://h/console/", "javascript:1", "/console/a#b", "/console/\t/", ""} {
		f.Add(to)
	}
	f.Fuzz(func(t *testing.T, to string) {
		got := inConsole(to)
		u, err := url.Parse(got)
		if err != nil || u.Host != "" || u.Scheme != "" || strings.ContainsAny(got, "\\\r\n\t") || !strings.HasPrefix(path.Clean(u.Path)+"/", Root) || strings.HasPrefix(got, "//") {
			t.Fatalf("%q leads to %q", to, got)
		}
		if again := inConsole(got); again != got {
			t.Fatalf("%q leads to %q, and that to %q", to, got, again)
		}
	})
}

// FuzzTyped: kept text opens for its owner and its path only, without secrets.
func FuzzTyped(f *testing.F) {
	key, err := pagetoken.NewKey(make([]byte, pagetoken.SecretSize))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("name=x&password=secret", "ada", "/console/pools/create", "")
	f.Add("typed=a&do=b", "", "", "AAAA")
	f.Add("%zz=&a=%ff", "é", "\x00", "!")
	f.Fuzz(func(t *testing.T, form, owner, path, text string) {
		v := &visit{Console: &Console{Options: Options{Seals: key}}}
		v.who.UserID = owner
		if _, ok := v.opened(text, path); ok {
			t.Fatalf("%q opens", text)
		}
		sent, err := url.ParseQuery(form)
		if err != nil {
			return
		}
		sealed := v.seal(v.owner(), path, sent)
		if sealed == "" {
			return
		}
		got, ok := v.opened(sealed, path)
		if !ok || got.Has("password") || got.Has("do") || got.Has(fieldTyped) {
			t.Fatalf("%q opens as %v", form, got)
		}
		for name, values := range sent {
			if !slices.Contains(notKept, name) && !slices.Equal(got[name], values) {
				t.Fatalf("%q of %q opens as %q", name, form, got[name])
			}
		}
		if _, ok := v.opened(sealed, path+"x"); ok {
			t.Fatal("it opens for another path")
		}
		v.who.UserID = owner + "x"
		if _, ok := v.opened(sealed, path); ok {
			t.Fatal("it opens for another user")
		}
	})
}

// FuzzSentFile: the fields before the file of a form are few and small, and the file
// follows them.
func FuzzSentFile(f *testing.F) {
	form := func(parts ...string) []byte {
		var body bytes.Buffer
		w := multipart.NewWriter(&body)
		if err := w.SetBoundary("b"); err != nil {
			f.Fatal(err)
		}
		for i := 0; i+1 < len(parts); i += 2 {
			if err := w.WriteField(parts[i], parts[i+1]); err != nil {
				f.Fatal(err)
			}
		}
		return body.Bytes()
	}
	f.Add(form("name", "x", fileField, "a,b\n"))
	f.Add(form(slices.Repeat([]string{"a", "b"}, mostFields+1)...))
	f.Add(form("name", strings.Repeat("x", mostFieldSize+1)))
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"csv\"; filename=\"../x\"\r\n\r\na\r\n--b--"))
	f.Add([]byte("--b--"))
	f.Fuzz(func(t *testing.T, body []byte) {
		fields, _, err := readFields(multipart.NewReader(bytes.NewReader(body), "b"))
		if (err == nil) != (fields != nil) {
			t.Fatalf("%q: %v, %v", body, fields, err)
		}
		n := 0
		for _, values := range fields {
			for _, value := range values {
				if n++; len(value) > mostFieldSize {
					t.Fatalf("a field of %d bytes is taken", len(value))
				}
			}
		}
		if n > mostFields {
			t.Fatalf("%d fields are taken", n)
		}
	})
}

// TestTextsAreUTF8: every page refuses text that is not UTF-8, in a path, a query and a
// form, and changes nothing. Databases refuse such text, or would store a name that no
// other call can express.
func TestTextsAreUTF8(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	for path, a := range f.each(b) {
		if a.show != nil {
			if got := b.get(path + "?q=%ff"); got.Code != http.StatusBadRequest {
				t.Errorf("GET %s?q=%%ff: %d", path, got.Code)
			}
		}
		if a.act == nil || a.path == "/sign-out" {
			continue
		}
		var got int
		if a.streams {
			body, media := fileForm(t, "a.csv", "x", "name", "\xff")
			b.headers = map[string]string{"Content-Type": media}
			got = b.send(http.MethodPost, path, body).Code
			b.headers = nil
		} else {
			got = b.post(path, "name", "\xff", "username", "a", "confirm", "people").Code
		}
		if got != http.StatusBadRequest {
			t.Errorf("POST %s: %d", path, got)
		}
	}
	if got := f.changes(); len(got) > 0 {
		t.Errorf("%q", got)
	}
	pool := f.pool("people")
	if got := b.get("/console/pools/" + pool + "/users/%ff"); got.Code != http.StatusBadRequest {
		t.Errorf("a path: %d", got.Code)
	}
}
