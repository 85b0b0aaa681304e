// Package iam is IAM policy documents and their evaluation: it parses the
// policies of users, groups and roles ([Parse]) and the trust policies of roles
// ([ParseTrust]), refuses what IAM calls malformed, and says what the policies
// allow a request ([Evaluate], [Trust]).
//
// It owns the grammar, the matching of actions, resources and principals,
// policy variables, condition operators and the order in which allows and
// denials count. It knows no users, roles or keys, does not know which actions
// or resource types exist, stores nothing and speaks no protocol: whoever calls
// it brings the documents that are in force and the facts of the request.
// Permissions boundaries, session policies and the policies of resources other
// than roles are not evaluated.
//
// The rules are those of the IAM User Guide: "Grammar of the IAM JSON policy
// language", "IAM JSON policy element reference", "Condition operators",
// "Variables and tags" and "Policy evaluation logic". Where the guide is silent
// or ambiguous, a document is refused rather than guessed at, and in evaluation
// the reading counts that gives less access; a comment says so at each place.
// The one exception is wildcards in the ARN of a Deny (matchesARN).
package iam
