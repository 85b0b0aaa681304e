package awsjson

import "context"

// OperationInfo is what the model says of an operation.
type OperationInfo struct {
	Name   string
	Prefix string // of the target: X-Amz-Target is Prefix.Name
	Signed bool   // whether a request must be signed
	Input  *Shape
	// Output tells whether the operation answers a structure, if an empty
	// one; otherwise the body of its answer is empty.
	Output bool
	Errors []string // the exceptions that it may answer
}

// Target returns the value of X-Amz-Target that names the operation.
func (o OperationInfo) Target() string { return o.Prefix + "." + o.Name }

// Operation is an operation with the Go types of its input and output.
type Operation[In, Out any] struct{ OperationInfo }

// Empty is the output of operations that answer nothing.
type Empty struct{}

// Handle has the router serve the operation.
func Handle[In, Out any](r *Router, op Operation[In, Out], handler func(context.Context, *In) (*Out, error)) {
	r.served[op.Target()] = func(ctx context.Context, input []byte) (any, error) {
		in := new(In)
		if err := bind(input, in); err != nil {
			return nil, err
		}
		out, err := handler(ctx, in)
		if err != nil {
			return nil, err
		}
		if out == nil {
			out = new(Out)
		}
		return out, nil
	}
}
