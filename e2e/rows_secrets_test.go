package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"
)

// TestValuesOfRowsAreNowhere imports a file with rows that fail, are skipped or are not
// reached, and corrects some of them in vain. Then it searches for their values where a
// thief or an operator could read them: in the server's log, the audit, the data directory
// and the database. No answer has a password hash either.
func TestValuesOfRowsAreNowhere(t *testing.T) {
	together(t)
	searchEachStore(t, "imported.person@example.com", rowsWithValues)
}

// fillers are rows that are imported.
func fillers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "filler%d,filler%d@example.com,true,,,,\n", i, i)
	}
	return b.String()
}

// rowsWithValues makes rows fail, and reads and corrects them in every way. It returns the
// values that must be nowhere, and the server's answers to callers who may not see values.
func rowsWithValues(t *testing.T, n *node) (s secrets, said map[string][]byte) {
	t.Helper()
	hash := func() string {
		h, err := bcrypt.GenerateFromPassword([]byte("Row-horse-battery-7"), bcrypt.MinCost)
		if err != nil {
			t.Fatal(err)
		}
		return string(h)
	}
	s = secrets{"hash of a row that failed": hash(), "hash of a row that cannot be split": hash(), "hash of a row that was skipped": hash(),
		"hash of a row that was not reached": hash(), "hash of a row that was imported": hash()}
	hashes := slices.Clone([]string{s["hash of a row that failed"], s["hash of a row that cannot be split"], s["hash of a row that was skipped"],
		s["hash of a row that was not reached"], s["hash of a row that was imported"]})
	for what, value := range map[string]string{"name of a row that failed": "Failing-Person-Of-Row-3", "phone of a row that failed": "+1 (555) 010-7788", "suggested phone": "+15550107788",
		"name of a row that cannot be split": "Split-Person-Of-Row-4", "name of a row that was skipped": "Skipped-Person-Of-Row-5", "old id of a row": "old-system-id-4711",
		"correction": "Corrected-Person-Of-Row-3", "text of a correction": "Corrected-Text-Of-Row-4", "name of a row that was not reached": "Unreached-Person-Of-Row-9"} {
		s[what] = value
	}
	row := func(user, email, verified, phone, name, old, hash string) string {
		return strings.Join([]string{user, email, verified, phone, name, old, hash}, ",") + "\n"
	}
	file := "cognito:username,email,email_verified,phone_number,name,poolhouse:external_id,password_hash\n" +
		row("imported", "imported.person@example.com", "true", "", "Imported", "", s["hash of a row that was imported"]) +
		row("failing", "failing@example.com", "true", s["phone of a row that failed"], s["name of a row that failed"], s["old id of a row"], s["hash of a row that failed"]) +
		row("split", "split@example.com", "true", "", s["name of a row that cannot be split"]+", Jr.", "", s["hash of a row that cannot be split"]) +
		row("imported", "skipped@example.com", "true", "", s["name of a row that was skipped"], "", s["hash of a row that was skipped"]) +
		row("yes", "yes@example.com", "perhaps", "", "", "", "") +
		row("no", "no@example.com", "perhaps", "", "", "", "") +
		fillers(2000) + // a budget ends a job after a commit of at most 1,000 rows
		row("late", "late@example.com", "true", "", s["name of a row that was not reached"], "", s["hash of a row that was not reached"])
	n.makeLogRole()
	pool := n.signed(service+"CreateUserPool", object{"PoolName": "people", "AutoVerifiedAttributes": []string{"email"}})["UserPool"].(object)["Id"].(string)
	var answers bytes.Buffer
	own := func(operation string, in object) object {
		t.Helper()
		in["UserPoolId"] = pool
		out := n.own(operation, in)
		if err := json.NewEncoder(&answers).Encode(out); err != nil {
			t.Fatal(err)
		}
		return out
	}
	upload := n.uploaded(pool, "BCRYPT", writeFile(t, file))
	own("CheckUserImport", object{"UploadId": upload})
	job := own("CreateUserImportJob", object{"UploadId": upload, "JobName": "rows", "CloudWatchLogsRoleArn": logRole, "PasswordHashingAlgorithm": "BCRYPT",
		"ErrorBudget": object{"FailedRows": 3}})["UserImportJob"].(object)["JobId"].(string)
	run := func(job string) {
		t.Helper()
		n.signed(service+"StartUserImportJob", object{"UserPoolId": pool, "JobId": job})
		n.awaitEnd(pool, job)
	}
	run(job)
	if r := n.receipt(pool, job); r.FailedRows != 4 || r.SkippedRows != 1 || r.NotReachedRows == 0 {
		t.Errorf("the job ended %+v", r)
	}
	all := n.records(pool, job, "NOT_IMPORTED") + n.records(pool, job, "IMPORTED")
	if !strings.Contains(all, s["name of a row that failed"]) || !strings.Contains(all, s["name of a row that was skipped"]) {
		t.Errorf("the result files lack values: %s", all)
	}
	answers.WriteString(all)
	key := object{"JobId": job}
	own("ListUserImportJobRows", object{"JobId": job})
	own("CorrectUserImportJobRows", object{"JobId": job, "Corrections": []object{
		{"LineNumber": 3, "Values": []object{{"Column": "name", "Value": s["correction"]}}},
		{"LineNumber": 4, "Text": "split,split@example.com,perhaps,," + s["text of a correction"] + ",,"},
	}})
	own("ApplyUserImportSuggestions", object{"JobId": job, "Cause": object{"Code": "InvalidPhoneNumber", "Column": "phone_number"}})
	own("CorrectUserImportJobRows", object{"JobId": job, "Corrections": []object{{"LineNumber": 3, "Values": []object{
		{"Column": "name", "Value": s["correction"]}, {"Column": "phone_number", "Value": s["suggested phone"]}, {"Column": "email_verified", "Value": "perhaps"}}}}})
	child := own("RetryUserImportJob", key)["UserImportJob"].(object)["JobId"].(string)
	run(child)
	if r := n.receipt(pool, child); r.FailedRows != r.TotalRows {
		t.Errorf("a corrected row was imported: %+v", r)
	}
	answers.WriteString(n.records(pool, child, "NOT_IMPORTED"))
	own("GetUserImportJobReceipt", object{"JobId": child})
	for i, h := range hashes {
		if bytes.Contains(answers.Bytes(), []byte(h)) {
			t.Errorf("an answer has the hash with number %d", i)
		}
	}
	if !bytes.Contains(answers.Bytes(), []byte(s["text of a correction"])) {
		t.Errorf("no answer has what was corrected: %s", answers.Bytes())
	}
	// Refusals of requests for values must not contain any.
	refusals := fmt.Sprint(n.tried("Poolhouse.CorrectUserImportJobRows", object{"UserPoolId": pool, "JobId": job, "Corrections": []object{{"LineNumber": 99, "Text": s["correction"]}}}))
	return s, map[string][]byte{"the audit": []byte(auditOf(t, n, "CorrectUserImportJobRows")), "a refusal": []byte(refusals)}
}
