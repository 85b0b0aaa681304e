package sqlstore

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"poolhouse/internal/userpool"
)

// indexed is a query that is answered by one index of a table.
type indexed struct {
	query string
	args  []any  // nil if they do not matter
	index string // its name on PostgreSQL; only some names are the same on SQLite
}

// filterIndexes are the indexes of filters, by attribute.
var filterIndexes = map[string]string{
	"": "users_pkey", "status": "users_pkey",
	"username": "users_by_key", "sub": "users_by_sub", "cognito:user_status": "users_of_status", "email": "users_by_email",
	"phone_number": "users_by_phone_number", "name": "users_by_name", "given_name": "users_by_given_name",
	"family_name": "users_by_family_name", "preferred_username": "users_by_preferred_username",
}

// indexedQueries are the queries of lists and of single things. They differ between databases only
// in the queries of users and the source of a range.
func indexedQueries(users map[string]indexed, tables []rowSet, p *userpool.UserPool, from func(*userpool.UserPool, userRange) source) map[string]indexed {
	queries := map[string]indexed{
		"jobs": {selectJobs, nil, "import_jobs_pkey"}, "jobs after": {selectJobsAfter, nil, "import_jobs_pkey"},
		"job":   {selectJobByID, nil, "import_jobs_by_id"},
		"pools": {selectPools, nil, "user_pools_of_account"}, "number of pools": {countPools, nil, "user_pools_of_account"}, "pool": {selectPoolByID, nil, "user_pools_by_id"},
		"clients":  {selectClients, nil, "user_pool_clients_pkey"},
		"outcomes": {selectOutcomes, nil, "import_outcomes_pkey"}, "outcomes before": {selectOutcomesBefore, nil, "import_outcomes_pkey"},
		"last segment": {selectLastSegment, nil, "import_outcomes_pkey"},
		"causes":       {selectCauses, nil, "import_causes_pkey"}, "job with causes": {selectJobCauses, nil, "import_jobs_by_id"},
		"causes of job": {selectJobCauses, nil, "import_causes_pkey"},
		"job update":    {updateJob, nil, "import_jobs_pkey"},
		"advance":       {advanceJob, nil, "import_jobs_pkey"}, "claim": {claim, nil, "import_jobs_by_id"},
		"token keys":   {selectTokenKeys, nil, "token_keys_pkey"},
		"note forward": {noteForward, nil, "log_forwards_pkey"}, "mark forwarded": {markForwarded, nil, "import_jobs_pkey"},
		"mark forwarded by id": {markForwardedByID, nil, "import_jobs_by_id"}, "active": {selectActive, nil, "active_imports_pkey"},
		"kept rows": {selectKept, nil, "import_rows_pkey"}, "kept rejected rows": {selectKeptRejected, nil, "import_rows_pkey"},
		"jobs with rows": {selectExpiredRows, nil, "import_jobs_with_rows"}, "rows are gone": {noteRowsGone, nil, "import_jobs_pkey"},
		"corrections": {selectCorrections, nil, "import_corrections_pkey"}, "number of corrections": {countCorrections, nil, "import_corrections_pkey"},
		"delete correction": {deleteCorrection, nil, "import_corrections_pkey"}, "children": {selectChildren, nil, "import_jobs_of_parent"},
		"reading of job": {selectReading, nil, "import_jobs_pkey"}, "reading without names": {updateReading, nil, "import_jobs_pkey"},
		"map": {selectMap, nil, "import_maps_pkey"}, "delete map": {deleteMap, nil, "import_maps_pkey"},
		"user span": {selectUserSpan, nil, "import_jobs_pkey"}, "live pool": {selectLivePool, nil, "user_pools_pkey"},
		"messages": {selectAllMessages, nil, "outbox_messages_pkey"}, "trim messages": {trimMessages, nil, "outbox_messages_pkey"},
		"expire messages": {expireMessages, nil, "outbox_messages_by_age"},
	}
	maps.Copy(queries, users)
	for _, k := range slices.Concat(tables, poolTables, rowsOfJob, []rowSet{outcomesOfJob}) {
		maps.Copy(queries, sliceQueries(k))
	}
	for _, query := range append(deletePool, selectLeftFiles, countClientIDs, selectExpired, expireOutcomes, sumWaiting) {
		queries[query] = indexed{query, nil, ""}
	}
	maps.Copy(queries, filterQueries(p, from))
	return queries
}

