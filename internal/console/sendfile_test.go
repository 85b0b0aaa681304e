package console

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/proxies"
)

// sends submits a form with fields, given as name, value, and then a file.
func (b *browser) sends(path, csv string, pairs ...string) *httptest.ResponseRecorder {
	b.f.t.Helper()
	body, media := fileForm(b.f.t, "people.csv", csv, pairs...)
	return b.sendsForm(path, body, media)
}

func (b *browser) sendsForm(path string, body io.Reader, media string) *httptest.ResponseRecorder {
	b.f.t.Helper()
	b.headers["Content-Type"] = media
	defer delete(b.headers, "Content-Type")
	return b.send(http.MethodPost, path, body)
}

// fileForm returns a form as browsers send it, and its media type.
func fileForm(t testing.TB, name, csv string, pairs ...string) (io.Reader, string) {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for i := 0; i < len(pairs); i += 2 {
		check(t, w.WriteField(pairs[i], pairs[i+1]))
	}
	part, err := w.CreateFormFile("csv", name)
	check(t, err)
	_, err = io.WriteString(part, csv)
	check(t, err)
	check(t, w.Close())
	return &body, w.FormDataContentType()
}

// uploaded returns the state of an upload.
func (b *browser) uploaded(pool, id string) *poolhouseapi.UserImportUploadType {
	b.f.t.Helper()
	out, err := do(b.f.t.Context(), b.f.visit(b), poolhouseapi.DescribeUserImportUpload, &poolhouseapi.DescribeUserImportUploadRequest{UserPoolId: pool, UploadId: id})
	check(b.f.t, err)
	return out.UserImportUpload
}

// TestSendFile: without a script, a file is uploaded through the console, and the form
// keeps its other fields.
func TestSendFile(t *testing.T) {
	f := newFixture(t)
	f.now = time.Now().UTC().Truncate(time.Millisecond) // the time of uploads
	f.reads()
	pool := f.pool("people")
	b := f.root()
	at, form := "/console/pools/"+pool+"/import-jobs/upload", "/console/pools/"+pool+"/import-jobs/create"
	wants(t, b.get(form), 200, `formaction="`+at+`" formenctype="multipart/form-data"`, `name="csv" type="file"`)
	a := b.sends(at, twoRows, "name", "members", "role", "new", "alg", "", "upload", "", "file", "", "do", "upload")
	to, err := url.Parse(a.Header().Get("Location"))
	check(t, err)
	if q := to.Query(); a.Code != http.StatusSeeOther || to.Path != form || q.Get("name") != "members" || q.Get("role") != "new" || q.Get("file") != "people.csv" {
		t.Fatalf("%d %s", a.Code, to)
	}
	wants(t, b.seen(to.String()), 200, "people.csv", `value="members"`, "<bdi>ada@example.com</bdi>", "Create job and import 2 rows")
	if got := f.changes(); len(got) != 1 || got[0] != rootARN+" CreateUserImportUpload" {
		t.Errorf("on record: %q", got)
	}
	// A script that may not write to a bucket has created the upload already.
	b.headers["Accept"] = scriptAccepts
	begun, _, _ := strings.Cut(b.post(form, "do", "begin").Body.String(), "\n")
	if got := b.sends(at, twoRows, "upload", begun); got.Body.String() != begun || b.uploaded(pool, begun).Status == poolhouseapi.UserImportUploadStatusTypeWaiting {
		t.Errorf("the file of %s: %d %s", begun, got.Code, got.Body)
	}
	if got := b.sends(at, twoRows, "upload", begun); got.Code != 200 || got.Body.String() == begun {
		t.Errorf("a second file of %s: %d %s", begun, got.Code, got.Body)
	}
}

// TestSendFileRefused: a malformed file is not stored, and the form keeps its text.
func TestSendFileRefused(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/upload"
	wants(t, b.post(at, "name", "members"), http.StatusBadRequest)
	body, media := fileForm(t, "", "", "name", "members")
	wants(t, b.sendsForm(at, body, media), 422, "Choose a CSV file.", `value="members"`, `name="back" value="/console/pools/`+pool+`/import-jobs/create"`)
	wants(t, b.sends(at, strings.Repeat("x", maxFile+1), "name", "members"), 422, "The file was not taken: Your proposed upload exceeds the maximum allowed size.", `value="members"`)
	wants(t, b.sends(at, strings.Repeat("x", 3*maxFile), "name", "members"), 422, "exceeds the maximum")
	wants(t, b.sends(at, twoRows, "name", strings.Repeat("x", mostFieldSize+1)), http.StatusBadRequest)
	var many []string
	for range mostFields + 1 {
		many = append(many, "name", "x")
	}
	wants(t, b.sends(at, twoRows, many...), http.StatusBadRequest)
	wants(t, b.sendsForm(at, strings.NewReader("--x\r\nno form"), "multipart/form-data; boundary=x"), http.StatusBadRequest)
	b.headers["Accept"] = scriptAccepts
	if got := b.sends(at, strings.Repeat("x", maxFile+1)); got.Code != 422 || !strings.HasPrefix(got.Body.String(), "The file was not taken: ") {
		t.Errorf("a script is told: %d %s", got.Code, got.Body)
	}
	delete(b.headers, "Accept")

	key, secret := f.user("bob", "")
	bob := f.signed(key, secret)
	wants(t, bob.sends(at, twoRows), http.StatusForbidden, "is not authorized to perform: ")
	bob.headers = map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
	wants(t, bob.sends(at, twoRows), http.StatusForbidden, "This came from another site")
	f.changes()
	wants(t, f.browser().sends(at, twoRows), http.StatusSeeOther)
	if got := f.changes(); len(got) > 0 {
		t.Errorf("a stranger changed something: %q", got)
	}
}

