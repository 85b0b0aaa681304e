// Package service is what the operations of all APIs share: opening and sealing of page tokens,
// pointers of wire types, and the table from kinds of the domain's errors to exceptions.
//
// Each AWS service has a package of operations below this one:
//
//   - cognito: user pools, app clients, users and import jobs
//   - logs: CloudWatch Logs, the results of import jobs read as AWS's
//   - poolhouse: our own operations
//   - iam, sts: users, keys, roles and policies; sessions of roles
//
// The operations turn requests into acts of the domain, and the results into answers. Only here
// do the APIs' wire types (the packages below api) meet the domain's types (packages userpool,
// importjob, resultlog, iam and audit). The operations own defaults and wording that belong to
// an API rather than to the domain. They know no SQL and no HTTP. Before a request comes here,
// it was checked against the model, and its caller against the policies.
//
// errors.go has the table of exceptions, here.go decides what is in a call's region, wire.go
// has the rest. The tests here are for all services: docs/coverage.md, page tokens, and members
// that the code reads.
package service
