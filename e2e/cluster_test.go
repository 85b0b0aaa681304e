package e2e

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"poolhouse/internal/scratch"
)

// takeover is the time after which the servers of these tests take over another's job.
const takeover = 5 * time.Second

// cluster is a group of servers that share a PostgreSQL database and a bucket.
type cluster struct {
	t        *testing.T
	postgres *scratch.Postgres
	name     string // name of the database
	database string // URL of the database
	s3       *scratch.S3
	bucket   string
	nodes    []*node
}

// newCluster creates a database and a bucket on the shared servers, and starts no node.
func newCluster(t *testing.T) *cluster {
	t.Helper()
	return clusterOn(t, sharedPostgres(t))
}

// newClusterAlone is newCluster with its own PostgreSQL server, which may be stopped and
// disturbed.
func newClusterAlone(t *testing.T) *cluster {
	t.Helper()
	p := ownPostgres(t)
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Error(err)
		}
	})
	return clusterOn(t, p)
}

func clusterOn(t *testing.T, p *scratch.Postgres) *cluster {
	t.Helper()
	c := &cluster{t: t, postgres: p, name: newName()}
	var err error
	if c.database, err = p.CreateDatabase(t.Context(), c.name); err != nil {
		t.Fatal(err)
	}
	c.s3, c.bucket = newBucket(t)
	return c
}

// setup returns the settings of a server of the cluster.
func (c *cluster) setup(flags ...string) setup {
	return setup{data: c.t.TempDir(), flags: append([]string{
		"--database", c.database, "--uploads", "s3://" + c.bucket + "?endpoint=" + c.s3.Endpoint, "--import-takeover", takeover.String()}, flags...),
		serverEnv: []string{"POOLHOUSE_S3_ACCESS_KEY_ID=" + c.s3.AccessKey, "POOLHOUSE_S3_SECRET_ACCESS_KEY=" + c.s3.Secret,
			"POOLHOUSE_ROOT_ACCESS_KEY_ID=PHIATESTTESTTESTTEST", "POOLHOUSE_ROOT_SECRET_ACCESS_KEY=a secret of the tests",
			sealingKey}}
}

// add starts another server.
func (c *cluster) add(s setup) *node {
	c.t.Helper()
	n := start(c.t, s)
	c.nodes = append(c.nodes, n)
	return n
}

// inBucket reports whether uploads go to a bucket.
func (n *node) inBucket() bool {
	return slices.ContainsFunc(n.flags, func(f string) bool { return strings.HasPrefix(f, "s3://") })
}

// query reads one row from the database. It waits for a starting database.
func (c *cluster) query(text string, args []any, into ...any) {
	c.t.Helper()
	var err error
	await(c.t, "the database", 30*time.Second, func() bool {
		var conn *pgx.Conn
		if conn, err = pgx.Connect(c.t.Context(), c.database); err == nil {
			err = conn.QueryRow(c.t.Context(), text, args...).Scan(into...)
			err = errors.Join(err, conn.Close(c.t.Context()))
		}
		return err == nil
	}, func() string { return fmt.Sprintf("%s: %v", text, err) })
}

// poolNo selects the table's number of a pool; the parameter is the pool's ID.
const poolNo = "(SELECT pool_no FROM user_pools WHERE pool_id = $1)"

// work is the state of the work on a job in the database.
type work struct {
	state string
	node  string
	epoch int64
	rows  int64 // rows with a verdict
	until time.Time
}

func (w work) active() bool { return w.state == "Pending" || w.state == "InProgress" }

func (c *cluster) look(pool, job string) (w work) {
	c.t.Helper()
	var until int64
	c.query("SELECT state, lease_node, lease_epoch, checkpoint_rows, lease_until_ms FROM import_jobs WHERE pool_no = "+poolNo+" AND job_id = $2",
		[]any{pool, job}, &w.state, &w.node, &w.epoch, &w.rows, &until)
	w.until = time.UnixMilli(until)
	return w
}

