package awsquery

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"strconv"

	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// Options sets a router up. They mean what those of [awsjson.Options] mean.
type Options struct {
	// Operations are all that the APIs declare, served or not. At least one.
	Operations []apicore.OperationInfo
	// Authenticate verifies the signature of a request whose operation must
	// be signed, for the service of the operation, and returns the request's
	// context with what is to be known of the caller. An *apicore.Error it
	// returns is the answer; other errors go the way of a handler's. Required.
	Authenticate func(r *http.Request, body []byte, service string) (context.Context, error)
	// Authorize says whether the caller may do what is asked for. Required where
	// operations must be signed: without it none is allowed.
	Authorize func(ctx context.Context, op apicore.OperationInfo, input any) error
	// ErrorOf returns what tells of a handler's error, nil for an unexpected
	// one. The Name of an error is its code, such as NoSuchEntity; a Status of
	// 0 is that of the model. Required.
	ErrorOf func(error) *apicore.Error
	// Unmodelled is told of an error code that the model does not name for the
	// operation that answers it: an SDK would not know it. Default: a warning
	// in the log. Tests fail in it.
	Unmodelled func(operation, code string)
	// Ended is told of the end of every call. The Service of a call's end is
	// that of its operation's API. nil tells nobody.
	Ended exchange.Ended
	// MaxBody is the largest body accepted, in bytes; default 1 MiB.
	MaxBody int64
	Log     *slog.Logger // default slog.Default()
}

// target is what a request names its operation by.
type target struct{ version, action string }

func targetOf(o apicore.OperationInfo) target { return target{o.API.Version, o.Name} }

// Router serves POST requests of the protocol. It has no answer for the
// preflight requests of browsers: the services it is for allow none.
type Router struct {
	options  Options
	declared map[target]apicore.OperationInfo
	served   map[target]handler
}

// NewRouter returns a router that serves nothing until [Handle] says so. It
// panics without operations, which have the namespace of its errors.
func NewRouter(o Options) *Router {
	if len(o.Operations) == 0 {
		panic("awsquery: a router needs the operations of an API")
	}
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Unmodelled == nil {
		o.Unmodelled = func(operation, code string) {
			o.Log.Warn("an error that the model does not name for the operation", "operation", operation, "code", code)
		}
	}
	r := &Router{options: o, declared: map[target]apicore.OperationInfo{}, served: map[target]handler{}}
	for _, op := range o.Operations {
		r.declared[targetOf(op)] = op
	}
	return r
}

func (r *Router) register(op apicore.OperationInfo, h handler) {
	if _, ok := r.declared[targetOf(op)]; !ok {
		panic("awsquery: " + op.Name + " is not among the router's operations")
	}
	if r.served[targetOf(op)] != nil {
		panic("awsquery: " + op.Name + " has two handlers")
	}
	r.served[targetOf(op)] = h
}

var errNoAuthorize = errors.New("awsquery: nothing says whether a signed call is allowed: Options.Authorize is not set")

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
func (r *Router) Serves(op apicore.OperationInfo) bool { return r.served[targetOf(op)] != nil }

// Served returns the names of the operations that have a handler, sorted, each
// behind its service: iam.CreateUser.
func (r *Router) Served() []string {
	var names []string
	for t := range r.served {
		op := r.declared[t]
		names = append(names, op.API.Service+"."+op.Name)
	}
	slices.Sort(names)
	return names
}

// WriteInternalError answers a request with that id that no router came to
// answer, in the namespace of an API.
func WriteInternalError(w http.ResponseWriter, api *apicore.API, id string) {
	e := internalError()
	body := errorXML(api, e, e.Status, id)
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(e.Status)
	_, _ = w.Write(body) // the client may have gone
}

// ServeHTTP answers one request and writes one line about it to the log.
func (r *Router) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	c := call{Exchange: exchange.Begin(w, req, r.options.Log), router: r, api: r.options.Operations[0].API}
	c.finish(c.guarded())
}
