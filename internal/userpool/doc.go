// Package userpool is the domain: user pools, their schema and policies, the
// users in them, app clients, and the rules that Amazon Cognito applies to
// all of these.
//
// It owns what a value must look like, which names sign a user in, what a
// filter means, what a pool may change, and the documents as which stores keep
// pools and app clients (document.go). It knows nothing of HTTP, of the
// API's wire types, of CSV files or of SQL; it imports nothing else of this
// project. What it needs kept is said by [Store].
//
// Rules carry their source: "Developer Guide" is the Amazon Cognito Developer
// Guide, "API Reference" the Amazon Cognito user pools API Reference.
package userpool
