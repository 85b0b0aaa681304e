package awsjson

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"

	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// ContentType is the media type of requests and answers.
const ContentType = "application/x-amz-json-1.1"

// Options sets a router up.
type Options struct {
	// Operations are all that the API declares, served or not.
	Operations []apicore.OperationInfo
	// Authenticate verifies the signature of a request whose operation must
	// be signed, and returns the request's context with what is to be known of
	// the caller. An *Error it returns is the answer; other errors go the way
	// of a handler's. Required.
	Authenticate func(r *http.Request, body []byte) (context.Context, error)
	// Authorize says whether the caller, whom the context has from
	// Authenticate, may do what is asked for. It is asked right before the
	// handler, with the handler's input, about operations that must be signed;
	// its errors mean what those of Authenticate mean. Required where there are
	// such operations: without it none is allowed.
	Authorize func(ctx context.Context, op apicore.OperationInfo, input any) error
	// ErrorOf returns the exception that tells of a handler's error, nil for
	// an unexpected one. Required.
	ErrorOf func(error) *apicore.Error
	// Unmodelled is told of an exception that the model does not name for the
	// operation that answers it: an SDK would not know it. Default: a warning
	// in the log. Tests fail in it.
	Unmodelled func(operation, exception string)
	// Ended is told of the end of every call; preflight requests are none. The
	// Service of a call's end is the Prefix of its operation. nil tells nobody.
	Ended exchange.Ended
	// MaxBody is the largest body accepted, in bytes; default 1 MiB.
	MaxBody int64
	Log     *slog.Logger // default slog.Default()
}

// Router serves POST requests of the protocol, and the preflight requests of
// browsers.
type Router struct {
	options  Options
	declared map[string]apicore.OperationInfo // by target
	served   map[string]handler               // by target
}

// NewRouter returns a router that serves nothing until [Handle] says so.
func NewRouter(o Options) *Router {
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Unmodelled == nil {
		o.Unmodelled = func(operation, exception string) {
			o.Log.Warn("an exception that the model does not name for the operation",
				"operation", operation, "exception", exception)
		}
	}
	r := &Router{options: o, declared: map[string]apicore.OperationInfo{}, served: map[string]handler{}}
	for _, op := range o.Operations {
		r.declared[op.Target()] = op
	}
	return r
}

func (r *Router) register(target string, h handler) {
	if _, ok := r.declared[target]; !ok {
		panic("awsjson: " + target + " is not among the router's operations")
	}
	if r.served[target] != nil {
		panic("awsjson: " + target + " has two handlers")
	}
	r.served[target] = h
}

var errNoAuthorize = errors.New("awsjson: nothing says whether a signed call is allowed: Options.Authorize is not set")

func (r *Router) authorize(ctx context.Context, op apicore.OperationInfo, input any) error {
	switch {
	case !op.Signed:
		return nil
	case r.options.Authorize == nil:
		return errNoAuthorize
	}
	return r.options.Authorize(ctx, op, input)
}

// Serves reports whether the operation has a handler.
func (r *Router) Serves(op apicore.OperationInfo) bool { return r.served[op.Target()] != nil }

// Served returns the targets that have a handler, sorted.
func (r *Router) Served() []string { return slices.Sorted(maps.Keys(r.served)) }

// ServeHTTP answers one request and writes one line about it to the log.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	c := call{Exchange: exchange.Begin(w, req, r.options.Log), router: r}
	allowOrigins(w)
	if req.Method == http.MethodOptions {
		preflight(w)
		return
	}
	c.finish(c.guarded())
}
