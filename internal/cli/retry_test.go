package cli

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// againServer creates child jobs. They end with the given number of failed rows.
func againServer(t *testing.T, failed int) (*ours, string) {
	job := map[string]any{"JobId": "import-2", "UserPoolId": "us-east-1_Pool", "Status": "Created", "TotalRows": 1234}
	started := map[string]any{"JobId": "import-2", "UserPoolId": "us-east-1_Pool", "Status": "Pending"}
	ended := map[string]any{"JobId": "import-2", "UserPoolId": "us-east-1_Pool", "Status": "Succeeded", "CompletionMessage": "Done.", "ImportedUsers": 1234 - failed, "FailedUsers": failed}
	var url string
	answers := map[string]func(map[string]any) any{
		"RetryUserImportJob":    always(map[string]any{"UserImportJob": job}),
		"ResumeUserImportJob":   always(map[string]any{"UserImportJob": job}),
		"StartUserImportJob":    always(map[string]any{"UserImportJob": started}),
		"DescribeUserImportJob": always(map[string]any{"UserImportJob": ended}),
		"GetUserImportJobLog":   always(map[string]any{"Events": []logEvent{{"[FAILED] Line Number 2 - No.", ""}}}),
		"PUT":                   always(map[string]any{}),
		"CreateUserImportUpload": func(map[string]any) any {
			return map[string]any{"UserImportUpload": uploadLook{UploadId: "import-9", PreSignedUrl: url + "/file"}}
		},
		"DescribeUserImportUpload": func(map[string]any) any {
			return map[string]any{"UserImportUpload": uploadLook{UploadId: "import-9", Status: "Ready", Problem: "what the operation that takes it may see in another way"}}
		},
	}
	o, url2 := answersOf(t, answers)
	url = url2
	return o, url
}

// TestRetry: the child job is created, started and followed to its end, and reported like
// an import.
func TestRetry(t *testing.T) {
	o, url := againServer(t, 0)
	notes := "created   import-2\n          1,234 rows\nstarted   Pending\n"
	wantSaid(t, url, exitDone, "Succeeded: Done.\nimported 1,234, skipped 0, failed 0\n", notes, jobArgs("retry")...)
	wantSaid(t, url, exitDone, "Succeeded: Done.\nimported 1,234, skipped 0, failed 0\n", notes, jobArgs("resume", "--never-fail", "--job-name", "the rest")...)
	wantInput(t, o.calls("RetryUserImportJob")[0], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1"}`)
	wantInput(t, o.calls("ResumeUserImportJob")[0], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","JobName":"the rest","ErrorBudget":{"NeverFail":true}}`)
	wantInput(t, o.calls("StartUserImportJob")[0], `{"UserPoolId":"us-east-1_Pool","JobId":"import-2"}`)
	command(t, url, jobArgs("retry", "--corrected-only", "--verdict", "failed,skipped", "--stop-after-failures", "0", "--stop-after-percent", "7")...)
	wantInput(t, o.calls("RetryUserImportJob")[1], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","OnlyCorrected":true,"Verdicts":["FAILED","SKIPPED"],"ErrorBudget":{"FailedRows":0,"FailedPercent":7}}`)
}

// TestRetrySaysHowToGoOn: rows that failed again are reported with the commands that show
// and correct them: of the child job, on the same server.
func TestRetrySaysHowToGoOn(t *testing.T) {
	_, url := againServer(t, 1)
	code, out, _ := command(t, url, jobArgs("retry", "--endpoint-url", url)...)
	if code != exitPartly {
		t.Errorf("exit code %d", code)
	}
	of := " --user-pool-id us-east-1_Pool --job-id import-2"
	wantTexts(t, out, "  [FAILED] Line Number 2 - No.\n", "\n  poolhouse rows"+of+" --endpoint-url "+url+"\n", "\n  poolhouse results"+of+" --output corrected.csv --endpoint-url "+url+"\n",
		"\n  poolhouse retry"+of+" --file corrected.csv --endpoint-url "+url+"\n")
}

// TestRetryOfFile: a corrected file is uploaded. The operation that uses it validates it.
func TestRetryOfFile(t *testing.T) {
	o, url := againServer(t, 0)
	code, _, notes := command(t, url, jobArgs("retry", "--file", users(t))...)
	if code != exitDone || len(o.calls("PUT")) != 1 {
		t.Errorf("exit code %d, %s", code, notes)
	}
	wantTexts(t, notes, "uploaded  63 bytes\ncreated   import-2\n")
	wantInput(t, o.calls("RetryUserImportJob")[0], `{"UserPoolId":"us-east-1_Pool","JobId":"import-1","UploadId":"import-9"}`)
	if code, _, notes := command(t, url, jobArgs("retry", "--file", t.TempDir())...); code != exitRefused || !strings.Contains(notes, "is not a regular file") {
		t.Errorf("a directory: %d, %s", code, notes)
	}
	if code, _, notes := command(t, url, jobArgs("retry", "--file", "nowhere.csv")...); code != exitRefused || !strings.Contains(notes, "nowhere.csv: no such file") {
		t.Errorf("no file: %d, %s", code, notes)
	}
}

// TestRetryWithoutStart: the job is created but not started, and the command says how to
// start it.
func TestRetryWithoutStart(t *testing.T) {
	o, url := againServer(t, 0)
	for _, verb := range []string{"retry", "resume"} {
		code, out, _ := command(t, url, jobArgs(verb, "--no-start")...)
		if code != exitDone || len(o.calls("StartUserImportJob")) > 0 {
			t.Errorf("%s: exit code %d", verb, code)
		}
		wantTexts(t, out, "The job import-2 was created and not started; it expires within 24 hours. To start it:\n"+
			"  aws cognito-idp start-user-import-job --user-pool-id us-east-1_Pool --job-id import-2 --region us-east-1 --endpoint-url "+url+"\n")
	}
}

// TestRetryRefused: a refusal is printed in the server's words and leaves no job. If the
// answer is lost, that stays unknown.
func TestRetryRefused(t *testing.T) {
	o, url := againServer(t, 0)
	o.answers["RetryUserImportJob"] = always(errors.New("Import job import-1 has no row that is FAILED."))
	wantSaid(t, url, exitRefused, "", "poolhouse: PreconditionNotMetException: Import job import-1 has no row that is FAILED.\n", jobArgs("retry")...)
	delete(o.answers, "ResumeUserImportJob")
	wantSaid(t, url, exitRefused, "", "poolhouse: the server is not Poolhouse and has no ResumeUserImportJob: "+keepsNoRows+"\n", jobArgs("resume")...)
	_, other := answersOf(t, nil)
	wantSaid(t, other, exitRefused, "", "poolhouse: the server is not Poolhouse and has no RetryUserImportJob: "+keepsNoRows+"\n", jobArgs("retry", "--file", users(t))...)
	o.answers["RetryUserImportJob"] = func(map[string]any) any { panic(http.ErrAbortHandler) }
	code, _, notes := command(t, url, jobArgs("retry")...)
	if code != exitRefused {
		t.Errorf("exit code %d", code)
	}
	wantTexts(t, notes, "Whether the job with rows of import-1 was created is not known. To see the newest jobs:\n  aws cognito-idp list-user-import-jobs ")
}
