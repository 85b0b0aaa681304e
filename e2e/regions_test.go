package e2e

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/scratch"
)

// TestRegions has boto3 work in two regions of one server, and in one that it does not
// serve.
func TestRegions(t *testing.T) {
	together(t)
	python, err := scratch.Python("boto3")
	if err != nil {
		lacking(t, err.Error())
	}
	n := sharedNode(t)
	out, err := n.run(python, "testdata/regions.py")
	if err != nil {
		t.Fatal(err)
	}
	var got object
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	want := object{
		"role": true,
		"not served": []any{"InvalidSignatureException",
			"Credential should be scoped to a valid region, not 'eu-west-1': this server's regions are 'us-east-1', 'us-west-2'."},
	}
	for _, region := range []string{"us-east-1", "us-west-2"} {
		want[region] = object{
			"id and ARN": []any{true, true}, "list": []any{true, false}, "pool elsewhere": true, "tags elsewhere": "ResourceNotFoundException",
			"import": "Succeeded", "users": []any{"a"}, "log": 1.0, "groups": []any{region}, "groups elsewhere": []any{},
			"log elsewhere": []any{"ResourceNotFoundException", "The specified log group does not exist."},
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	importElsewhere(t, n)
}

// importElsewhere imports with one command into a pool of another region than the
// environment's: the pool's ID has the region.
func importElsewhere(t *testing.T, n *node) {
	t.Helper()
	west := n.twin()
	west.env = append(west.env, "AWS_REGION=us-west-2", "AWS_DEFAULT_REGION=us-west-2")
	made, err := west.client().CreateUserPool(t.Context(), &cognito.CreateUserPoolInput{PoolName: aws.String("elsewhere"),
		AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}})
	if err != nil {
		t.Fatal(err)
	}
	pool := aws.ToString(made.UserPool.Id)
	if !strings.HasPrefix(pool, "us-west-2_") {
		t.Fatalf("the pool is %s", pool)
	}
	file := filepath.Join(t.TempDir(), "users.csv")
	if err := os.WriteFile(file, []byte("cognito:username,email,email_verified\nada,ada@example.com,true\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := n.run(binary, "import", file, "--user-pool-id", pool)
	if err != nil || !strings.Contains(out, "imported 1, skipped 0, failed 0") {
		t.Errorf("%v: %s", err, out)
	}
}
