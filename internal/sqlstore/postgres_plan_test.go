package sqlstore

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"

	"poolhouse/internal/userpool"
)

// fillTables creates one large pool, 20 small ones and some jobs.
const fillTables = `
INSERT INTO user_pools SELECT n + 1, '', 'us-east-1', CASE n WHEN 0 THEN 'us-east-1_big' ELSE 'us-east-1_small' || to_char(n, 'FM00') END, '{}' FROM generate_series(0, 20) n;
INSERT INTO user_pool_counters SELECT pool_no, 0, 1, 1 FROM user_pools;
INSERT INTO users (pool_no, user_no, created_ms, sub, status, enabled, sms_mfa, user_key, attributes, email_key, phone_number_key, name_key, given_name_key, family_name_key, preferred_username_key)
	SELECT pool_no, n, n, CAST(md5(pool_no || ' ' || n) AS UUID), CASE n % 7 WHEN 0 THEN 60 ELSE 30 END, n % 50 <> 0, false, 'user' || md5(n::text), '\x01',
	md5(n::text) || '@example.com', '+1' || n, 'n ' || md5(n::text), 'g' || n % 500, 'f' || n % 5000, CASE n % 3 WHEN 0 THEN 'p' || n END
	FROM user_pools, generate_series(1, 20000) n WHERE n <= 200 OR pool_no = 1;
INSERT INTO aliases SELECT pool_no, 1, email_key, user_no FROM users;
INSERT INTO user_pool_clients SELECT pool_no, 'client' || n, '{}' FROM user_pools, generate_series(1, 20) n;
INSERT INTO import_jobs (pool_no, job_no, job_id, ` + jobSettings + `, results_forwarded) SELECT pool_no, n, 'import-' || n, '', '', '', '', '', '', '', CASE n % 10 WHEN 0 THEN 'Created' WHEN 1 THEN 'Pending' ELSE 'Succeeded' END,
	n, n, n, 0, n, '', CASE n % 10 WHEN 0 THEN 'x' ELSE '' END, 0, '', '', 0, 0, 0, 0, 0, 0, 0, '', 0, 0, '', '',
	NULL, CASE n % 4 WHEN 0 THEN 'import-1' END, '', '', '', 0, 0, 0, false, n % 10 = 7, NULL, NULL, n % 10 = 5 FROM user_pools, generate_series(1, 20) n;
INSERT INTO active_imports SELECT pool_no, min(job_no) FROM import_jobs WHERE state = 'Pending' GROUP BY pool_no;
INSERT INTO import_outcomes SELECT pool_no, job_no, n * 100, n * 100 - 99, 0, '' FROM import_jobs, generate_series(1, 20) n;
INSERT INTO import_rows SELECT pool_no, job_no, n * 100, n * 100 - 99, 3, '' FROM import_jobs, generate_series(1, 20) n;
INSERT INTO import_corrections SELECT pool_no, job_no, n, true, '' FROM import_jobs, generate_series(1, 20) n;
INSERT INTO import_maps SELECT pool_no, '', 1 FROM user_pools;
INSERT INTO import_causes SELECT pool_no, job_no, 'FAILED', 'Code' || n, '', '', 1, n FROM import_jobs, generate_series(1, 20) n;`

// analyzeTables updates the statistics of this schema's tables. ANALYZE alone would also change
// those of other tests that are running.
const analyzeTables = "ANALYZE user_pools, user_pool_counters, users, aliases, user_pool_clients, import_jobs, active_imports, import_outcomes, import_causes, import_rows, import_corrections, import_maps, log_forwards"

// newPool fills a pool that the statistics do not know.
const newPool = `
INSERT INTO user_pools VALUES (99, '', 'us-east-1', 'us-east-1_new', '{}');
INSERT INTO user_pool_counters VALUES (99, 0, 1, 1);
INSERT INTO users (pool_no, user_no, created_ms, sub, status, enabled, sms_mfa, user_key, attributes, email_key, phone_number_key, name_key, given_name_key, family_name_key, preferred_username_key)
	SELECT 99, user_no, created_ms, CAST(md5('new' || user_no) AS UUID), status, enabled, sms_mfa, user_key, attributes, email_key, phone_number_key, name_key, given_name_key, family_name_key, preferred_username_key
	FROM users WHERE pool_no = 1 LIMIT 3000;
INSERT INTO aliases SELECT 99, attribute, alias_key, user_no FROM aliases WHERE pool_no = 1 LIMIT 3000;`

