package console

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"poolhouse/internal/access"
	"poolhouse/internal/console/session"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/proxies"
)

// Root is the path below which all pages are.
const Root = "/console/"

// Options sets a console up. All fields are required but those that say
// otherwise.
type Options struct {
	Calls    *dispatch.Dispatcher
	Keys     Keys
	Sessions *session.Keeper
	Regions  Regions
	Account  string
	// PublicURL is the URL under which browsers reach the server.
	PublicURL string
	// PlainHTTP lets browsers sign in over connections that are not encrypted, from
	// other machines too.
	PlainHTTP bool
	// Proxies are those that may say where a request comes from.
	Proxies proxies.Trusted
	// Record is told of each sign-in and sign-out, for the audit.
	Record func(context.Context, SignInEvent)
	// UploadsAt is the origin to which browsers send files of import jobs.
	UploadsAt string
	// InBucket says that it is a bucket's, which must allow browsers to write there.
	InBucket bool
	// Files stores files that come through the console, of at most MaxFile bytes.
	Files   Putter
	MaxFile int64
	// Seals seals what was typed in a form that comes back. Servers that share their
	// sessions have the same.
	Seals *pagetoken.Key
	// Places is told of the connections of those who are signed in. nil is told nothing.
	Places Places
	// Room waits until an answer of a size may be held until it is sent, which release tells. It
	// is told whether it is known who asks. nil is for answers of any size.
	Room func(ctx context.Context, w http.ResponseWriter, size int, known bool) (release func(), err error)
	Log  *slog.Logger
	Now  func() time.Time // nil stands for time.Now
}

// Keys finds who has an access key: an [access.Authenticator].
type Keys interface {
	Prove(ctx context.Context, given access.Credentials, token string, bound []byte) (access.Proof, access.Identity, error)
	ProveRoot(bound []byte) (access.Proof, access.Identity)
	Identify(ctx context.Context, p access.Proof, bound []byte) (access.Identity, error)
}

// Places knows the connections of the server.
type Places interface {
	// Verified notes that it is known whose a request is.
	Verified(r *http.Request)
	// Rests notes that it goes on for as long as a page is open.
	Rests(r *http.Request)
}

// Regions are those that the server serves.
type Regions interface {
	Names() []string // in their order, none of any
	Default() string
	Serves(region string) bool
}

// Console answers the requests below [Root].
type Console struct {
	Options
	static    *static
	pages     pages
	attempts  *session.Attempts
	links     links
	liveJobs  watches[*jobNow]
	liveLists watches[[]*jobNow]
	period    time.Duration // between two looks of a live page at its job
	sending   chan struct{} // a place for each file that comes through the console
	closing   chan struct{} // closed when the console ends
	close     sync.Once
	handler   http.Handler
}

// New returns a console.
func New(o Options) (*Console, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Console{Options: o, attempts: session.NewAttempts(), period: livePeriod, sending: make(chan struct{}, mostSending), closing: make(chan struct{})}
	var err error
	if c.static, err = openStatic(); err != nil {
		return nil, err
	}
	if c.pages, err = openPages(c.static); err != nil {
		return nil, err
	}
	c.handler, err = c.routed()
	return c, err
}

// Close ends the answers that go on by themselves: those of live pages, which come
// again elsewhere.
func (c *Console) Close() { c.close.Do(func() { close(c.closing) }) }

// ServeHTTP answers a request.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.handler.ServeHTTP(w, r)
}

// routed returns the handler of all paths. No request of another origin acts:
// net/http refuses it before any page sees it.
func (c *Console) routed() (http.Handler, error) {
	mux := http.NewServeMux()
	mux.Handle("GET "+staticRoot+"{hash}/{name}", c.static)
	for _, a := range actions() {
		mux.Handle(strings.TrimSuffix(Root, "/")+a.path, c.answer(a))
	}
	mux.Handle(Root, c.answer(nowhere()))
	same := http.NewCrossOriginProtection()
	if c.PublicURL != "" {
		if err := same.AddTrustedOrigin(strings.TrimSuffix(c.PublicURL, "/")); err != nil {
			return nil, err
		}
	}
	same.SetDenyHandler(c.answer(foreign()))
	return c.guarded(same.Handler(mux)), nil
}

// policy is the Content-Security-Policy of all pages: nothing but our own files,
// and neither scripts nor styles in a page. Scripts may send files to one place more.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' %s; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// maxForm is how large a form may be, in bytes.
const maxForm = 1 << 20

// guarded sets the headers of all answers.
// The origin of a form is told only where referrers of the same origin are.
func (c *Console) guarded(next http.Handler) http.Handler {
	policy := fmt.Sprintf(policy, c.UploadsAt)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range map[string]string{
			"Content-Security-Policy": policy, "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
			"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin",
			"Permissions-Policy": "camera=(), geolocation=(), microphone=()", "Cache-Control": "no-store",
		} {
			w.Header().Set(name, value)
		}
		next.ServeHTTP(w, r)
	})
}
