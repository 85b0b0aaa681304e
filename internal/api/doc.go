// Package api holds the generated APIs. Each API has a package below this one, generated from a
// model in botocore's format. It has the types of requests and answers, the constraints on
// requests and the table of operations.
//
//	cognito    Amazon Cognito user pools
//	poolhouse  our own operations; their model is poolhouse.json
//	logs       Amazon CloudWatch Logs
//	iam, sts   AWS Identity and Access Management, AWS Security Token Service
//
// All packages have the same form: API, Operations, and a variable for each operation. AWS's
// models are not part of this repository. Only some operations of logs, IAM and STS are
// declared; Others has the names of the rest, so that a server can tell them from mistakes. No
// model says what an operation needs of IAM; our own file gen/needs.json does. The generator
// finds out from the members of input and output how to read a list page by page.
//
// Members are values, not pointers. The exceptions are optional numbers, flags and structures:
// they are pointers, because absent and empty differ. Answers leave out absent members. A nil
// list or map is absent, even if the model requires it; an empty one is written. Documents are
// JSON as it came.
//
// Requests to create or update something share members with the answer about it. Such members
// form a type of their own, which these structures embed. gen/shared.json lists the structures
// that share members.
//
// The packages have no behaviour. Package apicore checks constraints and words refusals;
// package service carries out the operations.
//
//go:generate go run poolhouse/internal/api/gen -models $POOLHOUSE_MODELS -own poolhouse.json
package api