// sliceQueries are the queries that delete slices.
func sliceQueries(k rowSet) map[string]indexed {
	queries := map[string]indexed{"clear the rest of " + k.table + " " + k.shared: {k.deleteRest(), nil, ""}}
	if k.columns != "" {
		queries["slice of "+k.table+" "+k.shared] = indexed{k.sliceEnd(), nil, ""}
		queries["clear a slice of "+k.table+" "+k.shared] = indexed{k.deleteThrough(), nil, ""}
	}
	return queries
}

// filterQueries are the queries of every filter, for the first and a later page.
func filterQueries(p *userpool.UserPool, from func(*userpool.UserPool, userRange) source) map[string]indexed {
	queries := map[string]indexed{}
	for _, attribute := range append([]string{""}, userpool.FilterAttributes[:]...) {
		for _, value := range []string{"Enabled", "Disabled", "", "CONFIRMED", "5ab00000-0000-7000-8000-000000000000", string(utf8.MaxRune)} {
			for _, prefix := range []bool{false, true} {
				if prefix && (attribute == "" || attribute == "status") {
					continue
				}
				f := userpool.Filter{Attribute: attribute, Value: value, Prefix: prefix}
				r := filterRange(p, f)
				if r.empty {
					continue
				}
				index := filterIndexes[attribute]
				if r.enabled == onlyDisabled {
					index = "users_disabled"
				}
				query, args := r.query(from(p, r), 10)
				queries[fmt.Sprintf("filter %q", f)] = indexed{query, args, index}
				r.after = &place{Value: r.least, User: 7}
				query, args = r.query(from(p, r), 10)
				queries[fmt.Sprintf("filter %q, next page", f)] = indexed{query, args, index}
			}
		}
	}
	return queries
}

// liteQueries are the queries of users on SQLite.
var liteQueries = map[string]indexed{
	"user by number": {liteByNo, nil, ""}, "user by key": {liteByKey, nil, ""}, "user by sub": {liteBySub, nil, ""}, "user by alias": {liteByAlias, nil, ""},
	"user with pool": {liteWithPool, nil, ""}, "user update": {liteUpdate, nil, ""}, "user delete": {liteDelete, nil, ""}, "name delete": {deleteName, nil, ""},
	"sub delete": {deleteSub, nil, ""}, "lookup delete": {deleteLookup, nil, ""}, "alias": {deleteAlias, nil, ""}, "holder": {selectHolder, nil, ""},
	"number by name": {selectUserNo, nil, ""}, "number by sub": {selectSubNo, nil, ""}, "rows": {selectRows, nil, ""}, "next number": {selectNextNo, nil, ""},
	"set next number": {updateNextNo, nil, ""}, "count": {addUserCount, nil, ""}, "unindexed": {selectUnindexedUsers, nil, ""},
	"users of job":       {liteOfJob, nil, ""},
	"messages of a user": {selectMessagesOfUser, nil, ""}, "delete messages": {deleteMessages, nil, ""},
}

// TestListPlans: every query of a list or of a single thing is a range of an index, without scans
// or sorts.
func TestListPlans(t *testing.T) {
	s := open(t)
	for name, q := range indexedQueries(liteQueries, sqliteUserTables, &userpool.UserPool{ID: "us-east-1_x", Number: 1}, sourceOf) {
		// j is the single job of selectJobCauses, which is read first.
		plan := strings.Replace(planOf(t, s, q.query), "SCAN j; SEARCH c USING", "SEARCH c USING", 1)
		plan = strings.TrimPrefix(plan, "SCAN CONSTANT ROW; ") // of sumWaiting, which has no table
		if strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") || !strings.Contains(plan, "USING") {
			t.Errorf("%s:\n%s\n%s", name, q.query, plan)
		}
	}
}

