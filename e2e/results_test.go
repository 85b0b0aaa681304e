package e2e

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/usercsv"
)

// results are both result files of a job.
type results struct {
	rows     string // file of the rows that were not imported, unchanged
	rejected []map[string]string
	imported []map[string]string
}

// results returns the result files of an ended job. The rows that it did not reach are kept
// soon after its end.
func (n *node) results(pool, job string) (r results) {
	n.t.Helper()
	r.rows = n.records(pool, job, "NOT_IMPORTED")
	r.rejected = parsed(n.t, r.rows)
	r.imported = parsed(n.t, n.records(pool, job, "IMPORTED"))
	return r
}

// records returns a result file: its records, joined.
func (n *node) records(pool, job, content string) string {
	n.t.Helper()
	var b strings.Builder
	in := object{"UserPoolId": pool, "JobId": job, "Content": content}
	for {
		var page object
		var status int
		await(n.t, "the rows of the job", time.Minute, func() bool {
			page, status = n.tried("Poolhouse.GetUserImportJobResults", in)
			return status != http.StatusBadRequest || !strings.Contains(fmt.Sprint(page["__type"]), "PreconditionNotMet")
		})
		if status != http.StatusOK {
			n.t.Fatalf("results of %s: %d %v", job, status, page)
		}
		records, _ := page["Records"].([]any)
		for _, record := range records {
			b.WriteString(record.(string))
		}
		if page["NextToken"] == nil {
			return b.String()
		}
		in["NextToken"] = page["NextToken"]
	}
}

// parsed parses a result file as RFC 4180 says: each row by column names.
func parsed(t *testing.T, text string) (rows []map[string]string) {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || len(all) == 0 {
		t.Fatalf("the result file cannot be read: %v, %d rows", err, len(all))
	}
	for _, values := range all[1:] {
		row := map[string]string{}
		for i, name := range all[0] {
			row[name] = values[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// fileLines returns the lines on which the rows of a file begin.
func fileLines(t *testing.T, path string) (lines []int64) {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := usercsv.NewReader(file, usercsv.Position{}, usercsv.Limits{})
	if _, err := r.Header(); err != nil {
		t.Fatal(err)
	}
	for {
		record, err := r.Next()
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, record.Line)
	}
}

// mustHoldEach: each row of a job must be in one of its result files, once, and the map
// must be right about the users. lines are the lines of the job's rows in the file of the
// first job.
func (r results) mustHoldEach(t *testing.T, lines []int64, subs map[string]string) {
	t.Helper()
	seen := make([]int, len(lines))
	place := func(row map[string]string) int {
		record, err := strconv.Atoi(row["poolhouse:record"])
		if err != nil || record < 1 || record > len(lines) {
			t.Fatalf("a result has the record %q of %d", row["poolhouse:record"], len(lines))
		}
		seen[record-1]++
		return record - 1
	}
	for _, row := range r.rejected {
		if line := lines[place(row)]; row["poolhouse:line"] != strconv.FormatInt(line, 10) {
			t.Fatalf("the result of record %s is of line %s, and it begins on line %d", row["poolhouse:record"], row["poolhouse:line"], line)
		}
	}
	for _, row := range r.imported {
		place(row)
		if sub := subs[row["cognito:username"]]; sub == "" || sub != row["sub"] {
			t.Fatalf("the map says of line %s that it became %q with the sub %q; the pool has %q", row["poolhouse:line"], row["cognito:username"], row["sub"], sub)
		}
	}
	for i, times := range seen {
		if times != 1 {
			t.Fatalf("the row on line %d is in the result files %d times", lines[i], times)
		}
	}
}

// mapped returns the map of the imported rows without random values.
func (r results) mapped() string {
	var b strings.Builder
	for _, row := range r.imported {
		fmt.Fprintln(&b, row["poolhouse:line"], row["poolhouse:record"], row["cognito:username"], row["poolhouse:external_id"])
	}
	return b.String()
}

// notReached returns the lines of the rows that the job did not reach.
func (r results) notReached(t *testing.T) (lines []int64) {
	t.Helper()
	for _, row := range r.rejected {
		if row["poolhouse:verdict"] != "NOT_REACHED" {
			continue
		}
		line, err := strconv.ParseInt(row["poolhouse:line"], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}
