package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/scratch"
)

// nodeModules returns the directory with the packages that npm/package-lock.json pins.
func nodeModules(t *testing.T) string {
	t.Helper()
	modules, err := scratch.NodeModules(t.Context(), "npm", t.TempDir())
	if errors.Is(err, scratch.ErrNoPackages) {
		lacking(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	return modules
}

// node runs a Node.js program that uses the AWS SDK for JavaScript v2. The SDK does not
// read AWS_ENDPOINT_URL, so a preloaded script sets it. The program and the SDK are
// unchanged.
func (n *node) node(modules string, program ...string) (string, error) {
	preload, err := filepath.Abs("npm/endpoint.js")
	if err != nil {
		return "", err
	}
	set := append([]string{"NODE_PATH=" + modules, "AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE=1", "node", "--require", preload}, program...)
	return n.run("env", set...)
}

// TestNodeClients runs clients that sign fewer headers than others: the AWS SDK for
// JavaScript v2, which never signs Content-Type, and a tool built on it.
func TestNodeClients(t *testing.T) {
	together(t)
	modules := nodeModules(t)
	n := startNode(t, t.TempDir())
	t.Run("aws-sdk", func(t *testing.T) { sdk2(t, n, modules) })
	t.Run("cognito-backup-restore", func(t *testing.T) { backUp(t, n, modules) })
}

// sdk2 calls every service, as root, as a user and in a session.
func sdk2(t *testing.T, n *node, modules string) {
	out, err := n.node(modules, "npm/sdk2.js")
	if err != nil {
		t.Fatal(err)
	}
	var got object
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := object{
		"found":          []any{[]any{"ada", "FORCE_CHANGE_PASSWORD", "Ada Löwe, Ⅱ"}},
		"header":         []any{"name"},
		"groups":         true,
		"roles":          []any{"v2"},
		"session":        "assumed-role/v2/walk",
		"described":      "v2",
		"denied":         []any{"AccessDeniedException", 400.0},
		"no pool":        []any{"ResourceNotFoundException", 400.0},
		"no role":        []any{"NoSuchEntity", 404.0},
		"no group":       []any{"ResourceNotFoundException", 400.0},
		"another secret": []any{"SignatureDoesNotMatch", 403.0},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// backUp imports users for more than one page of ListUsers and saves them with
// cognito-backup-restore.
func backUp(t *testing.T, n *node, modules string) {
	const users = 130
	var file strings.Builder
	file.WriteString("cognito:username,email,email_verified,name\n")
	for i := range users {
		fmt.Fprintf(&file, "user%d,user%d@example.com,true,Üser %d\n", i, i, i)
	}
	pool, job := n.begin(writeFile(t, file.String()))
	if end := n.outcome(pool, job); end.Imported != users {
		t.Fatalf("%+v", end)
	}
	dir := filepath.Join(t.TempDir(), "backup")
	out, err := n.node(modules, filepath.Join(modules, "cognito-backup-restore/build/cli/cli.js"), "backup",
		"--region", n.getenv("AWS_REGION"), "--use-env-vars", "--userpool", pool, "--directory", dir)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(dir, pool+".json"))
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var saved []struct {
		Username, UserStatus string
		Enabled              bool
		Attributes           []struct{ Name, Value string }
	}
	if err := json.Unmarshal(data, &saved); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, u := range saved {
		var attributes []string
		for _, a := range u.Attributes {
			attributes = append(attributes, a.Name+"="+a.Value)
		}
		slices.Sort(attributes)
		got[u.Username] = fmt.Sprint(u.UserStatus, u.Enabled, attributes)
	}
	if diff := cmp.Diff(n.listed(pool), got); diff != "" || len(saved) != users {
		t.Errorf("%d users; (-want +got):\n%s", len(saved), diff)
	}
}

// listed returns a pool's users by the AWS SDK for Go.
func (n *node) listed(pool string) map[string]string {
	n.t.Helper()
	all := map[string]string{}
	pages := cognito.NewListUsersPaginator(n.client(), &cognito.ListUsersInput{UserPoolId: &pool})
	for pages.HasMorePages() {
		page, err := pages.NextPage(n.t.Context())
		if err != nil {
			n.t.Fatal(err)
		}
		for _, u := range page.Users {
			var attributes []string
			for _, a := range u.Attributes {
				attributes = append(attributes, aws.ToString(a.Name)+"="+aws.ToString(a.Value))
			}
			slices.Sort(attributes)
			all[aws.ToString(u.Username)] = fmt.Sprint(u.UserStatus, u.Enabled, attributes)
		}
	}
	return all
}

// TestLockFileNamesNoRegistry: the lock file has the hashes of packages and no addresses,
// so that every machine can use it.
func TestLockFileNamesNoRegistry(t *testing.T) {
	data, err := os.ReadFile("npm/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ Version, Resolved, Integrity string }
	}
	if err := json.Unmarshal(data, &lock); err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(lock.Packages)) {
		if p := lock.Packages[name]; name != "" && (p.Resolved != "" || p.Integrity == "") {
			t.Errorf("%s %s is at %q with the hash %q", name, p.Version, p.Resolved, p.Integrity)
		}
	}
	if len(lock.Packages) < 3 {
		t.Errorf("there are %d packages", len(lock.Packages))
	}
}
