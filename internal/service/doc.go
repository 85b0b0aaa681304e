// Package service is the operations of the APIs, one file a family: it turns
// requests into acts of the domain and their results into answers.
//
// It is the only place where the APIs' wire types (the packages below
// api) and the domain's types (packages userpool, importjob, resultlog,
// iam and audit) meet. It owns defaults and the wording of answers that belong
// to an API rather than to the domain, and the tables that turn kinds of error
// into exceptions. It knows no SQL and no HTTP: requests are checked against
// the model, and their callers against the policies, before they come here.
package service
