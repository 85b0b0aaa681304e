package dispatch

import (
	"context"
	"errors"
	"fmt"

	"poolhouse/internal/access"
	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// Do carries out an operation for a known caller from inside the process, in the region that
// from names. The call takes the same way as a request: the same checks, permissions, log and
// hook at its end. An error is an *[apicore.Error], named as in the protocol of the
// operation.
func Do[In, Out any](ctx context.Context, d *Dispatcher, op apicore.Operation[In, Out], from access.Request, in *In) (*Out, error) {
	w, err := d.inside(ctx, op.OperationInfo, from)
	if err != nil {
		return nil, err
	}
	out, fail := guarded(ctx, w, func() (any, error) {
		if err := w.find(ctx, &w.Operation, nil); err != nil {
			return nil, err
		}
		return w.carryOut(ctx, true, func(input any, only []string) error {
			*input.(*In) = *in // Handle guarantees that operation and input match
			return checkTyped(op.Input, in, only)
		})
	})
	w.Detail(detailOf(fail))
	w.end(ctx, fail)
	if fail != nil {
		return nil, fail
	}
	return out.(*Out), nil
}

// Allowed reports whether the caller may do what the input asks for. The input only needs what
// names the resource. It runs no handler, and writes neither a log line nor an audit event.
// An *[apicore.Error] says that there is no answer. If that is the server's fault, the log
// says why.
func Allowed[In, Out any](ctx context.Context, d *Dispatcher, op apicore.Operation[In, Out], from access.Request, in *In) (bool, error) {
	refused, err := Refusal(ctx, d, op, from, in)
	return err == nil && refused == nil, err
}

// Refusal is [Allowed] with the reason. It returns the error that a caller without permission
// would get, and nil for others.
func Refusal[In, Out any](ctx context.Context, d *Dispatcher, op apicore.Operation[In, Out], from access.Request, in *In) (refused *apicore.Error, err error) {
	return ask(ctx, d, op, from, in, func(*way, *apicore.Error) {})
}

// Require is [Refusal] for a caller that wants the operation itself but calls it later. A
// refusal is logged and reported to the hook as that call.
func Require[In, Out any](ctx context.Context, d *Dispatcher, op apicore.Operation[In, Out], from access.Request, in *In) (refused *apicore.Error, err error) {
	return ask(ctx, d, op, from, in, func(w *way, refused *apicore.Error) {
		w.Detail(detailOf(refused))
		w.end(ctx, refused)
	})
}

// ask asks whether the caller may do what the input asks for, and returns a refusal.
func ask[In, Out any](ctx context.Context, d *Dispatcher, op apicore.Operation[In, Out], from access.Request, in *In, tell func(*way, *apicore.Error)) (*apicore.Error, error) {
	w, err := d.inside(ctx, op.OperationInfo, from)
	if err != nil {
		return nil, err
	}
	refused, fail := guarded(ctx, w, func() (*apicore.Error, error) {
		err := w.allow(ctx, in)
		if refusal, ok := errors.AsType[*apicore.Refusal](err); ok && refusal.Reason == apicore.Denied {
			return w.errorOf(ctx, err), nil
		}
		return nil, err
	})
	if fail != nil {
		return nil, fail
	}
	if refused != nil {
		tell(w, refused)
	}
	return refused, nil
}

// inside begins a call from inside the process.
func (d *Dispatcher) inside(ctx context.Context, op apicore.OperationInfo, from access.Request) (*way, error) {
	e := d.entries[keyOf(op)]
	if e == nil {
		return nil, fmt.Errorf("dispatch: %s is not declared", op.Action())
	}
	w := d.newWay(ctx, exchange.BeginInternal(d.options.Log), e.Service, from)
	w.Operation = op
	return w, nil
}

// checkTyped checks an input that has its type already. The model may allow fewer values than
// the type.
func checkTyped(shape *apicore.Shape, in any, only []string) error {
	if shape == nil {
		return nil
	}
	if only != nil {
		shape = shape.Only(only)
	}
	value, err := apicore.Plain(in)
	if err != nil {
		return err
	}
	_, err = apicore.Check(shape, value)
	return err
}

func detailOf(fail *apicore.Error) string {
	if fail == nil {
		return ""
	}
	return fail.Detail
}
