package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestStatic: the content of an address never changes, is sent compressed to clients that
// accept it, and needs no session.
func TestStatic(t *testing.T) {
	f := newFixture(t)
	b := f.browser()
	for name := range served {
		plain := b.get(f.console.static.address(name))
		if h := plain.Header(); plain.Code != 200 || h.Get("Cache-Control") != "public, max-age=31536000, immutable" || h.Get("Content-Type") == "" || plain.Body.Len() == 0 {
			t.Errorf("%s: %d %v", name, plain.Code, h)
		}
		b.headers["Accept-Encoding"] = "br, gzip;q=0.5"
		zipped := b.get(f.console.static.address(name))
		b.headers = map[string]string{}
		r, err := gzip.NewReader(zipped.Body)
		check(t, err)
		text, err := io.ReadAll(r)
		check(t, err)
		if zipped.Header().Get("Content-Encoding") != "gzip" || !bytes.Equal(text, plain.Body.Bytes()) {
			t.Errorf("%s compressed: %v", name, zipped.Header())
		}
		wants(t, b.send(http.MethodPost, f.console.static.address(name), nil), http.StatusSeeOther) // not a page
	}
	b.headers["Accept-Encoding"] = "gzip;q=0.0, identity"
	if got := b.get(f.console.static.address("console.css")).Header().Get("Content-Encoding"); got != "" {
		t.Errorf("one who does not take gzip gets %s", got)
	}
}

// TestUnmodified: third-party scripts are those of their packages (docs/dependencies.md has
// the same checksums).
func TestUnmodified(t *testing.T) {
	for name, want := range map[string]string{
		"htmx.min.js":   "a0abb04f2f45a1f89d1d4844023245537e5e6014c87b144553e0607b4cc32130",
		"hx-sse.min.js": "18ef2761356ec1fe0bb6d92612315b37517a7c1e9856b661c5ae81fef239d103",
	} {
		data, err := staticFiles.ReadFile("static/" + name)
		check(t, err)
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != want {
			t.Errorf("%s has the checksum %x", name, sum)
		}
	}
}

// TestOneScript: htmx and its extension are in one file, so that htmx does not process a
// page before the extension has loaded.
func TestOneScript(t *testing.T) {
	f := newFixture(t)
	page := f.root().get("/console/pools").Body.String()
	with := 0
	for name, file := range f.console.static.files {
		extends, defines := bytes.Contains(file.plain, []byte("htmx.registerExtension(")), bytes.Contains(file.plain, []byte(`meta[name="htmx-config"]`))
		if extends != defines {
			t.Errorf("%s has one of htmx and its extension, but not the other", name)
		}
		if extends {
			with += strings.Count(page, f.console.static.address(name))
		}
	}
	if with != 1 {
		t.Errorf("a page loads htmx with its extension %d times", with)
	}
}
