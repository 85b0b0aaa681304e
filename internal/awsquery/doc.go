// Package awsquery is the server's side of the AWS Query protocol, as a codec of
// package dispatch. Requests are forms and answers are XML. It finds the operation by
// the parameters Action and Version, and reads the other parameters by the shape of the
// operation's input. It writes the answer or the error in the form that the AWS SDKs
// read (Smithy documentation, "AWS query protocol").
//
// Package apicore owns shapes, constraints and their wording: they do not depend on the
// protocol. One protocol serves several APIs on one endpoint, and the version selects
// the API. Operations are data, generated from the APIs' models.
package awsquery
