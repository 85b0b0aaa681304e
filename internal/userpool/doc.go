// Package userpool is the domain: user pools with their schema and policies, the users in
// them, app clients, and the rules that Amazon Cognito applies to all of these.
//
// It owns the form of values, the names with which a user can sign in, the meaning of
// filters, and the changes that a pool allows. It also owns the documents in which stores
// keep pools and app clients (document.go). It knows nothing of HTTP, of the API's wire
// types, of CSV files or of SQL, and it imports no other package of this project. [Store]
// is what it needs from a store.
//
// pool.go, settings.go and settings_services.go have a pool; schema.go, schema_change.go and
// schema_number.go its schema; region.go its ID. user.go has a user and alias.go the user's names.
// client.go and tokenlives.go have app clients. check.go, conform.go, contact.go, decimal.go and
// passwordpolicy.go check values, error.go has the refusals, and filter.go reads filters.
// document.go writes and reads documents, and store.go has the interfaces.
//
// Rules name their source. "Developer Guide" is the Amazon Cognito Developer Guide, and
// "API Reference" is the Amazon Cognito user pools API Reference.
package userpool
