package sqlstore

import "fmt"

// Callers use the ids of pools and jobs; tables use numbers. Numbers keep every index small. A
// number is never used twice, so a new pool with the id of a deleted one sees none of its data.

// poolOf returns the subquery of a pool's number; parameter id has the pool's id. It is NULL if the
// pool does not exist.
func poolOf(id int) string {
	return fmt.Sprintf("(SELECT pool_no FROM user_pools WHERE pool_id = $%d)", id)
}

// jobOf returns the subquery of a job's number in its pool, by the parameters with their ids.
func jobOf(poolID, id int) string {
	return fmt.Sprintf("(SELECT job_no FROM import_jobs WHERE pool_no = %s AND job_id = $%d)", poolOf(poolID), id)
}

// livePool is the pool's number from the first parameter, NULL if the pool was deleted.
const livePool = "(SELECT pool_no FROM user_pools WHERE pool_no = $1)"

// ofLivePool is the condition that a job's pool was not deleted. It is a look-up in place of a join
// (planner.go).
const ofLivePool = " AND (SELECT 1 FROM user_pools p WHERE p.pool_no = import_jobs.pool_no) = 1"

// jobNumbers are the key of a job in the tables.
type jobNumbers struct{ pool, job int64 }

// numbers is a range of user numbers: after one, through another.
type numbers struct{ after, through int64 }
