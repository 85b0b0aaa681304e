// Package policy is IAM's policy language: it reads policies and says what they
// allow a request.
//
// It owns the grammar and what IAM calls malformed ([Parse], [ParseTrust],
// [Error]), the matching of actions, resources and principals, variables and
// condition operators, and the order in which allows and denials count
// ([Evaluate], [MayAssume]). It knows no users and no roles, keeps nothing, and
// does not know which actions or types of resources exist: a caller brings the
// facts of its request ([Request], [Context]). Permissions boundaries and the
// policies of resources other than roles are not evaluated; a session's own
// policy is one more document, which a caller has evaluated besides its role's.
//
// A document is read from JSON (json.go) into statements (parse.go,
// statement.go), each with its actions (action.go), resources (resource.go),
// principals (principal.go, trust policies only) and conditions (condition.go).
// Patterns are in glob.go and template.go, condition operators in operator.go,
// text.go and compare.go. Evaluation is in evaluate.go, for trust policies in
// trust.go, with the principals of AWS in awsprincipal.go; what is known of a
// request is in context.go, and how case is folded in fold.go.
//
// The rules are those of the IAM User Guide: "Grammar of the IAM JSON policy
// language", "IAM JSON policy element reference", "Condition operators",
// "Variables and tags" and "Policy evaluation logic". Where the guide is silent
// or ambiguous, a document is refused rather than guessed at, and in evaluation
// the reading counts that gives less access; a comment says so at each place.
package policy
