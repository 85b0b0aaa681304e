// Package cognitoapi is the API of Amazon Cognito user pools as data: types,
// constraints and the table of operations, generated as package api says.
package cognitoapi
