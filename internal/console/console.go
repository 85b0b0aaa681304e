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

// Root is the path prefix of all pages.
const Root = "/console/"

// Options configures a console. A field is required unless its comment says otherwise.
type Options struct {
	Calls    *dispatch.Dispatcher
	Keys     Keys
	Sessions *session.Keeper
	Regions  Regions
	Account  string
	// PublicURL is the server's URL for browsers.
	PublicURL string
	// PlainHTTP allows signing in over unencrypted connections from other machines.
	PlainHTTP bool
	// Proxies are the proxies whose word about a request's origin is trusted.
	Proxies proxies.Trusted
	// Record records each sign-in and sign-out in the audit.
	Record func(context.Context, SignInEvent)
	// UploadsAt is the origin to which browsers upload files of import jobs.
	UploadsAt string
	// InBucket reports whether UploadsAt is a bucket. The bucket must allow browsers to
	// write.
	InBucket bool
	// Files stores files uploaded through the console, of at most MaxFile bytes.
	Files   Putter
	MaxFile int64
	// Seals seals form text that comes back to a form. Servers that share sessions must
	// share it.
	Seals *pagetoken.Key
	// Places is told which connections belong to signed-in callers. nil is allowed.
	Places Places
	// Room waits until the server may hold an answer of the given size; release frees the
	// room. known reports whether the caller is identified. nil allows every answer.
	Room func(ctx context.Context, w http.ResponseWriter, size int, known bool) (release func(), err error)
	Log  *slog.Logger
	Now  func() time.Time // nil means time.Now
}

// Keys finds the owners of access keys. [access.Authenticator] implements it.
type Keys interface {
	Prove(ctx context.Context, given access.Credentials, token string, bound []byte) (access.Proof, access.Identity, error)
	ProveRoot(bound []byte) (access.Proof, access.Identity)
	Identify(ctx context.Context, p access.Proof, bound []byte) (access.Identity, error)
}

// Places knows the connections of the server.
type Places interface {
	// MarkVerified notes that the request's caller is identified.
	MarkVerified(r *http.Request)
	// MarkLongLived notes that the request lasts as long as a page is open.
	MarkLongLived(r *http.Request)
}

// Regions are the regions that the server serves.
type Regions interface {
	Names() []string // in order; none if every region is served
	Default() string
	Serves(region string) bool
}

// Console answers the requests below [Root].
type Console struct {
	Options
	static    *static
	pages     pages
	zipper    zipper
	attempts  *session.Attempts
	links     links
	liveJobs  watches[*jobNow]
	liveLists watches[[]*jobNow]
	period    time.Duration // interval at which a live page's job is read
	sending   chan struct{} // one slot for each file being uploaded through the console
	closing   chan struct{} // closed by Close
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
	if c.static, err = openStatic(&c.zipper); err != nil {
		return nil, err
	}
	if c.pages, err = openPages(c.static); err != nil {
		return nil, err
	}
	c.handler, err = c.routed()
	return c, err
}

// Close ends the event streams of live pages. The pages then connect to another server.
func (c *Console) Close() { c.close.Do(func() { close(c.closing) }) }

// ServeHTTP answers a request.
func (c *Console) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.handler.ServeHTTP(w, r)
}

// routed returns the handler of all paths. net/http refuses state-changing requests of
// other origins before a page sees them.
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

// policy is the Content-Security-Policy of all pages. It allows only files of this server,
// and no scripts or styles inside a page. %s is one more origin that scripts may upload
// files to.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' %s; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// maxForm bounds a form, in bytes.
const maxForm = 1 << 20

// guarded sets the security headers of all answers. The referrer policy must be
// same-origin: without a referrer, browsers do not send the Origin of a form.
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
