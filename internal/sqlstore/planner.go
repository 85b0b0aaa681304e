package sqlstore

// Each query here is a range of one index, or a few keys of one. Planners would often choose
// otherwise. They go by their statistics, which know nothing of a pool that is being filled, or say
// that the table has few rows. This file lists all the means to fix the plans. TestListPlans,
// TestTidyPlans, TestFilterPlans and TestPostgresPlans check the plans.
//
// On both databases:
//
//   - An order for one row (pgByKey, pgByAlias…). A look-up by a whole key ends with ORDER BY that
//     key LIMIT 1. The order means nothing for one row, but leaves PostgreSQL one index. Otherwise
//     any index that begins with the pool seems as good while the statistics do not know the pool;
//     one look-up then reads the whole pool.
//   - Bounds in place of an equation (selectEvents…). The events of an operation or a principal are
//     selected by (operation, at) >= … AND (operation, at, id) < …, ordered by all of it: no other
//     index has that order. With operation = … a planner uses the index of all events if it expects
//     to find enough of them soon.
//   - A column behind an expression (operation || '', account_id || ''). The expression keeps a
//     condition from being used with an index; it is checked row by row.
//   - One bound, not both, where a page begins (userRange.begin). PostgreSQL uses either of two
//     lower bounds, and may read a range up to the place again.
//   - Look-ups in place of a join (forwardable). What belongs to a row is selected by its key in a
//     subquery. As a join, PostgreSQL reads all of a table that it believes to be small.
//
// On SQLite:
//
//   - CROSS JOIN is the order of the tables (claimable, selectAccess, liteByKey, sourceOf): SQLite
//     keeps to it, and otherwise begins with the table that it guesses to be smaller. To PostgreSQL
//     it is a join like any other.
//   - INDEXED BY (sourceOf) names the index of the disabled users. SQLite would read the range of
//     the rows, because it does not know how few are disabled.
//   - Parameters have a number and appear in the order of the numbers: both drivers bind them so.
//
// On PostgreSQL, sessionSettings turn off what none of our queries wants: sequential and bitmap
// scans, hash and merge joins, compiling, and cached plans. A table that an import fills from
// nothing must not be read by a plan from the time when it was empty. In addition:
//
//   - Statistics: pool_no has none (ALTER COLUMN pool_no SET STATISTICS 0). Statistics are always
//     older than the pool that is being filled, and would say that it has no rows. A pool without
//     statistics is assumed to be a share of the table. ANALYZE after a job's first rows (analyze)
//     tells that tables have rows at all.
//   - A probe a key (selectTakenKeys, selectTakenAliases). Many keys are looked up by a subquery
//     for each of unnest(…). A join or "= ANY" becomes a filter on all keys of the pool: 5,000 rows
//     took a minute.
//   - What an index leaves out, said again (usersByColumn). Each index of lookups contains only the
//     users with such an attribute. PostgreSQL infers "is not NULL" from a comparison of the column
//     alone, but not of two columns, as a second page has.
//   - A hash index (user_pool_clients_by_id) for look-ups without a pool: it serves no list,
//     because lists go by the pool.
