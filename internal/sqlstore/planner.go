package sqlstore

// Each of our queries is a range of one index, or a few keys of one. Planners
// would often do otherwise, because they go by what they know of the tables: nothing of a
// pool that is being filled, or that the table has few rows. These are all the means
// by which they are kept to it. TestListPlans, TestTidyPlans, TestFilterPlans and
// TestPostgresPlans hold the plans to what is said here.
//
// On both databases:
//
//   - An order for one row (pgByKey, pgByAlias…). A look-up by a whole key ends with ORDER BY that
//     key LIMIT 1. It says nothing about one row. It leaves PostgreSQL one index:
//     without it, any index that begins with the pool seems as good as long as
//     the statistics do not know the pool, and one look-up reads the whole pool.
//   - Bounds in place of an equation (selectEvents…). The events of an operation or
//     a principal are asked for as (operation, at) >= … AND (operation, at, id) < …,
//     ordered by all of it: no other index has that order. With operation = … a planner
//     takes the index of all events where it expects to find enough of them soon.
//   - A column behind an expression (operation || '', account_id || ''). A condition that is to be
//     looked at row by row, and not by its index, has the column so.
//   - One bound, not both, where a page begins (userRange.begin). PostgreSQL goes by
//     either of two lower bounds, and may read a range up to the place again.
//   - Look-ups in place of a join (forwardable). What belongs to a row is looked for
//     by its key in a subquery: as a join, PostgreSQL goes through all of a table that it
//     takes for small.
//
// On SQLite:
//
//   - CROSS JOIN is the order of the tables (claimable, selectAccess, liteByKey,
//     usersOf): SQLite takes it as said, and otherwise begins with the table that
//     it guesses to be smaller. PostgreSQL takes it for a join like any other.
//   - INDEXED BY (usersOf) names the index of the disabled users: SQLite would go
//     through the range of the rows, of which it does not know how few are disabled.
//   - Parameters have a number and appear in the order of the numbers: both drivers
//     bind them so.
//
// On PostgreSQL, beside sessionSettings, which turn off what no query of ours wants
// (sequential and bitmap scans, hash and merge joins, compiling) and keep no plans: a
// table that an import fills from nothing must not be read by a plan that was
// made when it was empty.
//
//   - Statistics: pool_no has none (ALTER COLUMN pool_no SET STATISTICS 0). They are
//     always older than the pool that is being filled, and say that it has no rows; a
//     pool that nothing is known of is taken for a part of the table.
//     ANALYZE after a job's first rows (analyze) tells that tables have rows at all.
//   - A probe a key (selectTakenKeys, selectTakenAliases). Many keys are looked up by a
//     subquery for each of unnest(…): a join or "= ANY" is taken for a filter on all keys
//     of the pool. 5,000 rows took a minute.
//   - What an index leaves out, said again (usersByColumn). Each index of what filters
//     look for has the users who have such an attribute. That a column is not NULL, PostgreSQL sees in a
//     comparison of it alone, but not of two columns, as a second page has.
//   - A hash index (user_pool_clients_by_id) for what is looked for without its pool: it
//     serves no list, which is to go by the pool.
