package sqlstore

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/audit"
	"poolhouse/internal/console/session"
	"poolhouse/internal/iam"
	"poolhouse/internal/importfile"
	"poolhouse/internal/importjob"
	"poolhouse/internal/membership"
	"poolhouse/internal/userpool"
)

const firstAccount, laterAccount = "111111111111", "222222222222"

// tablesOf returns a query of the names of all tables.
func tablesOf(s *Store) string {
	if _, ok := s.backend.(*sqliteBackend); ok {
		return "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
	}
	return "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY table_name"
}

// fillAccount writes the account into every table with an account, and into every text with an ARN.
// Its policies name the account.
func fillAccount(t *testing.T, s *Store, account string) {
	t.Helper()
	ctx, at := t.Context(), time.Now().Truncate(time.Millisecond)
	arn := func(rest string) string { return "arn:aws:iam::" + account + ":" + rest }
	naming := `{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"` + arn("role/x") + `"}}`
	trust := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"` + account + `"},"Action":"sts:AssumeRole"}}`
	must := func(errs ...error) {
		t.Helper()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.Remember(ctx, "us-east-1")
	p := &userpool.UserPool{ID: "us-east-1_account", Name: "people", ARN: "arn:aws:cognito-idp:us-east-1:" + account + ":userpool/us-east-1_account",
		Schema: userpool.StandardSchema(), Tags: userpool.Tags{"team": arn("role/tag")}}
	p.Settings.Triggers.PreSignUp = "arn:aws:lambda:us-east-1:" + account + ":function:f"
	must(err, s.CreatePool(ctx, p, 10))
	none := func(*userpool.UserPool, *userpool.Client) error { return nil }
	for id, secret := range map[string]string{"open": "", "web": "secret of web"} {
		c := &userpool.Client{PoolID: p.ID, ID: id, Secret: secret}
		c.Settings.Analytics = &userpool.Analytics{ApplicationARN: arn("app/" + id), RoleARN: arn("role/" + id)}
		must(s.CreateClient(ctx, c, none))
	}
	must(s.CreateJob(ctx, &importjob.Job{PoolID: p.ID, ID: "import-1", State: importjob.Pending, Created: at, Requested: at, RoleARN: arn("role/logs"),
		Creator: arn("user/a"), StartedBy: arn("user/b"), StoppedBy: arn("user/c"), Message: "the role " + arn("role/logs"), Detail: "the role " + arn("role/logs"), Warning: "the role " + arn("role/logs")}, 10),
		s.CreateUpload(ctx, &importfile.Upload{PoolID: p.ID, ID: "import-2", State: importfile.Waiting, Created: at, Creator: arn("user/a")}, 10))
	i := s.IAM()
	user, err := iam.NewUser("ada", "/", at)
	must(err, i.CreateUser(ctx, user))
	sealer, _ := iam.NewSealer(make([]byte, iam.SealerKeySize))
	key, _ := iam.NewAccessKey("ada", sealer, at)
	must(i.CreateAccessKey(ctx, key))
	role, err := iam.NewRole(iam.RoleSpec{Name: "logs", Trust: trust}, at)
	must(err, i.CreateRole(ctx, role))
	managed, err := iam.NewPolicy(iam.PolicySpec{Name: "deny", Document: naming}, at)
	must(err, i.CreatePolicy(ctx, managed))
	inline, err := iam.NewInlinePolicy("own", naming)
	must(err)
	ref := managed.Ref(account)
	for _, o := range []iam.Owner{iam.UserOwner("ada"), iam.RoleOwner("logs")} {
		must(i.PutInlinePolicy(ctx, o, inline), i.AttachPolicy(ctx, o, ref))
	}
	version, err := iam.NewPolicyVersion(naming, false, at)
	must(err)
	_, err = i.CreatePolicyVersion(ctx, ref, version)
	must(err)
	event := audit.Event{ID: "1", At: at, Operation: "CreateUser", Principal: arn("root"), Resource: arn("user/ada"), Chain: "c", ChainNo: 1}
	event.Hash = event.ComputeHash("")
	must(s.Audit().Append(ctx, []audit.Event{event}),
		s.Sessions().Begin(ctx, &session.Session{Owner: account, AccessKeyID: "PHIA", Begun: at, Used: at, Ends: at.Add(time.Hour)}))
}

// toldBy returns the columns with a text that contains the account, each once.
func toldBy(t *testing.T, s *Store, account string) (columns []string) {
	t.Helper()
	tables, err := list(t.Context(), s.database, scanText, tablesOf(s))
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range tables {
		rows, err := s.read.QueryContext(t.Context(), "SELECT * FROM "+table)
		if err != nil {
			t.Fatal(err)
		}
		names, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			for i, value := range values {
				if column := table + "." + names[i]; strings.Contains(fmt.Sprintf("%s", value), account) && !slices.Contains(columns, column) {
					columns = append(columns, column)
				}
			}
		}
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return columns
}

// TestSetAccount: the old account is left only in audit events and in tags. The change is refused,
// and nothing changes, while a policy names the account or an import is active.
func TestSetAccount(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open func(string) *Store) {
		ctx := t.Context()
		s := open(firstAccount)
		if _, err := s.SetAccount(ctx, laterAccount); !errors.Is(err, ErrNeverStarted) {
			t.Errorf("before the first start: %v", err)
		}
		fillAccount(t, s, firstAccount)
		before := toldBy(t, s, firstAccount)
		for _, table := range accountTables {
			if !slices.Contains(before, table+".account_id") {
				t.Errorf("the test puts nothing into %s", table)
			}
		}
		if _, err := s.SetAccount(ctx, laterAccount); !errors.Is(err, ErrImporting) {
			t.Errorf("with an active job: %v", err)
		}
		if _, err := s.UpdateJob(ctx, importjob.Key{PoolID: "us-east-1_account", JobID: "import-1"}, func(j *importjob.Job) error { j.State = importjob.Stopped; return nil }); err != nil {
			t.Fatal(err)
		}
		_, err := s.SetAccount(ctx, laterAccount)
		named, ok := errors.AsType[*NamedError](err)
		want := []string{"the trust policy of the role logs", "the managed policy deny", "the version v2 of the managed policy deny",
			"the inline policy own of the user ada", "the inline policy own of the role logs"}
		if !ok || named.Account != firstAccount || !slices.Equal(named.Places, want) {
			t.Errorf("with policies: %v", err)
		}
		if told := toldBy(t, s, laterAccount); len(told) > 0 {
			t.Errorf("a refusal changes %v", told)
		}
		unname(t, s)
		if from, err := s.SetAccount(ctx, laterAccount); err != nil || from != firstAccount {
			t.Fatalf("from %s: %v", from, err)
		}
		if left, want := toldBy(t, s, firstAccount), []string{"audit_events.principal", "audit_events.resource", "user_pools.doc"}; !slices.Equal(left, want) {
			t.Errorf("the account of before is told by %v, want %v", left, want)
		}
		checkMoved(t, open(laterAccount))
	})
}

// unname rewrites all policies so that they name no account.
func unname(t *testing.T, s *Store) {
	t.Helper()
	for _, statement := range []string{
		"UPDATE iam_roles SET trust = replace(trust, $1, '*')", "UPDATE iam_policies SET document = replace(document, $1, '*')",
		"UPDATE iam_policy_versions SET document = replace(document, $1, '*')", "UPDATE iam_inline_policies SET document = replace(document, $1, '*')",
	} {
		if _, err := s.write.ExecContext(t.Context(), statement, firstAccount); err != nil {
			t.Fatal(err)
		}
	}
}

// checkMoved checks the data of fillAccount under the new account.
func checkMoved(t *testing.T, s *Store) {
	t.Helper()
	ctx := t.Context()
	pools, err := s.ListPools(ctx, "us-east-1", "", 10)
	if err != nil || len(pools) != 1 || !strings.Contains(pools[0].ARN, laterAccount) || !strings.Contains(pools[0].Settings.Triggers.PreSignUp, laterAccount) || !strings.Contains(pools[0].Tags["team"], firstAccount) {
		t.Errorf("the pools are %+v, %v", pools, err)
	}
	for id, secret := range map[string]string{"open": "", "web": "secret of web"} {
		if c, err := s.Client(ctx, "us-east-1_account", id); err != nil || c.Secret != secret || c.Settings.Analytics.RoleARN != "arn:aws:iam::"+laterAccount+":role/"+id {
			t.Errorf("the client is %+v, %v", c, err)
		}
	}
	if access, err := s.IAM().RoleAccess(ctx, "logs"); err != nil || len(access.Documents) != 2 {
		t.Errorf("the role is %+v, %v", access, err)
	}
	chains, err := s.Audit().Chains(ctx)
	if err != nil {
		t.Fatal(err)
	}
	events, err := s.Audit().Events(ctx, audit.Query{Limit: 10})
	v := audit.NewVerifier(chains)
	for _, e := range events {
		v.Add(e)
	}
	if faults, _ := v.End(); err != nil || v.Events != 1 || len(faults) > 0 {
		t.Errorf("%d events, %v, %v", v.Events, faults, err)
	}
	if from, err := s.SetAccount(ctx, laterAccount); err != nil || from != laterAccount {
		t.Errorf("once more, from %s: %v", from, err)
	}
}

// TestAccountTables: accountTables has every table with an account.
func TestAccountTables(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open func(string) *Store) {
		s := open(firstAccount)
		tables, err := list(t.Context(), s.database, scanText, tablesOf(s))
		if err != nil {
			t.Fatal(err)
		}
		var tell []string
		for _, table := range tables {
			rows, err := s.read.QueryContext(t.Context(), "SELECT * FROM "+table)
			if err != nil {
				t.Fatal(err)
			}
			if names, err := rows.Columns(); err != nil || slices.Contains(names, "account_id") && table != "account" {
				tell = append(tell, table)
			}
			if err := errors.Join(rows.Err(), rows.Close()); err != nil {
				t.Error(err)
			}
		}
		if want := slices.Sorted(slices.Values(accountTables)); !slices.Equal(tell, want) {
			t.Errorf("the tables are %v, want %v", tell, want)
		}
	})
}

// TestServersAreFound: a running server is found. A server that starts at the same time is found,
// or sees the change.
func TestServersAreFound(t *testing.T) {
	eachDatabase(t, func(t *testing.T, open func(string) *Store) {
		ctx := t.Context()
		s := open(firstAccount)
		if _, err := s.Remember(ctx, "any"); err != nil {
			t.Fatal(err)
		}
		node := rand.Text() // no other test connects under this name
		join := func(seen time.Time) {
			t.Helper()
			_, err := s.Join(ctx, membership.Member{Node: node, Seen: seen}, seen, seen)
			if err != nil {
				t.Fatal(err)
			}
		}
		join(time.Now().Add(-membership.Recent / 2))
		_, err := s.SetAccount(ctx, laterAccount)
		if running, ok := errors.AsType[*RunningError](err); !ok || !slices.Equal(running.Nodes, []string{node}) {
			t.Errorf("beside a server: %v", err)
		}
		join(time.Now().Add(-2 * membership.Recent))
		if _, err := s.SetAccount(ctx, laterAccount); err != nil {
			t.Errorf("after a server was killed: %v", err)
		}
	})
}

// TestStartWaits: a server that starts during a change of the account waits for its end, and sees
// the change.
func TestStartWaits(t *testing.T) {
	t.Parallel()
	url := emptySchema(t)
	store := func() *Store {
		t.Helper()
		s, err := OpenPostgres(t.Context(), Postgres{URL: url, Connections: 3, Node: "waits", Account: firstAccount})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	s, starting := store(), store()
	ctx := t.Context()
	if _, err := s.Remember(ctx, "any"); err != nil {
		t.Fatal(err)
	}
	found := make(chan Remembered, 1)
	err := s.whileStopped(ctx, func(tx *transaction, _ Remembered) error {
		go func() {
			before, err := starting.Remember(context.WithoutCancel(ctx), "any")
			if err != nil {
				t.Error(err)
			}
			found <- before
		}()
		for waiting := 0; waiting == 0; {
			err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid WHERE NOT l.granted AND a.application_name = 'poolhouse waits'").Scan(&waiting)
			if err != nil {
				return err
			}
			if len(found) > 0 {
				return errors.New("it did not wait")
			}
		}
		_, err := tx.ExecContext(ctx, "UPDATE account SET account_id = $1", laterAccount)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if before := <-found; before.Account != laterAccount {
		t.Errorf("the server found %+v", before)
	}
}
