// Package service is the operations of the API, one file a family: it turns
// requests into acts of the domain and their results into answers.
//
// It is the only place where the API's wire types (package api) and the
// domain's types (packages userpool and importjob) meet. It owns defaults and
// the wording of answers that belong to the API rather than to the domain,
// and the table that turns kinds of error into exceptions. It knows no SQL
// and no HTTP: requests are checked against the model before they come here.
package service
