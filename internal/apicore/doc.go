// Package apicore is the common base of all services' APIs, for every protocol. It has
// operations and the shapes of their input and output, as data generated from the APIs' models.
// It checks input and words the refusals. It converts between checked values and the APIs'
// types. And it has the errors of operations, and timestamps.
//
// It has no operation and no protocol. Operations are in package api and the packages below it,
// protocols in awsjson and awsquery.
package apicore
