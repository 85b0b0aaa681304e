package sqlstore

import (
	"strings"
	"testing"
)

// TestJobsOfKnownPool: a query that has a pool's number does not look up the pool's id again.
func TestJobsOfKnownPool(t *testing.T) {
	for name, query := range map[string]string{"a job": selectJobByID, "a first page": selectJobs, "a further page": selectJobsAfter} {
		if strings.Contains(query, "SELECT p.pool_id") {
			t.Errorf("%s is asked for with the pool's id, which was given: %s", name, query)
		}
	}
}