// TestSendFileBreaksOff: nothing is stored of a file that does not arrive whole.
func TestSendFileBreaksOff(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	b := f.root()
	b.headers["Accept"] = scriptAccepts
	id, _, _ := strings.Cut(b.post("/console/pools/"+pool+"/import-jobs/create", "do", "begin").Body.String(), "\n")
	body, media := fileForm(t, "people.csv", twoRows, "upload", id)
	whole, err := io.ReadAll(body)
	check(t, err)
	at := "/console/pools/" + pool + "/import-jobs/upload"
	for name, half := range map[string]io.Reader{
		"cut short":   bytes.NewReader(whole[:len(whole)-80]),
		"broken line": io.MultiReader(bytes.NewReader(whole[:len(whole)-80]), failing{errors.New("connection reset")}),
	} {
		if got := b.sendsForm(at, half, media); got.Code < 400 {
			t.Errorf("%s: %d", name, got.Code)
		}
		if u := b.uploaded(pool, id); u.Status != poolhouseapi.UserImportUploadStatusTypeWaiting {
			t.Errorf("%s: the upload is %s", name, u.Status)
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// TestSendFileAfterSession: if the session ended while the file was chosen, the text is
// kept and the file is not.
func TestSendFileAfterSession(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	b := f.root()
	f.passes(time.Hour)
	f.changes()
	asked := b.sends("/console/pools/"+pool+"/import-jobs/upload", twoRows, "name", "members", "alg", "SCRYPT")
	wants(t, asked, http.StatusForbidden, "What you typed is kept")
	wants(t, b.signsInFrom(asked, rootKey, rootSecret), 200, `value="members"`, "<option selected>SCRYPT", "Create import job")
	if got := f.changes(); len(got) != 1 || got[0] != rootARN+" SignIn" {
		t.Errorf("on record: %q", got)
	}
}

// waiting is a Putter that waits for a signal.
type waiting struct{ began, goOn chan struct{} }

func (w waiting) Put(*http.Request, string, io.Reader) error {
	w.began <- struct{}{}
	<-w.goOn
	return nil
}

// TestSendFilesAtOnce: only a few files are uploaded at a time.
func TestSendFilesAtOnce(t *testing.T) {
	w := waiting{make(chan struct{}), make(chan struct{})}
	f := newFixture(t, func(o *Options) { o.Files = w })
	pool := f.pool("people")
	at := "/console/pools/" + pool + "/import-jobs/upload"
	var all []*browser
	for range mostSending + 1 {
		all = append(all, f.root())
	}
	answers := make(chan *httptest.ResponseRecorder, mostSending)
	for _, b := range all[:mostSending] {
		go func() { answers <- b.sends(at, twoRows) }()
		<-w.began
	}
	wants(t, all[mostSending].sends(at, twoRows), http.StatusServiceUnavailable, "It takes a few files at a time")
	close(w.goOn)
	for range mostSending {
		wants(t, <-answers, http.StatusSeeOther)
	}
}

// TestCORSRule: if files go to a bucket, the page shows the rule that the bucket needs,
// with the console's origin as browsers see it.
func TestCORSRule(t *testing.T) {
	const bucket = "https://files.s3.eu-west-1.amazonaws.com"
	f := newFixture(t, func(o *Options) { o.UploadsAt, o.InBucket = bucket, true })
	pool := f.pool("people")
	b := f.root()
	at := "/console/pools/" + pool + "/import-jobs/create"
	page := b.get(at)
	wants(t, page, 200, `id="cors" hidden`, `&#34;AllowedOrigins&#34;: [&#34;http://127.0.0.1:9229&#34;]`, `&#34;AllowedMethods&#34;: [&#34;PUT&#34;]`, "x-amz-server-side-encryption")
	if csp := page.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "connect-src 'self' "+bucket+";") {
		t.Errorf("the policy is %s", csp)
	}
	refused := b.get(at + "?through=1")
	wants(t, refused, 200, "The browser may not write to the bucket")
	lacks(t, refused, `id="cors" hidden`)
	b.tls = true
	wants(t, b.get(at), 200, "[&#34;https://127.0.0.1:9229&#34;]")
	f.console.PublicURL, b.tls = "https://pool.example.com/", false
	wants(t, b.get(at), 200, "[&#34;https://pool.example.com&#34;]")
	f.console.Proxies = proxies.List("127.0.0.1").Trusted()
	b.headers["X-Forwarded-Proto"] = "https" // set by a proxy, which may have changed the host
	wants(t, b.get(at), 200, "[&#34;https://pool.example.com&#34;]")
	f.console.PublicURL = "http://127.0.0.1:9229"
	wants(t, b.get(at), 200, "[&#34;https://127.0.0.1:9229&#34;]")
	lacks(t, newFixture(t).root().get(at), "AllowedOrigins")
}

// TestPageStaysAskable: a page that answers a form leads back to an address for GET when
// its theme is changed.
func TestPageStaysAskable(t *testing.T) {
	for _, a := range actions() {
		d, ok := deeds[a.path]
		if !ok || a.open {
			continue
		}
		w := newWorld(t)
		b := w.root()
		got := w.carryOut(b, a, d)
		if back := hidden(got, "back"); back != "" {
			if again := b.get(back); again.Code != http.StatusOK {
				t.Errorf("%s leads back to %s: %d", a.path, back, again.Code)
			}
		}
		if got = b.post(w.path(a), "rows", "1", "name", "/"); got.Code < 300 {
			if again := b.get(hidden(got, "back")); again.Code != http.StatusOK {
				t.Errorf("%s leads back to %s: %d", a.path, hidden(got, "back"), again.Code)
			}
		}
	}
}
