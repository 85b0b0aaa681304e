package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
)

// TestTerraform creates one of each resource that Poolhouse serves with Terraform and its
// AWS provider, updates them, imports them into another state and destroys them. After each
// change, a plan must find nothing to do.
//
// It needs the program terraform and the provider hashicorp/aws. The provider is so large
// that CI may skip this test, and only this one. It is searched for where Terraform itself
// looks without a network, and where a variable says: [terraformMirrors] has the list.
// Nothing is downloaded.
func TestTerraform(t *testing.T) {
	together(t)
	tf := newTerraform(t)
	tf.run("init", "-no-color")
	tf.changes("13 added, 0 changed, 0 destroyed")
	tf.nothingToDo()
	tf.interfere()
	tf.variables = []string{"-var=second=true"}
	tf.changes("0 added, 11 changed, 0 destroyed")
	tf.nothingToDo()

	tf.importAll()
	tf.run("destroy", "-auto-approve", "-no-color")
	tf.nothingLeft()
}

// terraform is a Terraform configuration in its own directory, with its server.
type terraform struct {
	*node
	path, dir string
	variables []string
}

// stateFile is the file of Terraform's state.
const stateFile = "terraform.tfstate"

// newTerraform copies testdata/terraform to a new directory, for a new server.
func newTerraform(t *testing.T) *terraform {
	t.Helper()
	path, err := exec.LookPath("terraform")
	if err != nil {
		t.Skip("SKIPPED: terraform is missing")
	}
	mirror := terraformMirror()
	if mirror == "" {
		t.Skip("SKIPPED: Terraform's AWS provider is in no local directory; see terraformMirrors")
	}
	tf := &terraform{node: startNode(t, t.TempDir()), path: path, dir: t.TempDir()}
	settings := filepath.Join(tf.dir, "terraform.rc")
	config, err := os.ReadFile("testdata/terraform/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	tf.write("main.tf", string(config))
	tf.write("terraform.rc", fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror))
	// Most of the time is spent on reading the provider's schema, a third of it on garbage
	// collection.
	tf.env = append(tf.env, "GOGC=400", "TF_CLI_CONFIG_FILE="+settings, "TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1", "TF_WORKSPACE=", "TF_DATA_DIR=", "TF_PLUGIN_CACHE_DIR=")
	return tf
}

// terraformMirrors returns the directories that may have the provider: the one in
// POOLHOUSE_TERRAFORM_MIRROR, Terraform's provider cache, those of its CLI configuration,
// and those that it searches by itself (Terraform, CLI Configuration, Implied Local Mirror
// Directories).
func terraformMirrors() []string {
	home, _ := os.UserHomeDir() // without one, some directories do not exist
	dirs := []string{os.Getenv("POOLHOUSE_TERRAFORM_MIRROR"), os.Getenv("TF_PLUGIN_CACHE_DIR")}
	file := os.Getenv("TF_CLI_CONFIG_FILE")
	if file == "" {
		file = filepath.Join(home, ".terraformrc")
	}
	if config, err := os.ReadFile(file); err == nil {
		for _, found := range regexp.MustCompile(`(?m)^\s*(?:path|plugin_cache_dir)\s*=\s*"([^"]+)"`).FindAllStringSubmatch(string(config), -1) {
			dirs = append(dirs, strings.Replace(found[1], "$HOME", home, 1))
		}
	}
	return append(dirs, filepath.Join(home, ".terraform.d/plugins"), filepath.Join(home, ".local/share/terraform/plugins"),
		"/usr/local/share/terraform/plugins", "/usr/share/terraform/plugins")
}

// terraformMirror returns the first of them with the provider, "" for none.
func terraformMirror() string {
	for _, dir := range terraformMirrors() {
		if info, err := os.Stat(filepath.Join(dir, "registry.terraform.io/hashicorp/aws")); dir != "" && err == nil && info.IsDir() {
			return dir
		}
	}
	return ""
}

func (tf *terraform) write(name, text string) {
	tf.t.Helper()
	if err := os.WriteFile(filepath.Join(tf.dir, name), []byte(text), 0o600); err != nil {
		tf.t.Fatal(err)
	}
}