// TestFilterPlans: filters use the index of their own attribute, and prefixes use both ends of
// their range.
func TestFilterPlans(t *testing.T) {
	s := open(t)
	p := &userpool.UserPool{ID: "us-east-1_x", Number: 1}
	where := map[string]string{
		"username": "user_names|USING PRIMARY KEY (pool_no=?|user_key", "sub": "user_subs|USING PRIMARY KEY (pool_no=?|sub",
	}
	for attribute := range filterIndexes {
		if attribute == "" || attribute == "status" {
			continue
		}
		want := strings.Split(cmp.Or(where[attribute], "user_lookups|USING PRIMARY KEY (pool_no=? AND attribute=?|value"), "|")
		value := map[string]string{"sub": "5ab", "cognito:user_status": "CONF"}[attribute]
		f := userpool.Filter{Attribute: attribute, Value: cmp.Or(value, "x"), Prefix: true}
		r := filterRange(p, f)
		query, _ := r.query(sourceOf(p, r), 10)
		range_ := want[1] + " AND " + want[2] + ">? AND " + want[2] + "<?)"
		if plan := planOf(t, s, query); !strings.Contains(query, want[0]) || !strings.Contains(plan, "n "+range_) || !strings.Contains(plan, "SEARCH u USING INTEGER PRIMARY KEY (rowid=?)") {
			t.Errorf("%s ^=: %s", attribute, plan)
		}
		r.after = &place{Value: r.least, User: 1}
		query, _ = r.query(sourceOf(p, r), 10)
		if plan := planOf(t, s, query); !strings.Contains(plan, want[2]) || !strings.Contains(plan, ">(") && !strings.Contains(plan, ">?") {
			t.Errorf("%s ^=, next page: %s", attribute, plan)
		}
		f = userpool.Filter{Attribute: attribute, Value: map[string]string{"sub": "5ab00000-0000-7000-8000-000000000000", "cognito:user_status": "CONFIRMED"}[attribute]}
		r = filterRange(p, f)
		query, _ = r.query(sourceOf(p, r), 10)
		if plan := planOf(t, s, query); !strings.Contains(plan, "n "+want[1]+" AND "+want[2]+"=?") {
			t.Errorf("%s =: %s", attribute, plan)
		}
	}
	for value, want := range map[string]string{"Disabled": "u USING INDEX users_disabled (user_id>? AND user_id<?)", "Enabled": "u USING INTEGER PRIMARY KEY (rowid>? AND rowid<?)"} {
		r := filterRange(p, userpool.Filter{Attribute: "status", Value: value})
		query, _ := r.query(sourceOf(p, r), 10)
		if plan := planOf(t, s, query); !strings.Contains(plan, want) {
			t.Errorf("%s users: %s", value, plan)
		}
	}
}

// TestTidyPlans: the engine's periodic queries read only small sets: the active jobs, and those
// that were not started or have a file.
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
	if plan := planOf(t, s, selectUnindexed); !strings.Contains(plan, "SCAN n") || strings.Contains(plan, "SCAN p") {
		t.Errorf("unindexed: %s", plan)
	}
}

// TestProbePlans: look-ups of many keys search an index once a key.
func TestProbePlans(t *testing.T) {
	s := open(t)
	for query, search := range map[string]string{
		selectTaken:      "SEARCH user_names USING PRIMARY KEY (pool_no=? AND user_key=?)",
		selectTakenAlias: "SEARCH aliases USING PRIMARY KEY (pool_no=? AND attribute=? AND alias_key=?)",
	} {
		if plan := planOf(t, s, query); !strings.Contains(strings.ReplaceAll(plan, " EXISTS", ""), search) || strings.Count(plan, "SCAN") > 2 {
			t.Errorf("%s: %s", query, plan)
		}
	}
}

// planOf returns the plan of a query; the values of its arguments do not matter.
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
