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

// Options sets a dispatcher up.
type Options struct {
	// Authenticate verifies the signature of a request for a service, and returns
	// who signed it and for which region; what else the result says is not used. An *[apicore.Refusal] it returns is told to the client; other
	// errors go the way of a handler's. Required where operations must be signed.
	Authenticate func(r *http.Request, body []byte, service string) (access.Request, error)
	// Authorize says whether the caller may do what the input asks for, and what
	// that is about, also when it refuses. It is asked right before the handler,
	// about operations that must be signed. Its errors mean what those of
	// Authenticate mean. Without it none of these operations is allowed.
	Authorize func(ctx context.Context, from access.Request, op apicore.OperationInfo, input any) (access.About, error)
	// Possible says, before the input is decoded, whether the caller may do the
	// operation on any resource, and all of it where the permission needs nothing of
	// the input: an error refuses the call. A large body is then
	// not decoded at all; a small one is, so that the refusal and the audit name the
	// resource. nil leaves all to Authorize.
	Possible func(ctx context.Context, from access.Request, op apicore.OperationInfo) error
	// Unsigned stands in the place of Authorize for operations that need no
	// signature: it may name the caller in the call (by a token in the input), and
	// refuse. nil allows all of them, and their caller stays unknown.
	Unsigned func(ctx context.Context, c *Call, input any) error
	// Here is asked last before the handler whether what the input names is where
	// the call is for: a call that is signed for another region than that of the
	// user pool that it names is refused as if there were no such pool. An error
	// refuses the call. nil lets all calls pass.
	Here func(c *Call, input any) error
	// Limit is asked as soon as the operation is known: before the body is read
	// where a request's head names it, else right behind. An error refuses the call.
	// nil allows every call.
	Limit func(ctx context.Context, c *Call) error
	// Unmodelled is told of an error that the model does not name for the
	// operation that answers it: an SDK would not know it. Default: a warning in
	// the log. Tests fail in it.
	Unmodelled func(operation, name string)
	// Ended is told of the end of every call, after the answer was written: small
	// ones of signed calls leave the server only when it returns, others before. ctx is done if the client has
	// gone. nil tells no one.
	Ended func(ctx context.Context, c *Call, e End)
	// MaxBody is the largest body accepted, in bytes; default 1 MiB.
	MaxBody int64
	// Proxies are those that may say where a request comes from; by default none.
	Proxies proxies.Trusted
	// Budgets bound what calls hold in sum.
	Budgets Budgets
	Log     *slog.Logger // default slog.Default()
}

// Budgets are what requests share, in bytes; a nil budget has no end. Small
// requests and answers take nothing of them. A call for which there is no room is
// answered 503.
type Budgets struct {
	// Bodies is for bodies beyond their first 16 KiB, as they come.
	Bodies *bounds.Budget
	// Work is for the inputs of large bodies, from before they are decoded until
	// the operation has ended, and for operations that Weight says need more. Calls
	// wait for their turn.
	Work *bounds.Budget
	// Weight returns how many bytes of Work the operation of an action needs,
	// whatever its input is. nil says that none needs any.
	Weight func(action string) int64
	// Answers is for answers, until they are sent.
	Answers exchange.Answers
}

// Service is operations that share a protocol, and the table of their errors.
type Service struct {
	Protocol Protocol
	// ErrorOf returns the error of the API that tells of a handler's error, nil
	// for an unexpected one. A Status of 0 is that of the model. Required.
	ErrorOf func(error) *apicore.Error
}

// Dispatcher carries calls out.
type Dispatcher struct {
	options Options
	entries map[key]*entry
}

// key is an operation: an action of policies.
type key struct{ service, name string }

func keyOf(op apicore.OperationInfo) key { return key{op.API.Service, op.Name} }

// entry is an operation that is declared.
type entry struct {
	Service
	handle func(ctx context.Context, c *Call, input any) (any, error) // nil where it is not served
	empty  func() any                                                 // makes an input
}

// New returns a dispatcher that serves nothing until [Handle] says so. It panics
// if two services declare the same operation.
func New(o Options, services ...Service) *Dispatcher {
	if o.MaxBody == 0 {
		o.MaxBody = 1 << 20
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Unmodelled == nil {
		o.Unmodelled = func(operation, name string) {
			o.Log.Warn("an error that the model does not name for the operation", "operation", operation, "error", name)
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

// Handle has the dispatcher serve an operation. A handler may answer a nil
// output, which reads as an empty one. Handle is for the time before the
// dispatcher serves; it panics, as [net/http.ServeMux] does, when the operation
// is not declared or has a handler already.
func Handle[In, Out any](d *Dispatcher, op apicore.Operation[In, Out], h func(context.Context, *In) (*Out, error)) {
	HandleCall(d, op, func(ctx context.Context, _ *Call, in *In) (*Out, error) { return h(ctx, in) })
}

// HandleCall is [Handle] for a handler that needs to know of the call.
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
		out, err := h(ctx, c, input.(*In)) // what empty made, or Do was given
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

// Served returns the actions of the operations that have a handler, sorted:
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

var errNoAuthorize = errors.New("dispatch: nothing says whether a signed call is allowed: Options.Authorize is not set")