// await waits until the job is in a state, or has ended.
func (c *cluster) await(pool, job, what string, wanted func(work) bool) (w work) {
	c.t.Helper()
	await(c.t, what, time.Minute, func() bool {
		w = c.look(pool, job)
		return !w.active() || wanted(w)
	}, func() string {
		return fmt.Sprintf("the job stays %+v; the database:\n%s\nlogs:\n%s", w, c.activity(), c.logs())
	})
	return w
}

// activity returns what the database's sessions do and wait for.
func (c *cluster) activity() (all string) {
	c.t.Helper()
	c.query(`SELECT coalesce(string_agg(concat_ws(' ', pid, application_name, state, wait_event_type, wait_event, now() - xact_start,
		'blocked by', pg_blocking_pids(pid), left(query, 150)), E'\n'), '') FROM pg_stat_activity WHERE datname = current_database() AND state <> 'idle' AND pid <> pg_backend_pid()`, nil, &all)
	return all
}

// holder waits until a server works on the job and returns it, or nil if the job has ended.
func (c *cluster) holder(pool, job string) (*node, work) {
	c.t.Helper()
	w := c.await(pool, job, "a server to work on it", func(w work) bool {
		return w.state == "InProgress" && w.until.After(time.Now()) && c.byName(w.node) != nil
	})
	if !w.active() {
		return nil, w
	}
	return c.byName(w.node), w
}

func (c *cluster) byName(name string) *node {
	for _, n := range c.nodes {
		if n.name == name {
			return n
		}
	}
	return nil
}

// logs returns the ends of the servers' logs, without the lines about requests.
func (c *cluster) logs() string {
	var b strings.Builder
	for i, n := range c.nodes {
		fmt.Fprintf(&b, "--- node %d, now %s ---\n", i, n.name)
		var told []string
		for line := range strings.Lines(n.logged()) {
			if !strings.Contains(line, `"msg":"request"`) {
				told = append(told, line)
			}
		}
		b.WriteString(strings.Join(told[max(0, len(told)-20):], ""))
	}
	return b.String()
}

// result is everything that must not depend on events during an import.
type result struct {
	Outcome outcome
	People  int    // rows of the users table
	Aliases int    // rows of the aliases table
	Digest  string // digest of all users, without random values and times
	Rows    int64  // rows with a verdict
	Holes   int    // segments of outcomes that are missing or overlap
}

// importFile imports a file through the given server and returns the result.
func (c *cluster) importFile(through *node, file string, meanwhile func(pool, job string)) (r result) {
	c.t.Helper()
	r.Outcome = through.importFile(file, func(pool, job string) {
		meanwhile(pool, job)
		c.await(pool, job, "its end", func(work) bool { return false })
		c.query(`SELECT count(*), coalesce(md5(string_agg(concat_ws('|', user_key, username, status, enabled, sms_mfa,
			credential, attributes, email_key, name_key), E'\n' ORDER BY user_key)), '')
			FROM users WHERE pool_no = `+poolNo, []any{pool}, &r.People, &r.Digest)
		c.query("SELECT count(*) FROM aliases WHERE pool_no = "+poolNo, []any{pool}, &r.Aliases)
		c.query(`SELECT count(*) FROM (SELECT first_line, lag(last_line) OVER (ORDER BY last_line) AS before
			FROM import_outcomes WHERE pool_no = `+poolNo+` AND job_no = (SELECT job_no FROM import_jobs WHERE pool_no = `+poolNo+` AND job_id = $2)) s WHERE before IS NOT NULL AND first_line <= before`, []any{pool, job}, &r.Holes)
		r.Rows = c.look(pool, job).rows
	})
	return r
}

// sealingKey is the setting of a sealing key.
const sealingKey = "POOLHOUSE_SEALING_KEY=dGhlIGtleSB0aGF0IHNlYWxzIHNlY3JldHMuLi4uLi4="
