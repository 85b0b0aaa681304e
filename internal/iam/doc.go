// Package iam is who may do what: users with access keys, roles, the policies
// that both have, and what those allow a request.
//
// It owns policy documents and their evaluation: the grammar, what IAM calls
// malformed ([Parse], [ParseTrust]), the matching of actions, resources and
// principals, variables, condition operators and the order in which allows and
// denials count ([Evaluate], [Trust], [MayAssume]). It owns the entities: their
// names, ids, ARNs, tags and quotas, sessions of roles, the sealing of secrets
// ([Sealer]), and what a [Store] of them must keep. It does not know which actions or resource types exist, keeps
// nothing itself and speaks no protocol: whoever asks brings the facts of the
// request. Permissions boundaries and the policies of resources other than
// roles are not evaluated; a session's own policy is one more document, which
// whoever asks has evaluated besides its role's.
//
// The rules are those of the IAM User Guide: "Grammar of the IAM JSON policy
// language", "IAM JSON policy element reference", "Condition operators",
// "Variables and tags" and "Policy evaluation logic". Where the guide is silent
// or ambiguous, a document is refused rather than guessed at, and in evaluation
// the reading counts that gives less access; a comment says so at each place.
package iam
