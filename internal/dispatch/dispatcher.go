package dispatch

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/bounds"
	"poolhouse/internal/exchange"
	"poolhouse/internal/proxies"
)

// Options configures a dispatcher.
type Options struct {
	// Authenticate verifies the signature of a request for a service. It returns the signer
	// and the region; other fields of the result are not used. If it returns an
	// *[apicore.Refusal], the client gets that refusal; other errors are treated like a
	// handler's. It is required if operations must be signed.
	Authenticate func(r *http.Request, body []byte, service string) (access.Request, error)
	// Authorize decides whether the caller may do what the input asks for. It also returns
	// what the call is about, even if it refuses. It is called right before the handler, for
	// operations that must be signed. Its errors are treated like those of Authenticate.
	// Without it, none of these operations is allowed.
	Authorize func(ctx context.Context, from access.Request, op apicore.OperationInfo, input any) (access.About, error)
	// Possible decides, before the input is decoded, whether the caller may do the operation
	// on any resource. It decides completely if the permission needs nothing of the input. An
	// error refuses the call. Then a large body is not decoded at all. A small one is, so
	// that the refusal and the audit name the resource. nil leaves the decision to Authorize.
	Possible func(ctx context.Context, from access.Request, op apicore.OperationInfo) error
	// Unsigned replaces Authorize for operations that need no signature. It may set the
	// caller in the call, by a token in the input, or refuse the call. nil allows all of
	// them, and their caller stays unknown.
	Unsigned func(ctx context.Context, c *Call, input any) error
	// CheckRegion is called last before the handler. It checks that what the input names is in the
	// region of the call. If the user pool is in another region than the call is signed for,
	// the call is refused as if there were no such pool. An error refuses the call. nil
	// allows every call.
	CheckRegion func(c *Call, input any) error
	// Limit is called as soon as the operation is known. That is before the body is read if
	// the head of the request names the operation, and right after it otherwise. An error
	// refuses the call. nil allows every call.
	Limit func(ctx context.Context, c *Call) error
	// Unmodelled is called for an error that the model does not list for the operation, so
	// that an SDK would not know it. By default it logs a warning. In tests it fails.
	Unmodelled func(operation, name string)
	// Ended is called at the end of every call, after the answer was written. A small answer
	// to a signed call is sent only when Ended returns, any other one before. ctx has ended
	// if the client has disconnected. It may be nil.
	Ended func(ctx context.Context, c *Call, e End)
	// MaxBody is the maximum size of a body in bytes; default 1 MiB.
	MaxBody int64
	// Proxies may say where a request comes from; by default there are none.
	Proxies proxies.Trusted
	// Budgets bound what all calls hold together.
	Budgets Budgets
	Log     *slog.Logger // default slog.Default()
}

// Budgets are shared by requests, in bytes. A nil budget is unlimited. Small requests and
// answers take nothing from them. A call for which there is no room is answered 503.
type Budgets struct {
	// Bodies is for the bytes of bodies beyond the first 16 KiB, as they arrive.
	Bodies *bounds.Budget
	// Work is for the inputs of large bodies, from before they are decoded until the
	// operation has ended, and for operations to which Weight assigns memory. Calls are
	// served in order.
	Work *bounds.Budget
	// Weight returns how many bytes of Work the operation of an action needs for any input.
	// nil assigns none.
	Weight func(action string) int64
	// Answers is for answers until they are sent.
	Answers exchange.Answers
}

// Service has operations that share a protocol, and the mapping of their errors.
type Service struct {
	Protocol Protocol
	// ErrorOf returns the API error for a handler's error, or nil for an unexpected one.
	// Status 0 stands for that of the model. It is required.
	ErrorOf func(error) *apicore.Error
}

// Dispatcher carries out calls.
type Dispatcher struct {
	options Options
	entries map[key]*entry
}

// key identifies an operation. It is an action of policies.
type key struct{ service, name string }

func keyOf(op apicore.OperationInfo) key { return key{op.API.Service, op.Name} }

// entry is a declared operation.
type entry struct {
	Service
	handle func(ctx context.Context, c *Call, input any) (any, error) // nil if it is not served
	empty  func() any                                                 // returns a new input
}

// New returns a dispatcher that serves only what [Handle] adds. It panics if two services
// declare the same operation.
func New(o Options, services ...Service) *Dispatcher {
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Unmodelled == nil {
		o.Unmodelled = func(operation, name string) {
			o.Log.Warn("error not in the model of the operation", "operation", operation, "error", name)
		}
	}
	d := &Dispatcher{options: o, entries: map[key]*entry{}}
	for _, s := range services {
		for _, op := range s.Protocol.Operations() {
			if d.entries[keyOf(op)] != nil {
				panic("dispatch: " + op.Action() + " is declared twice")
			}
			d.entries[keyOf(op)] = &entry{Service: s}
		}
	}
	return d
}

// Handle registers the handler of an operation. A handler may return a nil output, which is
// encoded as an empty one. Handle must be called before the dispatcher serves. It panics, as
// [net/http.ServeMux] does, if the operation is not declared or has a handler already.
func Handle[In, Out any](d *Dispatcher, op apicore.Operation[In, Out], h func(context.Context, *In) (*Out, error)) {
	HandleCall(d, op, func(ctx context.Context, _ *Call, in *In) (*Out, error) { return h(ctx, in) })
}

// HandleCall is [Handle] for a handler that needs the call.
func HandleCall[In, Out any](d *Dispatcher, op apicore.Operation[In, Out], h func(context.Context, *Call, *In) (*Out, error)) {
	e := d.entries[keyOf(op.OperationInfo)]
	switch {
	case e == nil:
		panic("dispatch: " + op.Action() + " is not declared")
	case e.handle != nil:
		panic("dispatch: " + op.Action() + " has two handlers")
	}
	e.empty = func() any { return new(In) }
	e.handle = func(ctx context.Context, c *Call, input any) (any, error) {
		out, err := h(ctx, c, input.(*In)) // from empty, or given to Do
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = new(Out)
		}
		return out, nil
	}
}

// Serves reports whether the operation has a handler.
func (d *Dispatcher) Serves(op apicore.OperationInfo) bool {
	e := d.entries[keyOf(op)]
	return e != nil && e.handle != nil
}

// Served returns the sorted actions of the operations that have a handler, such as
// iam:CreateUser.
func (d *Dispatcher) Served() []string {
	var actions []string
	for k := range maps.Keys(d.entries) {
		if d.entries[k].handle != nil {
			actions = append(actions, k.service+":"+k.name)
		}
	}
	slices.Sort(actions)
	return actions
}

var errNoAuthorize = errors.New("dispatch: Options.Authorize must be set to allow signed calls")
