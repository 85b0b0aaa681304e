package awsquery

import (
	"context"
	"encoding/json"
	"fmt"

	"poolhouse/internal/apineeds"
	"poolhouse/internal/awsjson"
)

// API is what all operations of a service have in common, as its model says.
type API struct {
	Service   string // that requests are signed for, such as iam
	Version   string // the parameter Version: a date
	Namespace string // of the XML of answers
	Names     Names  // nil where everything has the names that it has by default
}

// OperationInfo is what the model says of an operation.
type OperationInfo struct {
	API    *API
	Name   string         // the parameter Action
	Signed bool           // whether a request must be signed
	Input  *awsjson.Shape // nil for an operation that takes no parameters
	Output *awsjson.Shape // nil for an operation that answers nothing
	// Result is the element that holds the output (resultWrapper in the
	// model); "" writes the output's members next to the metadata.
	Result string
	Errors []ErrorInfo         // that it may answer
	Needs  *apineeds.Operation // of IAM; nil for an operation that is not signed, or not declared
}

// ErrorInfo is an error as the model has it.
type ErrorInfo struct {
	Code   string // the name on the wire, which is not the shape's
	Status int    // of HTTP
}

// Operation is an operation with the Go types of its input and output.
type Operation[In, Out any] struct{ OperationInfo }

// Empty is the input of operations that take nothing, and the output of those
// that answer nothing.
type Empty struct{}

// handler is a typed handler behind its types: it takes checked JSON.
type handler func(ctx context.Context, input []byte) (any, error)

// Handle has the router serve the operation. A handler may answer a nil
// output, which reads as an empty one. Handle is for the time before the
// router serves; it panics, as [net/http.ServeMux] does, when the operation
// is not among the router's or has a handler already.
func Handle[In, Out any](r *Router, op Operation[In, Out], h func(context.Context, *In) (*Out, error)) {
	r.register(op.OperationInfo, func(ctx context.Context, input []byte) (any, error) {
		in := new(In)
		if err := json.Unmarshal(input, in); err != nil {
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
