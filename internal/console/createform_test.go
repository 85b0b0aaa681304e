package console

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// sendsOf returns the fields that a browser without script submits from the page that
// creates a job: the fields of the page, some with other values, given as name, value, and
// a button.
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

// ofForm reports whether an element belongs to the form that creates a job.
func ofForm(n *html.Node) bool {
	for a := range n.Ancestors() {
		if a.Data == "form" {
			return attribute(a, "id") == "create"
		}
	}
	return false
}

// attribute returns an attribute of an element. For an option without a value it returns
// its text.
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

// buttonOf returns the value of the n-th button whose text begins with a text.
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

// TestAddressKept: the page's script gets an address with the whole form.
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
	// A fragment of the page is answered at once.
	b.headers = map[string]string{"HX-Request": "true"}
	wants(t, b.post(at, "name", "members", "alg", "BCRYPT"), 200, "<option selected>BCRYPT", `value="members"`)
}
