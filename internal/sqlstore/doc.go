// Package sqlstore keeps everything in an SQL database: user pools, app
// clients, users, import jobs and IAM's users, keys, roles and policies, by the
// store interfaces of packages userpool, importjob, resultlog and iam.
//
// It owns the schema, its migrations, the SQL text, and the transactions:
// every exported method is one, and is tried again in one place (again) when
// somebody else was in the way or the database was gone for a while. The text
// is nearly the same on SQLite and PostgreSQL; what differs is in a dialect,
// above all how the rows of a batch get in (one by one on SQLite, by COPY on
// PostgreSQL) and how a user is found by name.
// It decides nothing: rules about what may be kept come in as functions, and
// are called inside the transaction, with all that they decide by read and locked
// in it. What is counted against a quota is counted under a locked row (locked):
// without it, two that count at the same time both find a place.
//
// What the schema keeps to, so that distributed engines can take it over:
// unique keys contain the pool, there are no sequences, triggers, advisory
// locks or savepoints, times are milliseconds since the epoch, and JSON is
// text. Each list query is one range of one index; a test holds their plans
// to that.
package sqlstore
