package sqlstore

import "fmt"

// Callers know pools and jobs by ids, tables by numbers. Numbers stay small in every
// index, and no number is ever given twice: a pool that is made anew under the id
// of a deleted one sees nothing of it.

// poolOf is a pool's number in a query, by the parameter that has its id; NULL where
// there is no such pool.
func poolOf(id int) string {
	return fmt.Sprintf("(SELECT pool_no FROM user_pools WHERE pool_id = $%d)", id)
}

// jobOf is a job's number in its pool, by the parameters that have their ids.
func jobOf(poolID, id int) string {
	return fmt.Sprintf("(SELECT job_no FROM import_jobs WHERE pool_no = %s AND job_id = $%d)", poolOf(poolID), id)
}

// livePool is the number of the pool that the first parameter has, NULL where the pool
// was deleted.
const livePool = "(SELECT pool_no FROM user_pools WHERE pool_no = $1)"

// ofLivePool is the condition that a job's pool was not deleted. It is a look-up in place of
// a join (planner.go).
const ofLivePool = " AND (SELECT 1 FROM user_pools p WHERE p.pool_no = import_jobs.pool_no) = 1"

// jobNumbers are what tables know a job by.
type jobNumbers struct{ pool, job int64 }

// numbers is the users with numbers after one and through another.
type numbers struct{ after, through int64 }
