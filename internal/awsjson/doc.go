// Package awsjson is the AWS JSON 1.1 protocol on the server's side: it finds
// the operation that a request names, has it authenticated, checks its body
// against the constraints of the API's model, calls the operation's handler,
// and writes the answer or the error in the exact form that the AWS SDKs read.
//
// It owns the wire form. What an API is made of, and the wording of validation
// errors, is the business of package apicore. It knows no operation: those, and
// the shapes that describe their input and output, are data that package api holds. What a
// signature is and who may sign is the business of
// the Authenticate hook; who may call what, of the Authorize hook; what an
// operation does, of its handler.
package awsjson
