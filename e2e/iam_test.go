package e2e

import (
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// in runs an operation of another service, which must succeed.
func (a *awsCLI) in(service string, args ...string) object {
	a.t.Helper()
	v, err := a.tryIn(service, args...)
	if err != nil {
		a.t.Fatal(err)
	}
	return v
}

// refusedIn is refused for another service.
func (a *awsCLI) refusedIn(service, exception, message string, args ...string) {
	a.t.Helper()
	_, err := a.tryIn(service, args...)
	want := "An error occurred (" + exception + ") when calling the "
	if err == nil || !strings.Contains(err.Error(), want) || !regexp.MustCompile(message).MatchString(err.Error()) {
		a.t.Errorf("%s %v: got %v, want %s with /%s/", service, args, err, exception, message)
	}
}

// as returns the same CLI with other credentials. token is "" for a key without a session.
func (a *awsCLI) as(key object, token string) *awsCLI {
	n := &node{t: a.t, url: a.url, env: append(slices.Clone(a.env), "AWS_ACCESS_KEY_ID="+key["AccessKeyId"].(string),
		"AWS_SECRET_ACCESS_KEY="+key["SecretAccessKey"].(string))}
	if token != "" {
		n.env = append(n.env, "AWS_SESSION_TOKEN="+token)
	}
	return &awsCLI{node: n, t: a.t, cli: a.cli, installed: a.installed}
}

// createUser creates a user with a policy, and returns an access key.
func (a *awsCLI) createUser(name, policy string) object {
	a.t.Helper()
	a.in("iam", "create-user", "--user-name", name)
	a.in("iam", "put-user-policy", "--user-name", name, "--policy-name", "p", "--policy-document", policy)
	return a.in("iam", "create-access-key", "--user-name", name)["AccessKey"].(object)
}

// TestGuide follows the Developer Guide's chapter from the role to the results, with the
// AWS CLI only.
func TestGuide(t *testing.T) {
	together(t)
	forEachCLI(t, func(a *awsCLI) {
		t := a.t
		dir := t.TempDir()
		trust, logs := filepath.Join(dir, "trust.json"), filepath.Join(dir, "logs.json")
		for path, text := range map[string]string{trust: roleTrust, logs: roleLogs} {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		pool := a.createPool("--auto-verified-attributes", "email")
		const name = "CognitoCloudWatchLogsRole"
		create := []string{"create-user-import-job", "--user-pool-id", pool, "--job-name", "guide", "--cloud-watch-logs-role-arn", "arn:aws:iam::000000000000:role/" + name}
		a.refused("InvalidParameterException", "role", create...)
		role := a.in("iam", "create-role", "--role-name", name, "--assume-role-policy-document", "file://"+trust)["Role"].(object)
		if role["Arn"] != "arn:aws:iam::000000000000:role/"+name {
			t.Errorf("the role is %v", role)
		}
		a.refused("InvalidParameterException", "logs:", create...)
		a.in("iam", "put-role-policy", "--role-name", name, "--policy-name", "logs", "--policy-document", "file://"+logs)
		job := a.do(create...)["UserImportJob"].(object)
		id := job["JobId"].(string)
		a.curl(writeFile(t, guideFile), job["PreSignedUrl"].(string))
		a.do("start-user-import-job", "--user-pool-id", pool, "--job-id", id)
		if ended := a.await(pool, id); ended["Status"] != "Succeeded" {
			t.Errorf("the job is %v", ended)
		}
		group := "/aws/cognito/userpools/" + pool + "/people"
		if all := messagesOf(a.logs("get-log-events", "--log-group-name", group, "--log-stream-name", id+"/guide", "--start-from-head")); len(all) != 6 {
			t.Errorf("the results: %q", all)
		}
		failed := messagesOf(a.logs("filter-log-events", "--log-group-name", group, "--filter-pattern", "FAILED"))
		if len(failed) != 1 || !strings.HasPrefix(failed[0], "[FAILED] Line Number 5 - ") {
			t.Errorf("what failed: %q", failed)
		}
		a.roleGoes(pool, name)
	})
}

// roleGoes deletes the role between a job's creation and its start.
func (a *awsCLI) roleGoes(pool, name string) {
	a.t.Helper()
	job := a.do("create-user-import-job", "--user-pool-id", pool, "--job-name", "late", "--cloud-watch-logs-role-arn",
		"arn:aws:iam::000000000000:role/"+name)["UserImportJob"].(object)
	a.curl(writeFile(a.t, guideFile), job["PreSignedUrl"].(string))
	a.in("iam", "delete-role-policy", "--role-name", name, "--policy-name", "logs")
	a.in("iam", "delete-role", "--role-name", name)
	a.do("start-user-import-job", "--user-pool-id", pool, "--job-id", job["JobId"].(string))
	ended := a.await(pool, job["JobId"].(string))
	if ended["Status"] != "Failed" || !strings.Contains(ended["CompletionMessage"].(string), "role") || ended["ImportedUsers"] != 0.0 {
		a.t.Errorf("a job whose role has gone: %v", ended)
	}
}

// TestOnlyToWatch gives a user permission to see one pool's import jobs and nothing else.
func TestOnlyToWatch(t *testing.T) {
	together(t)
	forOneCLI(t, func(a *awsCLI) {
		pool, other := a.createPool("--auto-verified-attributes", "email"), a.createPool()
		job := a.createJob(pool, "watched")["JobId"].(string)
		arn := "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + pool
		watcher := a.as(a.createUser("watcher", `{"Version": "2012-10-17", "Statement": {"Effect": "Allow",
			"Action": ["cognito-idp:DescribeUserImportJob", "cognito-idp:ListUserImportJobs"], "Resource": "`+arn+`"}}`), "")

		if who := watcher.in("sts", "get-caller-identity"); who["Arn"] != "arn:aws:iam::000000000000:user/watcher" {
			a.t.Errorf("the caller is %v", who)
		}
		if got := watcher.do("describe-user-import-job", "--user-pool-id", pool, "--job-id", job)["UserImportJob"].(object); got["JobName"] != "watched" {
			a.t.Errorf("the job is %v", got)
		}
		if got := watcher.do("list-user-import-jobs", "--user-pool-id", pool, "--max-results", "5")["UserImportJobs"].([]any); len(got) != 1 {
			a.t.Errorf("the jobs are %v", got)
		}
		for _, call := range []string{
			"create-user-import-job --user-pool-id POOL --job-name x --cloud-watch-logs-role-arn " + logRole,
			"start-user-import-job --user-pool-id POOL --job-id " + job, "stop-user-import-job --user-pool-id POOL --job-id " + job,
			"get-csv-header --user-pool-id POOL", "describe-user-pool --user-pool-id POOL", "delete-user-pool --user-pool-id POOL",
			"update-user-pool --user-pool-id POOL", "list-users --user-pool-id POOL", "admin-get-user --user-pool-id POOL --username ada",
			"admin-create-user --user-pool-id POOL --username ada", "admin-delete-user --user-pool-id POOL --username ada",
			"create-user-pool-client --user-pool-id POOL --client-name c", "list-user-pools --max-results 1", "create-user-pool --pool-name x",
			"describe-user-import-job --user-pool-id " + other + " --job-id " + job, "list-user-import-jobs --max-results 5 --user-pool-id " + other,
		} {
			watcher.refused("AccessDeniedException", "User: arn:aws:iam::000000000000:user/watcher is not authorized to perform: cognito-idp:[A-Za-z]+ on resource: ",
				strings.Fields(strings.ReplaceAll(call, "POOL", pool))...)
		}
		watcher.refusedIn("logs", "AccessDeniedException", "perform: logs:DescribeLogGroups on resource: ", "describe-log-groups")
		group := "/aws/cognito/userpools/" + pool + "/people"
		watcher.refusedIn("logs", "AccessDeniedException", "perform: logs:FilterLogEvents on resource: .*"+group, "filter-log-events", "--log-group-name", group)
		watcher.refusedIn("logs", "AccessDeniedException", "perform: logs:DeleteLogGroup on", "delete-log-group", "--log-group-name", group)
		watcher.refusedIn("iam", "AccessDenied", "perform: iam:CreateUser on resource: arn:aws:iam::000000000000:user/eve", "create-user", "--user-name", "eve")
		watcher.refusedIn("iam", "AccessDenied", "perform: iam:CreateAccessKey on resource: arn:aws:iam::000000000000:user/watcher", "create-access-key")
		watcher.refusedIn("iam", "AccessDenied", "perform: iam:PutUserPolicy on", "put-user-policy", "--user-name", "watcher", "--policy-name", "p", "--policy-document", "{}")
		watcher.refusedIn("sts", "AccessDenied", "perform: sts:AssumeRole on resource: "+logRole, "assume-role", "--role-arn", logRole, "--role-session-name", "me")
	})
}

// TestSessions assumes a role and works with it.
func TestSessions(t *testing.T) {
	together(t)
	forOneCLI(t, func(a *awsCLI) {
		t := a.t
		pool := a.createPool()
		arn := "arn:aws:cognito-idp:us-east-1:000000000000:userpool/" + pool
		const role = "arn:aws:iam::000000000000:role/operators"
		allow := func(action, resource string) string {
			return `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "` + action + `", "Resource": "` + resource + `"}}`
		}
		user := a.as(a.createUser("ada", allow("sts:AssumeRole", role)), "")
		a.in("iam", "create-role", "--role-name", "operators", "--assume-role-policy-document",
			`{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::000000000000:root"}, "Action": "sts:AssumeRole"}}`)
		a.in("iam", "put-role-policy", "--role-name", "operators", "--policy-name", "p", "--policy-document", allow("cognito-idp:Describe*", arn))
		a.refusedIn("sts", "AccessDenied", "Roles may not be assumed by root accounts", "assume-role", "--role-arn", role, "--role-session-name", "me")

		got := user.in("sts", "assume-role", "--role-arn", role, "--role-session-name", "night-shift")
		key, token := got["Credentials"].(object), got["Credentials"].(object)["SessionToken"].(string)
		session := a.as(key, token)
		want := "arn:aws:sts::000000000000:assumed-role/operators/night-shift"
		if who := session.in("sts", "get-caller-identity"); who["Arn"] != want || !strings.HasSuffix(who["UserId"].(string), ":night-shift") {
			t.Errorf("the caller is %v", who)
		}
		session.do("describe-user-pool", "--user-pool-id", pool)
		session.refused("AccessDeniedException", "User: "+want+" is not authorized to perform: cognito-idp:ListUsers on resource: "+arn, "list-users", "--user-pool-id", pool)
		a.as(key, "").refused("UnrecognizedClientException", "security token included in the request is invalid", "describe-user-pool", "--user-pool-id", pool)
		a.as(key, token[:len(token)-8]).refused("UnrecognizedClientException", "security token", "describe-user-pool", "--user-pool-id", pool)
		second := user.in("sts", "assume-role", "--role-arn", role, "--role-session-name", "other")["Credentials"].(object)
		a.as(key, second["SessionToken"].(string)).refused("UnrecognizedClientException", "security token", "describe-user-pool", "--user-pool-id", pool)

		a.in("iam", "delete-role-policy", "--role-name", "operators", "--policy-name", "p")
		session.refused("AccessDeniedException", "because no identity-based policy allows", "describe-user-pool", "--user-pool-id", pool)
		a.in("iam", "delete-role", "--role-name", "operators")
		session.refused("UnrecognizedClientException", "security token", "describe-user-pool", "--user-pool-id", pool)
	})
}

// TestKeysEndEverywhere disables a key at one server, and uses it at another.
func TestKeysEndEverywhere(t *testing.T) {
	together(t)
	cli := newestCLI(t)
	c := newCluster(t)
	one, two := &awsCLI{node: c.add(c.setup()), t: t, cli: cli}, &awsCLI{node: c.add(c.setup()), t: t, cli: cli}
	key := one.createUser("ada", `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "cognito-idp:*", "Resource": "*"}}`)
	ada, id := two.as(key, ""), key["AccessKeyId"].(string)
	list := []string{"list-user-pools", "--max-results", "1"}
	for range 3 {
		ada.do(list...)
		one.in("iam", "update-access-key", "--user-name", "ada", "--access-key-id", id, "--status", "Inactive")
		ada.refused("UnrecognizedClientException", "security token", list...)
		one.in("iam", "update-access-key", "--user-name", "ada", "--access-key-id", id, "--status", "Active")
	}
	one.in("iam", "put-user-policy", "--user-name", "ada", "--policy-name", "no", "--policy-document",
		`{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "cognito-idp:List*", "Resource": "*"}}`)
	ada.refused("AccessDeniedException", "with an explicit deny in an identity-based policy", list...)
	one.in("iam", "delete-access-key", "--user-name", "ada", "--access-key-id", id)
	ada.refused("UnrecognizedClientException", "security token", list...)
}

// TestSealingKeys: servers that share a database have the same key, or none as long as
// nothing is sealed.
func TestSealingKeys(t *testing.T) {
	together(t)
	c := newCluster(t)
	with := func(key string) setup {
		s := c.setup()
		s.serverEnv = slices.DeleteFunc(s.serverEnv, func(v string) bool { return strings.HasPrefix(v, "POOLHOUSE_SEALING_KEY=") })
		if key != "" {
			s.serverEnv = append(s.serverEnv, "POOLHOUSE_SEALING_KEY="+key)
		}
		return s
	}
	refused := func(s setup, want string) {
		t.Helper()
		n := &node{t: t, setup: s}
		if err := n.launch(); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "POOLHOUSE_SEALING_KEY") {
			n.kill()
			t.Errorf("got %v, want %q", err, want)
		}
	}
	none := c.add(with(""))
	a := &awsCLI{node: none, t: t, cli: newestCLI(t)}
	a.in("iam", "create-user", "--user-name", "ada")
	a.refusedIn("iam", "ValidationError", "no key to seal secrets", "create-access-key", "--user-name", "ada")
	const good, bad = "dGhlIGtleSB0aGF0IHNlYWxzIHNlY3JldHMuLi4uLi4=", "YW5vdGhlciBrZXkgdGhhdCBzZWFscyBzZWNyZXRzLi4="
	refused(with(bad), "the key that seals secrets is") // and the database does not learn it
	none.terminate()
	none.again()
	none.terminate()
	keyed := &awsCLI{node: c.add(with(good)), t: t, cli: a.cli}
	refused(with(bad), "the key that seals secrets is")
	refused(with(""), "this one has none")
	keyed.in("iam", "create-access-key", "--user-name", "ada")
	refused(with(bad), "sealed with another key")
	refused(with(""), "this server lacks the key")
	refused(with("x"), "openssl rand -base64 32")

	alone := &awsCLI{node: startNode(t, t.TempDir()), t: t, cli: a.cli} // makes its own key
	loseKey := func() {
		t.Helper()
		alone.terminate()
		if err := os.Remove(filepath.Join(alone.data, "sealing-key")); err != nil {
			t.Fatal(err)
		}
	}
	loseKey()
	alone.again() // nothing was sealed with it
	alone.in("iam", "create-user", "--user-name", "ada")
	alone.in("iam", "create-access-key", "--user-name", "ada")
	loseKey()
	refused(setup{data: alone.data}, "this server lacks the key")
}

// TestSecretsAreNowhere searches for the secrets of keys and sessions in everything that
// the server wrote and answered.
func TestSecretsAreNowhere(t *testing.T) {
	together(t)
	cli := newestCLI(t)
	t.Run("SQLite", func(t *testing.T) {
		a := &awsCLI{node: startNode(t, t.TempDir()), t: t, cli: cli}
		key, secrets, said := a.spill()
		a.terminate()
		wrote := map[string]string{"the log": a.logged(), "an answer": said}
		files, err := filepath.Glob(filepath.Join(a.data, "poolhouse.db*"))
		if err != nil || len(files) == 0 {
			t.Fatal(files, err)
		}
		for _, path := range files {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			wrote["the database"] += string(text)
		}
		wantNoSecret(t, key, secrets, wrote)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		c := newCluster(t)
		a := &awsCLI{node: c.add(c.setup()), t: t, cli: cli}
		key, secrets, said := a.spill()
		a.terminate()
		var tables int
		var dump string
		c.query(`SELECT count(*), string_agg(query_to_xml('SELECT * FROM ' || quote_ident(table_name), true, false, '')::text, '')
			FROM information_schema.tables WHERE table_schema = 'public'`, nil, &tables, &dump)
		if tables < 20 {
			t.Errorf("only %d tables were looked at", tables)
		}
		wantNoSecret(t, key, secrets, map[string]string{"the log": a.logged(), "an answer": said, "the database": dump})
	})
}

// spill uses keys and sessions, rightly and wrongly. It returns the ID of a key, the
// secrets, and the server's answers to wrong uses.
func (a *awsCLI) spill() (key string, secrets map[string]string, said string) {
	a.t.Helper()
	made := a.createUser("ada", `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:*", "Resource": "*"}}`)
	ada := a.as(made, "")
	a.in("iam", "create-role", "--role-name", "r", "--assume-role-policy-document", strings.ReplaceAll(roleTrust, `"Service": "cognito-idp.amazonaws.com"`, `"AWS": "000000000000"`))
	session := ada.in("sts", "assume-role", "--role-arn", "arn:aws:iam::000000000000:role/r", "--role-session-name", "me")["Credentials"].(object)
	wrong := object{"AccessKeyId": made["AccessKeyId"], "SecretAccessKey": session["SecretAccessKey"]}
	for _, bad := range []*awsCLI{ada, a.as(session, ""), a.as(session, session["SessionToken"].(string)+"x"), a.as(wrong, "")} {
		_, err := bad.try("list-user-pools", "--max-results", "1")
		if err == nil {
			a.t.Error("a call is allowed that is not")
		}
		said += fmt.Sprint(err)
	}
	return made["AccessKeyId"].(string), map[string]string{
		"the user's secret": made["SecretAccessKey"].(string), "the session's secret": session["SecretAccessKey"].(string),
		"the session's token": session["SessionToken"].(string), "root's secret": a.getenv("AWS_SECRET_ACCESS_KEY"),
	}, said
}

// wantNoSecret searches for secrets, also in base64 and in hex, in which PostgreSQL shows
// bytes.
func wantNoSecret(t *testing.T, key string, secrets, wrote map[string]string) {
	t.Helper()
	if !strings.Contains(wrote["the database"], key) {
		t.Error("the database does not have the access key: the test looks in the wrong place")
	}
	for where, text := range wrote {
		for what, secret := range secrets {
			for _, form := range []string{secret, hex.EncodeToString([]byte(secret)), base64.StdEncoding.EncodeToString([]byte(secret))} {
				if strings.Contains(text, form) {
					t.Errorf("%s is in %s", what, where)
				}
			}
		}
	}
}

// TestIAMPages reads a list with several pages.
func TestIAMPages(t *testing.T) {
	together(t)
	a := &awsCLI{node: startNode(t, t.TempDir()), t: t, cli: newestCLI(t)}
	var want []any
	for i := range 5 {
		name := fmt.Sprintf("user-%d", i)
		want = append(want, a.in("iam", "create-user", "--user-name", name, "--path", "/team/")["User"])
	}
	if diff := cmp.Diff(want, a.in("iam", "list-users", "--path-prefix", "/team/", "--page-size", "2")["Users"]); diff != "" {
		t.Error(diff)
	}
}
