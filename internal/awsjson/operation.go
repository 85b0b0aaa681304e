package awsjson

import (
	"context"
	"fmt"

	"poolhouse/internal/apineeds"
)

// OperationInfo is what the model says of an operation.
type OperationInfo struct {
	Name   string
	Prefix string // of the target: X-Amz-Target is Prefix.Name
	Signed bool   // whether a request must be signed
	Input  *Shape
	// Output tells whether the operation answers a structure, if an empty
	// one; otherwise the body of its answer is empty.
	Output bool
	Errors []string            // the exceptions that it may answer
	Needs  *apineeds.Operation // of IAM; nil for an operation that is not signed, or not declared
}

// Target returns the value of X-Amz-Target that names the operation.
func (o OperationInfo) Target() string { return o.Prefix + "." + o.Name }

// Operation is an operation with the Go types of its input and output.
type Operation[In, Out any] struct{ OperationInfo }

// Empty is the output of operations that answer nothing.
type Empty struct{}

// handler is a typed handler behind its types: it takes checked JSON.
type handler func(ctx context.Context, input []byte) (any, error)

// Handle has the router serve the operation. A handler may answer a nil
// output, which reads as an empty one. Handle is for the time before the
// router serves; it panics, as [net/http.ServeMux] does, when the operation
// is not among the router's or has a handler already.
func Handle[In, Out any](r *Router, op Operation[In, Out], h func(context.Context, *In) (*Out, error)) {
	r.register(op.Target(), func(ctx context.Context, input []byte) (any, error) {
		in := new(In)
		if err := bind(input, in); err != nil {
			return nil, fmt.Errorf("a checked request does not fit a %T: %w", in, err)
		}
		if err := r.authorize(ctx, op.OperationInfo, in); err != nil {
			return nil, err
		}
		out, err := h(ctx, in)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = new(Out)
		}
		return out, nil
	})
}
