package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// judged is a row that is not imported, as a check and the rows of a job report it.
type judged struct {
	LineNumber, RecordNumber, ByteOffset int64
	Verdict, Code, Column, Message       string
	Values                               []string
	Text                                 string
	Findings                             []struct{ Code, Column, Advice string }
}

// causeOfRows is a cause of rows that are not imported.
type causeOfRows struct {
	Verdict, Code, Column string
	Rows                  int64
}

// checked is the check of a file.
type checked struct {
	TotalRows, PassingRows, SkippedRows, FailingRows int64
	CompletionStatus, CompletionMessage              string
	Problems                                         []struct{ Code, Message string }
	Causes                                           []causeOfRows
	Rows                                             []judged
	NextLine                                         int64
	FileSha256                                       string
}

// receipt is the receipt of a job.
type receipt struct {
	Status, CompletionMessage, FileSha256                             string
	TotalRows, SucceededRows, SkippedRows, FailedRows, NotReachedRows int64
	Causes                                                            []causeOfRows
}

// told calls a Poolhouse operation and decodes its answer.
func told[T any](n *node, operation string, in object) (out T) {
	n.t.Helper()
	text, err := json.Marshal(n.own(operation, in))
	if err == nil {
		err = json.Unmarshal(text, &out)
	}
	if err != nil {
		n.t.Fatal(err)
	}
	return out
}

// check checks the file of an upload or of a job, and returns all of its rows.
func (n *node) check(in object) (all checked) {
	n.t.Helper()
	for line := int64(1); ; line = all.NextLine {
		page := maps.Clone(in)
		page["MaxRows"], page["FromLine"] = 1000, line
		got := told[struct{ Check checked }](n, "CheckUserImport", page).Check
		got.Rows = append(all.Rows, got.Rows...)
		if all = got; all.NextLine == 0 {
			return all
		}
	}
}

// rejected returns the rows of a job that were not imported.
func (n *node) rejected(pool, job string) (all []judged) {
	n.t.Helper()
	for token := ""; ; {
		in := object{"UserPoolId": pool, "JobId": job, "MaxResults": 1000}
		if token != "" {
			in["NextToken"] = token
		}
		page := told[struct {
			Rows      []judged
			NextToken string
		}](n, "ListUserImportJobRows", in)
		all, token = append(all, page.Rows...), page.NextToken
		if token == "" {
			return all
		}
	}
}

// receipt returns the receipt of an ended job, whose counts must add up.
func (n *node) receipt(pool, job string) receipt {
	n.t.Helper()
	r := told[struct{ Receipt receipt }](n, "GetUserImportJobReceipt", object{"UserPoolId": pool, "JobId": job}).Receipt
	if r.SucceededRows+r.SkippedRows+r.FailedRows+r.NotReachedRows != r.TotalRows || r.TotalRows == 0 {
		n.t.Errorf("the receipt of %s does not add up: %+v", job, r)
	}
	sums := map[string]int64{}
	for _, c := range r.Causes {
		sums[c.Verdict] += c.Rows
	}
	if sums["FAILED"] != r.FailedRows || sums["SKIPPED"] != r.SkippedRows {
		n.t.Errorf("the causes of the receipt of %s add up to %v: %+v", job, sums, r)
	}
	return r
}

// TestVerdictsOfCheckAndRun draws user pools and files. For every row, the check must
// report what the import then does.
func TestVerdictsOfCheckAndRun(t *testing.T) {
	together(t)
	rows, each := 20_000, 1_000
	if *soaking {
		rows, each = 1_000_000, 5_000
	}
	onEachStore(t, func(t *testing.T, h *homes) {
		n := h.make(t).node()
		n.makeLogRole()
		v := &verdicts{codes: map[string]int{}}
		var all sync.WaitGroup
		var next atomic.Uint64
		for range 2 {
			all.Go(func() {
				for seed := next.Add(1); int(seed)*2*each <= rows && !t.Failed(); seed = next.Add(1) {
					v.compare(n.twin(), seed, each)
				}
			})
		}
		all.Wait()
		t.Logf("%d rows in %d files; of those that were not imported: %v", v.rows, v.files, v.codes)
		if !t.Failed() {
			v.mustBeAll(t, rows)
		}
	})
}

