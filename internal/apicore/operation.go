package apicore

import (
	"slices"

	"poolhouse/internal/apineeds"
)

// API is what all operations of a service have in common, as its model says.
type API struct {
	Service   string // the service as the actions of policies begin: cognito-idp, logs, iam, sts or poolhouse
	SignedFor string // the service that requests are signed for
	// TargetPrefix is what X-Amz-Target begins with, in the JSON protocol.
	TargetPrefix string
	// Version and Namespace are of the Query protocol: the parameter Version,
	// which is a date, and the namespace of the XML of answers.
	Version, Namespace string
	Names              Names // nil where everything has the names that it has by default
}

// OperationInfo is what the model says of an operation.
type OperationInfo struct {
	API    *API
	Name   string // as the actions of policies have it
	Signed bool   // whether a request must be signed
	Input  *Shape // nil for an operation that takes no input
	Output *Shape // nil for an operation that answers nothing
	// Result is the element that holds the output in the Query protocol; ""
	// writes the output's members next to the metadata.
	Result string
	Errors []ErrorInfo         // that it may answer
	Needs  *apineeds.Operation // of IAM; nil for an operation that is not signed, or not declared
	Pages  *Pages              // nil for an answer that is always whole
}

// Pages says how a list is read page by page: by members of the operation's
// input and output, as the model calls them.
type Pages struct {
	Token   string   // of both: what an answer has here is sent with the next request
	Limit   string   // of the input: how many entries a page may have; "" where a call cannot say it
	More    string   // of the output: a flag that there are more pages; "" where there are if Token is there
	Results []string // of the output: the lists that are continued
}

// ErrorInfo is an error as the model has it.
type ErrorInfo struct {
	Code   string // the name on the wire, which may not be the shape's
	Status int    // of HTTP; 0 stands for 400
}

// Names tells whether the model names the error for the operation.
func (o OperationInfo) Names(code string) bool {
	return slices.ContainsFunc(o.Errors, func(e ErrorInfo) bool { return e.Code == code })
}

// StatusOf returns the HTTP status that the model gives an error, 0 if none.
func (o OperationInfo) StatusOf(code string) int {
	for _, e := range o.Errors {
		if e.Code == code {
			return e.Status
		}
	}
	return 0
}

// Target returns the value of X-Amz-Target that names the operation in the JSON
// protocol.
func (o OperationInfo) Target() string { return o.API.TargetPrefix + "." + o.Name }

// Action returns the operation as policies name it, iam:CreateUser, unless its
// needs name another action (apineeds.Operation).
func (o OperationInfo) Action() string { return o.API.Service + ":" + o.Name }

// Operation is an operation with the Go types of its input and output.
type Operation[In, Out any] struct{ OperationInfo }

// Empty is the input of operations that take nothing, and the output of those
// that answer nothing.
type Empty struct{}

// Names says which shapes have other names in the forms and the XML of the
// Query protocol than they have by default: a list's elements are called
// member, a map's entries key and value, a structure's members by their own
// names.
type Names map[*Shape]Wire

// Wire says how a shape is written, where that is not the default.
type Wire struct {
	Flattened bool              // a list or map without an element of its own around it
	Element   string            // of a list's elements, or a map's values
	Key       string            // of a map's keys
	Members   map[string]string // of a structure, by their names in the model
}
