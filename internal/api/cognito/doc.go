// Package cognitoapi is the API of Amazon Cognito user pools as data: types, constraints and
// the table of operations. Package api describes how it is generated.
package cognitoapi
