// Package apicore is what the APIs of all services are made of, however they
// are written on the wire: operations and the shapes of their input and output,
// as data that is generated from the APIs' models; the checker of input and the
// words in which it refuses; the way between checked values and the types of
// the APIs; the errors that operations answer; and timestamps.
//
// It knows no operation and no protocol: the operations are in package api and
// those below it, the protocols in awsjson and awsquery.
package apicore
