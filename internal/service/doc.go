// Package service is what the operations of all APIs share: how a request's
// page token is opened and an answer's sealed, pointers of wire types, and the
// table that turns kinds of the domain's errors into exceptions.
//
// The operations are in a package for each AWS service below this one:
//
//   - cognito: user pools, app clients, users and import jobs
//   - logs: CloudWatch Logs, the results of import jobs read as AWS's
//   - poolhouse: operations of our own
//   - iam, sts: users, keys, roles and policies; sessions of roles
//
// They turn requests into acts of the domain and their results into answers,
// and are the only place where the APIs' wire types (the packages below
// api) and the domain's types (packages userpool, importjob, resultlog,
// iam and audit) meet. They own defaults and the wording of answers that belong
// to an API rather than to the domain. They know no SQL and no HTTP: requests are
// checked against the model, and their callers against the policies, before they
// come here.
//
// errors.go has the table of exceptions, here.go what is in the region of a call,
// wire.go the rest. The tests here are of
// what all services have in common: docs/coverage.md, page tokens, members that
// are read.
package service
