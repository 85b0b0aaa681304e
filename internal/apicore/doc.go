// Package apicore is the common base of all services' APIs, for every protocol. It has
// operations and the shapes of their input and output, as data generated from the APIs' models.
// It checks input and words the refusals. It converts between checked values and the APIs'
// types. And it has the errors of operations, and timestamps.
//
// It has no operation and no protocol. Operations are in package api and the packages below it,
// protocols in awsjson and awsquery.
//
// operation.go and shape.go have operations and shapes. check.go checks input, with
// check_list.go and check_scalar.go; check_words.go and clip.go word what is wrong. bind.go
// turns checked input into an API's type, plain.go turns a type into plain values, and fields.go
// knows the fields of types. error.go has errors of operations, refusal.go refusals before the
// operation, and timestamp.go timestamps.
package apicore
