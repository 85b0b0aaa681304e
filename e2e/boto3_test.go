package e2e

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"poolhouse/internal/scratch"
)

func TestBoto3(t *testing.T) {
	together(t)
	python, err := scratch.Python("boto3")
	if err != nil {
		lacking(t, err.Error())
	}
	t.Run("alone", func(t *testing.T) { boto3WalkThrough(t, sharedNode(t), python) })
	t.Run("on PostgreSQL and S3", func(t *testing.T) {
		c := newCluster(t)
		boto3WalkThrough(t, c.add(c.setup()), python)
	})
}

func boto3WalkThrough(t *testing.T, n *node, python string) {
	args := []string{"testdata/walkthrough.py"}
	if n.inBucket() {
		args = append(args, "bucket")
	}
	out, err := n.run(python, args...)
	if err != nil {
		t.Fatal(err)
	}
	var got object
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	mismatch := []any{403.0, "SignatureDoesNotMatch"}
	want := object{
		"custom":                  "custom:team",
		"hashes":                  "password_hash",
		"role":                    []any{"CognitoCloudWatchLogsRole", true},
		"create without policy":   []any{"InvalidParameterException", "InvalidParameterException", 400.0},
		"start without file":      []any{"PreconditionNotMetException", "PreconditionNotMetException", 400.0},
		"put without header":      mismatch,
		"put with another header": mismatch,
		"put altered":             mismatch,
		"put for another job":     mismatch,
		"put unsigned":            []any{403.0, "AccessDenied"},
		"put":                     200.0,
		"started":                 "Pending",
		"put after start":         []any{403.0, "AccessDenied"},
		"ended":                   []any{"Succeeded", "Import Job Completed Successfully.", 100.0, 0.0, 0.0},
		"start again":             []any{"PreconditionNotMetException", "PreconditionNotMetException", 400.0},
		"unknown pool":            []any{"ResourceNotFoundException", "ResourceNotFoundException", 400.0},
		"listed":                  []any{100.0, 100.0},
		"found":                   11.0,
		"log":                     []any{100.0, "[SUCCEEDED] Line Number 2 - The import succeeded.", "[SUCCEEDED] Line Number 101 - The import succeeded."},
		"end of the log":          []any{},
		"unknown log":             []any{"ResourceNotFoundException", "ResourceNotFoundException", 400.0},
		"attributes":              object{"email": "boto10@example.com", "custom:team": "red, blue"}, // in the order of the filter's attribute
	}
	if n.inBucket() { // jobs do not appear in the bucket
		want["put after start"] = "not tried"
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
