package console

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed static
var staticFiles embed.FS

// staticRoot is the path of the static files. It is followed by a hash of the content and
// the file's name, so the content of an address never changes.
const staticRoot = Root + "static/"

// served lists the embedded files that make up each served file. htmx and its extension are
// one file: htmx processes a page as soon as it has run, and an extension that loads later
// would miss that.
var served = map[string][]string{
	"console.css":  {"tokens.css", "console.css"},
	"console.js":   {"console.js"},
	"upload.js":    {"upload.js"},
	"htmx.js":      {"htmx.min.js", "hx-sse.min.js"},
	"icon.svg":     {"icon.svg"},
	"licences.txt": {"licences/htmx.txt", "licences/cloudscape-design-tokens-notice.txt", "licences/cloudscape-design-tokens.txt"},
}

var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
}

// static holds the files that pages load.
type static struct {
	files map[string]*staticFile
}

type staticFile struct {
	hash          string
	plain, zipped []byte
}

func openStatic(z *zipper) (*static, error) {
	s := &static{files: map[string]*staticFile{}}
	for name, parts := range served {
		f := &staticFile{}
		for _, part := range parts {
			data, err := staticFiles.ReadFile("static/" + part)
			if err != nil {
				return nil, err
			}
			f.plain = append(f.plain, data...)
		}
		sum := sha256.Sum256(f.plain)
		f.hash = hex.EncodeToString(sum[:8])
		var err error
		if f.zipped, err = z.zip(f.plain); err != nil {
			return nil, err
		}
		s.files[name] = f
	}
	return s, nil
}

// address returns the path of a file, "" if there is none.
func (s *static) address(name string) string {
	f := s.files[name]
	if f == nil {
		return ""
	}
	return staticRoot + f.hash + "/" + name
}

// ServeHTTP answers with a file. Browsers may cache it for a year, because new content gets
// a new address.
func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f := s.files[r.PathValue("name")]
	if f == nil || r.PathValue("hash") != f.hash {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Content-Type", mediaTypes[path.Ext(r.PathValue("name"))])
	write(w, r, http.StatusOK, f.plain, f.zipped)
}

// write writes a body, compressed if the client accepts that and a compressed body exists.
func write(w http.ResponseWriter, r *http.Request, status int, plain, zipped []byte) {
	w.Header().Add("Vary", "Accept-Encoding")
	body := plain
	if zipped != nil && takesGzip(r) {
		w.Header().Set("Content-Encoding", "gzip")
		body = zipped
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) // the browser may have gone
	}
}

// takesGzip reports whether a client accepts gzip. A weight of 0 means that it does not.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(strings.ReplaceAll(part, " ", ""), ";")
		if strings.EqualFold(coding, "gzip") {
			return strings.TrimRight(weight, "0.") != "q="
		}
	}
	return false
}
