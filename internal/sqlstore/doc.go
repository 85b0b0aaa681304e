// Package sqlstore stores everything in an SQL database: user pools, app clients, users, sign-ins,
// messages, import jobs and their files, audit events, sessions of the console, and IAM's users,
// keys, roles and policies. It implements the store interfaces of packages userpool, signin, token,
// outbox, importjob, importfile, resultlog, logforward, membership, audit, iam and console/session.
//
// It owns the schema, its migrations, the SQL text and the transactions. Every exported method is
// one transaction, except those that delete much in slices. The type tries retries a transaction
// after a conflict, or while the database is unreachable; nothing else does.
//
// It has three parts:
//
//   - database is shared by all entities: reading, writing and retrying. It does not know the
//     tables.
//   - A small store for each entity: [Pools], [Clients], [Users], [SignIns], [Tokens], [Outbox],
//     [Jobs], [Uploads], [Results], [Rows], [Maps], [Forwards], [Members], [Secrets], several for
//     IAM, and those of the audit and the console. Their SQL text is the same on every database.
//     [Store] is all of them.
//   - Two backends, sqliteBackend and postgresBackend, in files of their own (sqlite_*.go,
//     postgres_*.go). Each owns its connections and what only that database needs. Each implements
//     what differs: how transactions begin and fail (engine), the tables of users (userTables), and
//     how the rows of an import are inserted (importer). The tables of users may differ completely.
//     No other part knows which backend is used.
//
// A user's table row is small; package userrow defines its form. Its key is the pool's number and
// the user's number, and users are numbered in the order of their creation. An import on SQLite
// inserts twenty users a statement. It adds their names and subs, sorted, at the end of the
// transaction, and the lookups of filters after the last batch. On PostgreSQL an import uses COPY.
// docs/decisions/0013-small-keys.md gives the reasons. The rows of a batch go through Jobs.Commit,
// the backend's commit, its transaction, and the statement. The fence at the beginning and end of
// the transaction (commitment) is the same for both backends.
//
// A job's kept rows, its corrections, its file's header and the look at an uploaded file are
// sealed. Kept rows are stored in segments (importrows.go; their form is in importrows_pack.go):
// once, by the transaction that settles the rows, or by KeepRest. A check of rows decides by the
// same names as an import on PostgreSQL (check.go), and writes nothing.
//
// The package decides nothing. Rules about what may be stored are passed in as functions. They are
// called inside the transaction, with all that they depend on read and locked in it. A count
// against a quota is made under a locked row (locked): without the lock, two concurrent
// transactions could both take the last place.
//
// A pool's deletion is a short transaction. After it, nothing finds data by the pool's number. The
// data is then deleted in slices (deletions.go), and so are the outcomes of deleted and expired log
// streams.
//
// Changes of the whole database while no server runs are one transaction that checks for servers
// itself (stopped.go): those of the account, and of the key that seals secrets.
//
// store.go opens a store, and migrate.go its schema. database.go, transact.go, query.go and
// observer.go belong to the first part. A file of an entity has the entity's name; those of IAM
// begin with iam, those of imports are jobs.go, commit.go, outcomes.go, importrows.go and lease.go.
// vault.go and sealing.go seal, and reseal.go changes the key.
//
// The schema keeps to rules so that distributed engines can take it over. Unique keys contain the
// pool. There are no sequences, triggers, advisory locks or savepoints. Times are milliseconds
// since the epoch, and JSON is text. Each list query is one range of one index; a test checks the
// query plans, and planner.go describes the means.
package sqlstore
