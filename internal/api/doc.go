// Package api is the API as data: the types of requests and answers, the
// constraints on requests and the table of operations, all generated from
// models in botocore's format. Cognito's model is not part of this
// repository; poolhouse.json, the model of this server's own operations, is.
// Amazon CloudWatch Logs, IAM and STS are in packages of their own, below. Of
// these, only some operations are declared; the others are there by their names,
// so that a server can tell them from mistakes. What an operation needs of IAM is
// in no model: gen/needs.json, which is ours, says it. How a list is read page by
// page is found in the members of its input and output.
//
// Members are values, not pointers, save where absent and empty differ: an
// optional number, flag or structure is a pointer. Absent members are left
// out of answers. A list or map that is nil is absent, even where the model
// requires it; one that is empty is written. Documents are JSON as it came.
//
// The package has no behaviour. How constraints are checked and worded is the
// business of package apicore, what operations do that of package service.
//
//go:generate go run poolhouse/internal/api/gen -models $POOLHOUSE_MODELS -own poolhouse.json
package api