// unanalyzed returns a store on PostgreSQL with only the statistics that a test makes: autovacuum,
// which runs once a minute, is off for its tables.
func unanalyzed(t *testing.T) *Store {
	t.Helper()
	s := openPostgres(t, emptySchema(t))
	const off = `DO $$ DECLARE name text; BEGIN
		FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = current_schema LOOP
			EXECUTE format('ALTER TABLE %I SET (autovacuum_enabled = off)', name);
		END LOOP; END $$`
	if _, err := s.write.ExecContext(t.Context(), off); err != nil {
		t.Fatal(err)
	}
	return s
}

// TestPostgresPlans: the queries use their indexes, on large tables with statistics and on tables
// without.
func TestPostgresPlans(t *testing.T) {
	t.Parallel()
	s, unknown := unanalyzed(t), unanalyzed(t)
	pools := []*userpool.UserPool{{ID: "us-east-1_big", Number: 1}, {ID: "us-east-1_small07", Number: 8}, {ID: "us-east-1_none", Number: 1000}}
	for _, step := range []struct {
		name  string
		s     *Store
		does  string
		pools []*userpool.UserPool
	}{
		{"never analyzed", unknown, strings.ReplaceAll(fillTables, "20000", "4000"), pools},
		{"analyzed while empty", s, analyzeTables + ";" + fillTables, pools},
		{"analyzed", s, analyzeTables, pools},
		{"a new pool", s, newPool, []*userpool.UserPool{{ID: "us-east-1_new", Number: 99}}},
	} {
		t.Run(step.name, func(t *testing.T) {
			if _, err := step.s.write.ExecContext(t.Context(), step.does, pgx.QueryExecModeSimpleProtocol); err != nil {
				t.Fatal(err)
			}
			for _, p := range step.pools {
				wantIndexes(t, step.s, p)
			}
			if step.name == "analyzed" {
				wantPlan(t, step.s, "claimable", indexed{claimable, []any{1}, "import_jobs_pkey"})
			}
		})
	}
}

// pgQueries are the queries of users on PostgreSQL.
var pgQueries = map[string]indexed{
	"user by key": {pgByKey, nil, "users_by_key"}, "user by sub": {pgBySub, nil, "users_by_sub"}, "user by alias": {pgByAlias, nil, "users_pkey"},
	"alias of user": {pgByAlias, nil, "aliases_pkey"}, "user with pool": {pgWithPool, nil, "users_by_key"}, "user exists": {existsUser, nil, "users_by_key"},
	"users of job": {selectOfJob, nil, "users_pkey"},
	"user update":  {updatePg, nil, "users_pkey"}, "user delete": {deletePg, nil, "users_pkey"}, "alias": {deleteAlias, nil, "aliases_pkey"},
	"numbers": {takeNumbers, nil, "user_pool_counters_pkey"}, "count": {addUserCount, nil, "user_pool_counters_pkey"},
}

func wantIndexes(t *testing.T, s *Store, p *userpool.UserPool) {
	t.Helper()
	queries := indexedQueries(pgQueries, postgresUserTables, p, usersByColumn)
	keys := make([]string, 20_000) // a large batch
	for i := range keys {
		keys[i] = fmt.Sprintf("user%08d", i)
	}
	queries["taken keys"] = indexed{selectTakenKeys, []any{p.Number, keys}, "users_by_key"}
	queries["few taken keys"] = indexed{selectTakenKeys, []any{p.Number, keys[:3]}, "users_by_key"}
	queries["taken aliases"] = indexed{selectTakenAliases, []any{p.Number, 1, keys}, "aliases_pkey"}
	queries["few taken aliases"] = indexed{selectTakenAliases, []any{p.Number, 1, keys[:3]}, "aliases_pkey"}
	queries["overdue"] = indexed{selectOverdue, nil, "import_jobs_overdue"}
	queries["with files"] = indexed{selectWithFiles, nil, "import_jobs_with_files"}
	for name, q := range queries {
		if q.args == nil {
			q.args = anyArgs(t, s, p, q.query)
		}
		wantPlan(t, s, name, q)
	}
}

func wantPlan(t *testing.T, s *Store, name string, q indexed) {
	t.Helper()
	plan := postgresPlan(t, s, q)
	for _, problem := range plan.problems(name, q) {
		t.Errorf("%s: %s\n%s\n%v\n%s", name, problem, q.query, q.args[:1], plan.Plan)
	}
}

