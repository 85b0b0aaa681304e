// Package sqlstore keeps everything in an SQL database: user pools, app
// clients, users, import jobs and IAM's users, keys, roles and policies, by the
// store interfaces of packages userpool, importjob, resultlog, logforward, membership,
// audit and iam.
//
// It owns the schema, its migrations, the SQL text, and the transactions:
// every exported method is one, but for those that delete much in slices, and is tried again in one place (tries) when
// another transaction was in the way or the database was gone for a while.
//
// It has three parts:
//
//   - database is what all entities share: reading, writing and trying again. It
//     knows nothing of what is kept.
//   - A small store for each entity ([Pools], [Clients], [Users], [Jobs], [Results], [Rows],
//     [Forwards], [Members], [Secrets], a few of IAM, and the audit's), whose text is
//     the same on every database. [Store] is all of them.
//   - Two backends, sqliteBackend and postgresBackend, in files of their own
//     (sqlite_*.go, postgres_*.go). Each owns its connections and what only it needs,
//     and has what is its own in each database: how transactions begin and fail
//     (engine), the tables of users (userTables), and how the rows of an import get
//     into them (importer). The tables of users may
//     differ wholly. No other part knows which of the two there is.
//
// A user's row is small, in the form of package userrow, and is known by the pool's
// number and its own, which is the order in which users came. On SQLite, rows are
// added twenty a statement, their names and subs at the end of the transaction, sorted,
// and what filters look for when all rows are in; on PostgreSQL they are copied in.
// docs/decisions/0013-small-keys.md says why.
// A row's way in is Jobs.Commit, the backend's commit, its transaction, and the
// statement: the fence is at the transaction's beginning and end (commitment), the
// same for both.
//
// What is kept of the rows of a job, its corrections and its file's header are sealed, and
// so is what was seen of an uploaded file. Rows are kept in segments by the transaction of
// the commit that settled them (importrows.go, in the form of importrows_pack.go), or by that of
// KeepRest, each once. A check of rows decides by the names that an import on
// PostgreSQL decides by (check.go), and writes nothing.
//
// The package decides nothing: rules about what may be kept come in as functions, and
// are called inside the transaction, with all that they decide by read and locked
// in it. What is counted against a quota is counted under a locked row (locked):
// without it, two that count at the same time both find a place.
//
// A pool's deletion is a short transaction, after which nothing finds what the pool's
// number is in; what is left is deleted in slices (deletions.go), as are the outcomes
// of deleted and expired log streams.
//
// What changes all of a database while no server runs, its account and the key that seals
// secrets, is one transaction that looks for servers itself (stopped.go).
//
// What the schema keeps to, so that distributed engines can take it over:
// unique keys contain the pool, there are no sequences, triggers, advisory
// locks or savepoints, times are milliseconds since the epoch, and JSON is
// text. Each list query is one range of one index; a test holds their plans
// to that, and planner.go says by what means.
package sqlstore
