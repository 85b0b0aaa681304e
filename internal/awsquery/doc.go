// Package awsquery is the AWS Query protocol on the server's side, as a codec of
// package dispatch: requests are forms, answers are XML. It finds the operation
// that a request names by Action and Version, reads its parameters by the shape
// of the operation's input, and writes the answer or the error in the form that
// the AWS SDKs read (Smithy documentation, "AWS query protocol").
//
// Shapes, constraints and their wording are those of package apicore: what an API
// is made of does not depend on how it is written. One protocol serves several
// APIs on one endpoint; the versions tell them apart. It knows no operation: these
// are data, generated from the APIs' models.
package awsquery
