package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/google/go-cmp/cmp"
)

// mixedUsers returns a file of rows of every kind. Every fifth repeats an earlier user,
// every seventh has no verified attribute, some cannot be read at all. Multi-line rows,
// blank lines and CR LF make the end of a row hard to find.
func mixedUsers(n int) string {
	var b strings.Builder
	b.WriteString("cognito:username,email,email_verified,name\n")
	for i := range n {
		name, verified := i, "true"
		if i%5 == 4 {
			name = i - 3
		}
		if i%7 == 6 {
			verified = "false"
		}
		fmt.Fprintf(&b, "user%06d,user%06d@example.com,%s,%s", name, name, verified, mixedEnd(i))
	}
	return b.String()
}

// mixedEnd returns the last value of a row, and what follows it.
func mixedEnd(i int) string {
	switch {
	case i%29 == 8:
		return fmt.Sprintf("\"User %d,\nof \"\"two\"\" lines\"\n", i)
	case i%31 == 9:
		return fmt.Sprintf("User %d,one value too many\n", i)
	case i%37 == 10:
		return fmt.Sprintf("\"User\" %d\n", i) // text after the quotation mark
	case i%41 == 11:
		return fmt.Sprintf("User \xff%d\n", i) // not UTF-8
	case i%43 == 12:
		return fmt.Sprintf("User %d\r\n", i)
	case i%47 == 13:
		return fmt.Sprintf("User %d\n\n  \n", i)
	case i%53 == 14:
		return fmt.Sprintf("User\\, %d\n", i)
	}
	return fmt.Sprintf("User %d\n", i)
}

// mixedFile writes the file of [mixedUsers].
func mixedFile(t *testing.T, rows int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "mixed.csv")
	if err := os.WriteFile(path, []byte(mixedUsers(rows)), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// whole is everything that a client can see of an import's result, except random values and
// times.
type whole struct {
	Outcome outcome
	People  string // one line for each user, in the order of ListUsers
	Causes  string // why rows were not imported, by Poolhouse's operation
	Rows    string // result file of the rows that were not imported
	Map     string // which row became which user
}

// importWhole imports a file and returns the whole result.
func (n *node) importWhole(file string, meanwhile func(pool, job string)) (w whole) {
	n.t.Helper()
	var id, made string
	w.Outcome = n.importFile(file, func(pool, job string) {
		id, made = pool, job
		meanwhile(pool, job)
	})
	var subs map[string]string
	w.People, subs = n.people(id)
	w.Causes = n.causes(id, made)
	results := n.results(id, made)
	results.mustHoldEach(n.t, fileLines(n.t, file), subs)
	n.receipt(id, made)
	w.Rows, w.Map = results.rows, results.mapped()
	return w
}

// causes returns why rows of a job were not imported. The sums must equal the job's
// counters.
func (n *node) causes(pool, job string) string {
	n.t.Helper()
	told := n.own("GetUserImportJobProgress", object{"UserPoolId": pool, "JobId": job})
	causes, _ := told["Causes"].([]any)
	sums := map[any]float64{}
	for _, c := range causes {
		cause, _ := c.(map[string]any)
		rows, _ := cause["Rows"].(float64)
		sums[cause["Verdict"]] += rows
	}
	if sums["FAILED"] != told["FailedUsers"] || sums["SKIPPED"] != told["SkippedUsers"] || len(causes) == 0 {
		n.t.Errorf("the causes add up to %v, the counters are %v failed and %v skipped", sums, told["FailedUsers"], told["SkippedUsers"])
	}
	text, err := json.Marshal(causes)
	if err != nil {
		n.t.Fatal(err)
	}
	return string(text)
}

// people lists all users of a pool. The subs are separate, by username, because they are
// random.
func (n *node) people(pool string) (list string, subs map[string]string) {
	n.t.Helper()
	var b strings.Builder
	subs = map[string]string{}
	for pages := cognito.NewListUsersPaginator(n.client(), &cognito.ListUsersInput{UserPoolId: &pool}); pages.HasMorePages(); {
		page, err := pages.NextPage(n.t.Context())
		if err != nil {
			n.t.Fatal(err)
		}
		for _, u := range page.Users {
			fmt.Fprintf(&b, "%s %s %v", *u.Username, u.UserStatus, u.Enabled)
			for _, a := range u.Attributes {
				if *a.Name == "sub" {
					subs[*u.Username] = *a.Value
					continue
				}
				fmt.Fprintf(&b, " %s=%q", *a.Name, aws.ToString(a.Value))
			}
			b.WriteByte('\n')
		}
	}
	return b.String(), subs
}

// mustBe fails the test unless two results are equal, byte for byte, and shows the
// difference in short.
func (w whole) mustBe(t *testing.T, want whole) {
	t.Helper()
	if w.People != want.People {
		t.Errorf("the list of users differs: %s", firstDifference(want.People, w.People))
	}
	if w.Causes != want.Causes {
		t.Errorf("the causes differ: %s", firstDifference(want.Causes, w.Causes))
	}
	if w.Rows != want.Rows {
		t.Errorf("the result file differs: %s", firstDifference(want.Rows, w.Rows))
	}
	if w.Map != want.Map {
		t.Errorf("the map of imported rows differs: %s", firstDifference(want.Map, w.Map))
	}
	w.Outcome.mustBe(t, want.Outcome)
}

func (o outcome) mustBe(t *testing.T, want outcome) {
	t.Helper()
	if o.Log != want.Log {
		t.Errorf("the result log differs: %s", firstDifference(want.Log, o.Log))
	}
	o.Log, want.Log = "", ""
	if diff := cmp.Diff(want, o); diff != "" {
		t.Errorf("the result differs (-undisturbed +disturbed):\n%s", diff)
	}
}

// firstDifference describes the first line in which two texts differ.
func firstDifference(want, got string) string {
	a, b := strings.SplitAfter(want, "\n"), strings.SplitAfter(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("of %d and %d lines, line %d is %q instead of %q", len(a), len(b), i+1, b[i], a[i])
		}
	}
	return fmt.Sprintf("it has %d lines instead of %d", len(b), len(a))
}
