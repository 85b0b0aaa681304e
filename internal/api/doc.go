// Package api is where the APIs are generated as data: for each, a package below
// has the types of requests and answers, the constraints on requests and the
// table of operations, all from a model in botocore's format.
//
//	cognito    Amazon Cognito user pools
//	poolhouse  the operations of our own; their model is poolhouse.json
//	logs       Amazon CloudWatch Logs
//	iam, sts   AWS Identity and Access Management, AWS Security Token Service
//
// They have the same form: API, Operations, and a variable for each operation. AWS's
// models are not part of this repository. Of logs, IAM and STS only some operations are
// declared; Others has the names of the rest, so that a server can tell them from
// mistakes. What an operation needs of IAM is in no model: gen/needs.json, which is
// ours, says it. How a list is read page by page is found in the members of its
// input and output.
//
// Members are values, not pointers, save where absent and empty differ: an
// optional number, flag or structure is a pointer. Absent members are left
// out of answers. A list or map that is nil is absent, even where the model
// requires it; one that is empty is written. Documents are JSON as it came.
//
// What the requests to create and to update something have in common with the
// answer that tells of it is a type of its own, which they embed: gen/shared.json
// says which structures share members.
//
// The packages have no behaviour. How constraints are checked and worded is the
// business of package apicore, what operations do that of package service.
//
//go:generate go run poolhouse/internal/api/gen -models $POOLHOUSE_MODELS -own poolhouse.json
package api
