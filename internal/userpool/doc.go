// Package userpool is the domain: user pools with their schema and policies, the users in
// them, app clients, and the rules that Amazon Cognito applies to all of these.
//
// It owns the form of values, the names with which a user can sign in, the meaning of
// filters, and the changes that a pool allows. It also owns the documents in which stores
// keep pools and app clients (document.go). It knows nothing of HTTP, of the API's wire
// types, of CSV files or of SQL, and it imports no other package of this project. [Store]
// is what it needs from a store.
//
// Rules name their source. "Developer Guide" is the Amazon Cognito Developer Guide, and
// "API Reference" is the Amazon Cognito user pools API Reference.
package userpool
