package sqlstore

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"poolhouse/internal/userpool"
)

// indexed is a query that one index of a table answers.
type indexed struct {
	query string
	args  []any  // nil where they do not matter
	index string // its name on PostgreSQL; only some names are the same on SQLite
}

// filterIndexes are the indexes of filters, by attribute.
var filterIndexes = map[string]string{
	"": "users_by_key", "status": "users_by_key",
	"username": "users_by_key", "sub": "users_by_sub", "cognito:user_status": "users_of_status", "email": "users_by_email",
	"phone_number": "users_by_phone_number", "name": "users_by_name", "given_name": "users_by_given_name",
	"family_name": "users_by_family_name", "preferred_username": "users_by_preferred_username",
}

// indexedQueries are the queries of lists, and those that find one thing.
// What differs between databases: the queries of one user and what finds it, the
// tables of users, and the source that users of a range come from.
func indexedQueries(one userTexts, exists string, tables []string, p *userpool.UserPool, from func(userRange) source) map[string]indexed {
	queries := map[string]indexed{
		"jobs": {selectJobs, nil, "import_jobs_pkey"}, "jobs after": {selectJobsAfter, nil, "import_jobs_pkey"},
		"job":   {selectJobByID, nil, "import_jobs_by_id"},
		"pools": {selectPools, nil, "user_pools_of_account"}, "number of pools": {countPools, nil, "user_pools_of_account"}, "pool": {selectPoolByID, nil, "user_pools_by_id"},
		"clients":  {selectClients, nil, "user_pool_clients_pkey"},
		"outcomes": {selectOutcomes, nil, "import_outcomes_pkey"}, "outcomes before": {selectOutcomesBefore, nil, "import_outcomes_pkey"},
		"last segment": {selectLastSegment, nil, "import_outcomes_pkey"},
		"user by key":  {one.byKey, nil, "users_by_key"}, "user by sub": {selectUserBySub, nil, "users_by_sub"},
		"user by alias": {one.byAlias, nil, "users_by_key"}, "user exists": {exists, nil, "users_by_key"},
		"user update": {one.update, nil, "users_by_key"}, "user delete": {one.remove, nil, "users_by_key"},
		"alias": {deleteAlias, nil, "aliases_pkey"}, "job update": {updateJob, nil, "import_jobs_pkey"},
		"advance": {advanceJob, nil, "import_jobs_pkey"}, "claim": {claim, nil, "import_jobs_by_id"},
		"note forward": {noteForward, nil, "log_forwards_pkey"}, "mark forwarded": {markForwarded, nil, "import_jobs_pkey"},
		"mark forwarded by id": {markForwardedByID, nil, "import_jobs_by_id"}, "active": {selectActive, nil, "active_imports_pkey"},
	}
	for _, table := range slices.Concat(tablesBefore, tables, tablesAfter) {
		queries["delete "+table] = indexed{"DELETE FROM " + table + " WHERE pool_no = $1", nil, ""}
	}
	for _, attribute := range append([]string{""}, userpool.FilterAttributes[:]...) {
		for _, value := range []string{"Enabled", "Disabled", "", string(utf8.MaxRune)} {
			for _, prefix := range []bool{false, true} {
				if prefix && (attribute == "" || attribute == "status") {
					continue
				}
				f := userpool.Filter{Attribute: attribute, Value: value, Prefix: prefix}
				r := rangeOf(p, f, place{})
				query, args := r.query(p, from(r), 10)
				index := filterIndexes[attribute]
				if attribute == "status" && value == "Disabled" {
					index = "users_disabled"
				}
				queries[fmt.Sprintf("filter %q", f)] = indexed{query, args, index}
			}
		}
	}
	return queries
}

// indexedSource is where SQLite looks for users that are indexed.
func indexedSource(r userRange) source {
	if attribute, ok := lookupNo(r.column); ok {
		return indexedUsers(attribute)
	}
	return usersByName(r)
}

// TestListPlans holds every query of a list, and those that find one thing,
// to a range of an index: nothing is scanned and nothing is sorted.
func TestListPlans(t *testing.T) {
	s := open(t)
	for name, q := range indexedQueries(sqliteUser, existsName, sqliteUserTables, &userpool.UserPool{ID: "us-east-1_x"}, indexedSource) {
		plan := planOf(t, s, q.query)
		if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, "USING") {
			t.Errorf("%s:\n%s\n%s", name, q.query, plan)
		}
	}
}

// TestFilterPlans holds filters to the index of their own attribute, and
// prefixes to both ends of their range.
func TestFilterPlans(t *testing.T) {
	s := open(t)
	p := &userpool.UserPool{ID: "us-east-1_x"}
	for attribute, index := range filterIndexes {
		if attribute == "" || attribute == "status" {
			continue
		}
		r := rangeOf(p, userpool.Filter{Attribute: attribute, Value: "x", Prefix: true}, place{})
		from := indexedSource(r)
		index, key := " INDEX "+index, "pool_no=? AND "
		switch from.column {
		case "value":
			index, key = "user_lookups USING PRIMARY KEY", "pool_no=? AND attribute=? AND "
		case "user_key":
			index = "user_names USING PRIMARY KEY"
		}
		query, _ := r.query(p, from, 10)
		if plan := planOf(t, s, query); !strings.Contains(plan, index+" ("+key+from.column+">? AND "+from.column+"<?)") {
			t.Errorf("%s ^=: %s", attribute, plan)
		}
		r.prefix = false
		query, _ = r.query(p, from, 10)
		if plan := planOf(t, s, query); !strings.Contains(plan, index+" ("+key+from.column+"=?") {
			t.Errorf("%s =: %s", attribute, plan)
		}
	}
	r := rangeOf(p, userpool.Filter{Attribute: "status", Value: "Disabled"}, place{})
	query, _ := r.query(p, indexedSource(r), 10)
	if plan := planOf(t, s, query); !strings.Contains(plan, "users_disabled") {
		t.Errorf("disabled users: %s", plan)
	}
}

// TestTidyPlans holds the queries of the engine's rounds to what is small:
// the active jobs, and those that were not started or have a file.
func TestTidyPlans(t *testing.T) {
	s := open(t)
	if plan := planOf(t, s, claimable); !strings.Contains(plan, "SCAN a") || strings.Contains(plan, "SCAN j") {
		t.Errorf("claimable: %s", plan)
	}
	for query, index := range map[string]string{selectOverdue: "import_jobs_overdue", selectWithFiles: "import_jobs_with_files"} {
		if plan := planOf(t, s, query); !strings.Contains(plan, "USING INDEX "+index) || !strings.Contains(plan, "created_ms") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s: %s", index, plan)
		}
	}
}

// planOf returns the plan of a query; what its arguments are does not matter.
func planOf(t *testing.T, s *Store, query string) string {
	t.Helper()
	args := make([]any, 0, 32)
	for strings.Contains(query, fmt.Sprintf("$%d", len(args)+1)) {
		args = append(args, "")
	}
	steps, err := list(t.Context(), s.database, func(row scanner) (step string, err error) {
		var a, b, c int
		err = row.Scan(&a, &b, &c, &step)
		return step, err
	}, "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return strings.Join(steps, "; ")
}
