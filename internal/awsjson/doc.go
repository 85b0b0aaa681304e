// Package awsjson is the AWS JSON 1.1 protocol on the server's side, as a codec
// of package dispatch: it finds the operation that a request names, reads the
// input out of the body, and writes the answer or the error in the exact form
// that the AWS SDKs read. It also answers the browsers that ask whether they may
// call.
//
// It owns the wire form and the names that errors have in it. The way of a call
// is the business of package dispatch; what an API is made of, and the wording
// of validation errors, that of package apicore.
package awsjson