// run runs a command, which must succeed, and returns its output.
func (tf *terraform) run(args ...string) string {
	tf.t.Helper()
	ctx, cancel := context.WithTimeout(tf.t.Context(), 2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, tf.path, append(args, tf.variablesOf(args[0])...)...)
	cmd.Dir, cmd.Env = tf.dir, tf.env
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	out, err := cmd.CombinedOutput()
	if err != nil {
		tf.t.Fatalf("terraform %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

// variablesOf returns the variables for a command that takes some.
func (tf *terraform) variablesOf(command string) []string {
	if command == "init" {
		return nil
	}
	return tf.variables
}

// changes applies the configuration, which must make exactly the expected changes.
func (tf *terraform) changes(want string) {
	tf.t.Helper()
	if out := tf.run("apply", "-auto-approve", "-no-color"); !strings.Contains(out, want) {
		tf.t.Fatalf("not %q:\n%s", want, out)
	}
}

// nothingToDo fails the test unless the plan is empty, with exit code 0.
func (tf *terraform) nothingToDo() {
	tf.t.Helper()
	tf.run("plan", "-detailed-exitcode", "-no-color")
}

// interfere fills up a policy's versions, so that Terraform has to delete one before it can
// add one. It also gives a user things that must be deleted with the user.
func (tf *terraform) interfere() {
	tf.t.Helper()
	ctx, c := tf.t.Context(), tf.iam()
	arn := aws.String("arn:aws:iam::000000000000:policy/teams/reading")
	for range 4 {
		if _, err := c.CreatePolicyVersion(ctx, &iam.CreatePolicyVersionInput{PolicyArn: arn, PolicyDocument: aws.String(roleLogs)}); err != nil {
			tf.t.Fatal(err)
		}
	}
	name := aws.String("leaver")
	if _, err := c.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: name}); err != nil {
		tf.t.Fatal(err)
	}
	if _, err := c.AttachUserPolicy(ctx, &iam.AttachUserPolicyInput{UserName: name, PolicyArn: arn}); err != nil {
		tf.t.Fatal(err)
	}
	if _, err := c.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: name, PolicyName: aws.String("p"), PolicyDocument: aws.String(roleLogs)}); err != nil {
		tf.t.Fatal(err)
	}
}

// importAll imports all resources into an empty state by the IDs in the provider's
// documentation. What Terraform changes then exists only in the state: a force_destroy, a
// force_detach_policies and a message_action.
func (tf *terraform) importAll() {
	tf.t.Helper()
	of := tf.resources()
	id := func(resource, attribute string) string {
		value, _ := of[resource][attribute].(string)
		if value == "" {
			tf.t.Fatalf("%s has no %s: %v", resource, attribute, of[resource])
		}
		return value
	}
	pool, policy := id("aws_cognito_user_pool.people", "id"), id("aws_iam_policy.reading", "arn")
	ids := map[string]string{
		"aws_iam_user.operator": "operator", "aws_iam_user.leaver": "leaver-of-2026", "aws_iam_access_key.operator": id("aws_iam_access_key.operator", "id"),
		"aws_iam_user_policy.operator": "operator:reading", "aws_iam_user_policy_attachment.operator": "operator/" + policy, "aws_iam_policy.reading": policy,
		"aws_iam_role.import": "pool-user-import", "aws_iam_role.federated": "web-users", "aws_iam_role_policy.import": "pool-user-import:reading",
		"aws_iam_role_policy_attachment.import": "pool-user-import/" + policy, "aws_cognito_user_pool.people": pool,
		"aws_cognito_user_pool_client.app": pool + "/" + id("aws_cognito_user_pool_client.app", "id"), "aws_cognito_user.ada": pool + "/ada",
	}
	if len(ids) != len(of) {
		tf.t.Errorf("%d of %d resources are imported", len(ids), len(of))
	}
	var blocks strings.Builder
	for resource, id := range ids {
		fmt.Fprintf(&blocks, "import {\n  to = %s\n  id = %q\n}\n", resource, id)
	}
	tf.write("imports.tf", blocks.String())
	if err := os.Remove(filepath.Join(tf.dir, stateFile)); err != nil {
		tf.t.Fatal(err)
	}
	tf.changes(fmt.Sprintf("%d imported, 0 added, 3 changed, 0 destroyed", len(ids)))
}

// resources returns the attributes of all resources in the state, by their addresses.
func (tf *terraform) resources() map[string]object {
	tf.t.Helper()
	data, err := os.ReadFile(filepath.Join(tf.dir, stateFile))
	if err != nil {
		tf.t.Fatal(err)
	}
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct{ Attributes object }
		}
	}
	if err := json.Unmarshal(data, &state); err != nil {
		tf.t.Fatal(err)
	}
	found := map[string]object{}
	for _, r := range state.Resources {
		found[r.Type+"."+r.Name] = r.Instances[0].Attributes
	}
	return found
}

// nothingLeft asks the server what exists after everything was destroyed.
func (tf *terraform) nothingLeft() {
	tf.t.Helper()
	ctx, c := tf.t.Context(), tf.iam()
	users, err1 := c.ListUsers(ctx, &iam.ListUsersInput{})
	roles, err2 := c.ListRoles(ctx, &iam.ListRolesInput{})
	policies, err3 := c.ListPolicies(ctx, &iam.ListPoliciesInput{})
	pools, err4 := tf.client().ListUserPools(ctx, &cognito.ListUserPoolsInput{MaxResults: aws.Int32(1)})
	if errs := []error{err1, err2, err3, err4}; slices.ContainsFunc(errs, func(err error) bool { return err != nil }) {
		tf.t.Fatal(errs)
	}
	if len(users.Users)+len(roles.Roles)+len(policies.Policies)+len(pools.UserPools) > 0 {
		tf.t.Errorf("left are %v, %v, %v, %v", users.Users, roles.Roles, policies.Policies, pools.UserPools)
	}
}
