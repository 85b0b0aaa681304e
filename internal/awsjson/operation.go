package awsjson

import (
	"context"
	"fmt"

	"poolhouse/internal/apicore"
)

// handler is a typed handler behind its types: it takes checked JSON.
type handler func(ctx context.Context, input []byte) (any, error)

// Handle has the router serve the operation. A handler may answer a nil
// output, which reads as an empty one. Handle is for the time before the
// router serves; it panics, as [net/http.ServeMux] does, when the operation
// is not among the router's or has a handler already.
func Handle[In, Out any](r *Router, op apicore.Operation[In, Out], h func(context.Context, *In) (*Out, error)) {
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
