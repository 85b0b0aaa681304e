// Package policy is IAM's policy language: it reads policies and says what they
// allow a request.
//
// It owns:
//
//   - the grammar, and which documents are malformed ([Parse], [ParseTrust], [Error])
//   - the matching of actions, resources and principals, variables and condition
//     operators
//   - which statement decides ([Evaluate], [MayAssume])
//
// It knows no users and no roles and stores nothing. It does not know which actions or
// types of resources exist: the caller passes the facts of its request ([Request],
// [Context]). It evaluates no permissions boundaries, and no policies of resources
// except roles. A session's own policy is a second document: the caller evaluates it
// besides the role's policies.
//
// A document is read from JSON (json.go) into statements (parse.go,
// statement.go), each with its actions (action.go), resources (resource.go),
// principals (principal.go, trust policies only) and conditions (condition.go).
// Patterns are in glob.go and template.go, condition operators in operator.go,
// text.go and compare.go. Evaluation is in evaluate.go, and for trust policies in
// trust.go, with the principals of AWS in awsprincipal.go. The facts of a request are
// in context.go, and case folding is in fold.go.
//
// The rules are those of the IAM User Guide: "Grammar of the IAM JSON policy
// language", "IAM JSON policy element reference", "Condition operators",
// "Variables and tags" and "Policy evaluation logic". Where the guide is silent
// or ambiguous, a document is refused, and an evaluation takes the reading that gives
// less access. A comment says so at each place.
package policy
