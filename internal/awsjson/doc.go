// Package awsjson is the server's side of the AWS JSON 1.1 protocol, as a codec of
// package dispatch. It finds the operation of a request, reads the input from the body,
// and writes the answer or the error in the exact form that the AWS SDKs read. It also
// answers the preflight requests of browsers.
//
// It owns the wire form and the names of errors in it. Package dispatch owns the steps
// of a call. Package apicore owns operations, shapes, and the wording of validation
// errors.
package awsjson
