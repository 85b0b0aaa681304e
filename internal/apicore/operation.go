package apicore

import (
	"slices"

	"poolhouse/internal/apineeds"
)

// API is what the model says about all operations of a service.
type API struct {
	Service   string // the prefix of actions in policies: cognito-idp, logs, iam, sts or poolhouse
	SignedFor string // the service in signatures
	// TargetPrefix is the prefix of X-Amz-Target in the JSON protocol.
	TargetPrefix string
	// Version and Namespace belong to the Query protocol: the parameter Version, which is a date,
	// and the XML namespace of answers.
	Version, Namespace string
	Names              Names // nil if everything has its default name
}

// OperationInfo is what the model says about an operation.
type OperationInfo struct {
	API    *API
	Name   string // as in the actions of policies
	Signed bool   // whether requests need a signature
	Input  *Shape // nil for an operation without input
	Output *Shape // nil for an operation without output
	// Result is the element around the output in the Query protocol. "" puts the output's members
	// next to the metadata.
	Result string
	Errors []ErrorInfo         // that the operation may answer
	Needs  *apineeds.Operation // of IAM; nil for an unsigned operation, or one that is known by name only
	Pages  *Pages              // nil for an answer that is always whole
}

// Pages says how to read a list page by page. It names members of the operation's input and
// output.
type Pages struct {
	Token   string   // of both: the next request sends the token from the answer
	Limit   string   // of the input: the most entries of a page; "" if a call cannot choose it
	More    string   // of the output: a flag for more pages; "" if the token itself is the sign
	Results []string // of the output: the lists that continue on the next page
}

// ErrorInfo is an error of the model.
type ErrorInfo struct {
	Code   string // the name on the wire, which may differ from the shape's
	Status int    // HTTP status; 0 means 400
}

// Names reports whether the model lists the error for the operation.
func (o OperationInfo) Names(code string) bool {
	return slices.ContainsFunc(o.Errors, func(e ErrorInfo) bool { return e.Code == code })
}

// StatusOf returns the model's HTTP status for an error, 0 if there is none.
func (o OperationInfo) StatusOf(code string) int {
	for _, e := range o.Errors {
		if e.Code == code {
			return e.Status
		}
	}
	return 0
}

// Target returns the operation's value of X-Amz-Target in the JSON protocol.
func (o OperationInfo) Target() string { return o.API.TargetPrefix + "." + o.Name }

// Action returns the operation's name in policies, such as iam:CreateUser. The operation's
// needs may name another action (apineeds.Operation).
func (o OperationInfo) Action() string { return o.API.Service + ":" + o.Name }

// Operation is an operation with the Go types of its input and output.
type Operation[In, Out any] struct{ OperationInfo }

// Empty is the input of operations without input and the output of operations without output.
type Empty struct{}

// Names lists the shapes whose names in the forms and XML of the Query protocol are not the
// default. By default a list's elements are called member, a map's entries key and value, and a
// structure's members have their own names.
type Names map[*Shape]Wire

// Wire says how a shape is written if that is not the default.
type Wire struct {
	Flattened bool              // a list or map without a surrounding element
	Element   string            // of a list's elements, or a map's values
	Key       string            // of a map's keys
	Members   map[string]string // of a structure, by the model's names
}