// verdicts counts what was compared.
type verdicts struct {
	mu          sync.Mutex
	rows, files int64
	codes       map[string]int
}

// mustBeAll fails the test unless every kind of mistake was among the rows.
func (v *verdicts) mustBeAll(t *testing.T, rows int) {
	t.Helper()
	for _, code := range []string{"WrongNumberOfValues", "NotUTF8", "RowTooLong", "QuoteNotClosed", "TextAfterQuote", "UsernameMissing", "UsernameInvalid",
		"UsernameNotEmailOrPhone", "UsernameLooksLikeAlias", "UsernameNotTheAttribute", "InvalidBoolean", "InvalidBirthdate", "InvalidPhoneNumber", "InvalidEmail",
		"InvalidNumber", "InvalidDateTime", "InvalidCharacter", "ValueTooLong", "ValueTooShort", "ValueTooLarge", "ValueTooSmall", "AttributeMissing",
		"VerifiedWithoutValue", "NoVerifiedAttribute", "InvalidMFA", "InvalidPasswordHash", "UsernameExists", "AliasExists"} {
		if v.codes[code] == 0 {
			t.Errorf("no row of %d has the mistake %s", v.rows, code)
		}
	}
	if v.rows < int64(rows)*9/10 { // an unclosed quotation mark can absorb the following row
		t.Errorf("%d rows were compared", v.rows)
	}
}

// compare creates a pool, and imports two files into it, one after the other. Each is
// checked before.
func (v *verdicts) compare(n *node, seed uint64, rows int) {
	n.t.Helper()
	r := rand.New(rand.NewPCG(2026, seed))
	p := drawPool(r)
	pool := n.signed(service+"CreateUserPool", p.in)["UserPool"].(object)["Id"].(string)
	there := int64(0)
	for file := range 2 {
		about := fmt.Sprintf("seed %d, file %d", seed, file)
		path := writeFile(n.t, drawFile(r, p, rows))
		job, said := n.checkedJob(pool, p.algorithm, path, (seed+uint64(file))%2 == 0)
		if is := n.usersOf(pool); is != there {
			n.t.Errorf("%s: the check left %d users, and there were %d", about, is, there)
		}
		n.signed(service+"StartUserImportJob", object{"UserPoolId": pool, "JobId": job})
		n.awaitEnd(pool, job)
		done, kept := n.receipt(pool, job), n.rejected(pool, job)
		there += done.SucceededRows
		n.mustAgree(about, said, done, kept)
		v.count(done, kept)
	}
}

// checkedJob creates a job of a file, and checks it: as an upload before the job is
// created, or as the job's file.
func (n *node) checkedJob(pool, algorithm, path string, upload bool) (job string, said checked) {
	n.t.Helper()
	in := object{"UserPoolId": pool}
	if algorithm != "" {
		in["PasswordHashingAlgorithm"] = algorithm
	}
	if !upload {
		in["JobName"], in["CloudWatchLogsRoleArn"] = "drawn", logRole
		made := n.signed(service+"CreateUserImportJob", in)["UserImportJob"].(object)
		job = made["JobId"].(string)
		n.put(path, made["PreSignedUrl"].(string))
		return job, n.check(object{"UserPoolId": pool, "JobId": job})
	}
	job = n.uploaded(pool, algorithm, path)
	said = n.check(object{"UserPoolId": pool, "UploadId": job})
	in["JobName"], in["CloudWatchLogsRoleArn"], in["UploadId"] = "drawn", logRole, job
	return n.own("CreateUserImportJob", in)["UserImportJob"].(object)["JobId"].(string), said
}