// planStep is a step of a plan, with the steps below it.
type planStep struct {
	Type   string     `json:"Node Type"`
	Index  string     `json:"Index Name"`
	Cond   string     `json:"Index Cond"`
	Filter string     `json:"Filter"`
	Steps  []planStep `json:"Plans"`
}

// postgresPlan returns the plan as the store's own connections make it.
func postgresPlan(t *testing.T, s *Store, q indexed) *wholePlan {
	t.Helper()
	var text []byte
	if err := s.read.QueryRowContext(t.Context(), "EXPLAIN (FORMAT JSON) "+q.query, q.args...).Scan(&text); err != nil {
		t.Fatalf("%s: %v", q.query, err)
	}
	var plans []*wholePlan
	if err := json.Unmarshal(text, &plans); err != nil {
		t.Fatal(err)
	}
	return plans[0]
}

type wholePlan struct {
	Plan planStep
	JIT  any
}

func (p planStep) String() string {
	text := p.Type
	for _, detail := range []string{p.Index, p.Cond, p.Filter} {
		if detail != "" {
			text += " | " + detail
		}
	}
	for _, step := range p.Steps {
		text += "\n" + step.String()
	}
	return text
}

// keyColumn is a column that only an index may compare. A filter on it would read rows that are not
// requested.
var keyColumn = regexp.MustCompile(`\b(pool_id|pool_no|job_id|job_no|attribute|client_id|last_line|user_no|sub|status|\w+_key)\b`)

func (p *wholePlan) problems(name string, q indexed) (problems []string) {
	if p.JIT != nil {
		problems = append(problems, "it is compiled, which takes longer than it does")
	}
	uses := false
	var visit func(step planStep)
	visit = func(step planStep) {
		// A pool has few jobs, so both indexes are equally good.
		uses = uses || step.Index == q.index || step.Index == "import_jobs_by_id" && q.index == "import_jobs_pkey"
		// A filter on at most one row only confirms that row.
		unique := step.Index == "aliases_pkey" && strings.Contains(step.Cond, "alias_key =") || step.Index == "users_by_sub" && strings.Contains(step.Cond, "sub =")
		switch {
		case step.Type == "Sort" && name != "claimable", slices.Contains([]string{"Seq Scan", "Incremental Sort", "Hash Join", "Bitmap Heap Scan"}, step.Type):
			problems = append(problems, step.Type)
		case step.Index != "" && step.Cond == "" && step.Index != "active_imports_pkey":
			problems = append(problems, "all of the index "+step.Index)
		case name == "users of job" && step.Filter == "(job_no = "+fmt.Sprint(q.args[3])+")": // a job's users have adjacent numbers
		case keyColumn.MatchString(step.Filter) && !unique:
			problems = append(problems, "the filter "+step.Filter)
		}
		for _, below := range step.Steps {
			visit(below)
		}
	}
	visit(p.Plan)
	if q.index != "" && !uses {
		problems = append(problems, "it should use "+q.index)
	}
	return problems
}

// anyArgs returns arguments of the types that the query needs.
func anyArgs(t *testing.T, s *Store, p *userpool.UserPool, query string) (args []any) {
	t.Helper()
	conn, err := s.read.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	err = conn.Raw(func(conn any) error {
		wants, err := conn.(*stdlib.Conn).Conn().PgConn().Prepare(t.Context(), "", query, nil)
		if err != nil {
			return err
		}
		for _, oid := range wants.ParamOIDs {
			switch oid {
			case pgtype.TextOID:
				args = append(args, p.ID)
			case pgtype.UUIDOID:
				args = append(args, "5ab00000-0000-7000-8000-000000000000")
			case pgtype.BoolOID:
				args = append(args, true)
			case pgtype.ByteaOID:
				args = append(args, []byte{1})
			default:
				args = append(args, max(p.Number, 1))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return args
}

// TestSegmentsAreAskedForInParts: a page of a long job reads only some segments. The driver reads
// every result to its end.
func TestSegmentsAreAskedForInParts(t *testing.T) {
	for name, query := range map[string]string{"kept rows": selectKept, "rejected rows": selectKeptRejected,
		"outcomes": selectOutcomes, "outcomes before": selectOutcomesBefore} {
		if !strings.Contains(query, " LIMIT $") {
			t.Errorf("%s: %s", name, query)
		}
	}
	var asked []int
	err := inSegments(func(some int) (bool, error) {
		asked = append(asked, some)
		return len(asked) < 8, nil
	})
	if err != nil || !slices.Equal(asked, []int{2, 4, 8, 16, 32, 64, 64, 64}) {
		t.Errorf("asked for %v, %v", asked, err)
	}
}
