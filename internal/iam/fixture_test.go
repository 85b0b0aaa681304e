package iam

import "strings"

const cognito = "cognito-idp.amazonaws.com"

// document returns one of the version 2012-10-17 with the statements.
func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// allow returns a statement that allows everything, with more elements.
func allow(more string) string {
	return `{"Effect":"Allow","Action":"*","Resource":"*"` + more + `}`
}

// trusting returns a statement of a trust policy; principal is JSON.
func trusting(effect, principal, more string) string {
	return `{"Effect":"` + effect + `","Principal":` + principal + `,"Action":"sts:AssumeRole"` + more + `}`
}