// uploaded uploads a file without a job, and waits until it was read.
func (n *node) uploaded(pool, algorithm, path string) (upload string) {
	n.t.Helper()
	in := object{"UserPoolId": pool}
	if algorithm != "" {
		in["PasswordHashingAlgorithm"] = algorithm
	}
	made := n.own("CreateUserImportUpload", in)["UserImportUpload"].(object)
	upload = made["UploadId"].(string)
	n.put(path, made["PreSignedUrl"].(string))
	await(n.t, "the upload to be read", time.Minute, func() bool {
		is := n.own("DescribeUserImportUpload", object{"UserPoolId": pool, "UploadId": upload})["UserImportUpload"].(object)
		return is["Status"] == "Ready" || is["Status"] == "Failed"
	})
	return upload
}

// awaitEnd waits for the end of a job.
func (n *node) awaitEnd(pool, job string) {
	n.t.Helper()
	await(n.t, "the end of "+job, 2*time.Minute, func() bool { return n.describe(pool, job).CompletionDate != nil })
}

// usersOf returns the number of a pool's users.
func (n *node) usersOf(pool string) int64 {
	n.t.Helper()
	return told[struct{ UserPoolStatistics struct{ Users int64 } }](n, "DescribeUserPoolStatistics", object{"UserPoolId": pool}).UserPoolStatistics.Users
}

// mustAgree fails the test unless a check reported what the import did.
func (n *node) mustAgree(about string, said checked, done receipt, kept []judged) {
	n.t.Helper()
	if len(said.Problems) > 0 {
		n.t.Errorf("%s: the file as a whole is refused: %v; the job ended %s", about, said.Problems, done.CompletionMessage)
	}
	was := checked{TotalRows: done.TotalRows, PassingRows: done.SucceededRows, SkippedRows: done.SkippedRows, FailingRows: done.FailedRows,
		CompletionStatus: done.Status, CompletionMessage: done.CompletionMessage, Causes: done.Causes, Rows: kept, FileSha256: done.FileSha256}
	said.Causes, was.Causes = summed(said.Causes), summed(was.Causes)
	if diff := cmp.Diff(said, was, cmpopts.IgnoreFields(checked{}, "Rows", "Problems")); diff != "" {
		n.t.Errorf("%s: the check and the run differ (-check +run):\n%s", about, diff)
	}
	if i := slices.IndexFunc(said.Rows, func(row judged) bool {
		at, found := slices.BinarySearchFunc(kept, row, func(a, b judged) int { return int(a.LineNumber - b.LineNumber) })
		return !found || !cmp.Equal(row.lasting(), kept[at].lasting())
	}); i >= 0 || len(said.Rows) != len(kept) {
		n.t.Errorf("%s: the check tells of %d rows, the run kept %d; the first that differs (-check +run):\n%s", about, len(said.Rows), len(kept),
			cmp.Diff(said.Rows[max(i, 0):min(len(said.Rows), max(i, 0)+1)], kept[min(len(kept), max(i, 0)):min(len(kept), max(i, 0)+1)]))
	}
	for _, row := range kept {
		if row = row.lasting(); !row.ofPool() && (len(row.Findings) == 0 || row.Findings[0].Code != row.Code || row.Findings[0].Advice == "") {
			n.t.Errorf("%s: the row on line %d failed with %s, and what was found is %v", about, row.LineNumber, row.Code, row.Findings)
			return
		}
	}
}

// ofPool reports whether the row fails only because of a user in the pool.
func (j judged) ofPool() bool { return j.Code == "UsernameExists" || j.Code == "AliasExists" }

// lasting returns the row without findings that depend on the pool's users: after the
// import, the users of later rows are in the pool too.
func (j judged) lasting() judged {
	if j.ofPool() {
		j.Findings = nil
	}
	return j
}

// summed returns causes in the order of their texts, with those of equal code and column
// added up: each list distinguishes causes in its own way.
func summed(causes []causeOfRows) (all []causeOfRows) {
	rows := map[causeOfRows]int64{}
	for _, c := range causes {
		rows[causeOfRows{Verdict: c.Verdict, Code: c.Code, Column: c.Column}] += c.Rows
	}
	for c, n := range rows {
		c.Rows = n
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b causeOfRows) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return all
}

// count counts what was compared.
func (v *verdicts) count(done receipt, kept []judged) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.rows += done.TotalRows
	v.files++
	for _, row := range kept {
		v.codes[row.Code]++
	}
}
