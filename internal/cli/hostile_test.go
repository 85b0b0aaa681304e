package cli

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"poolhouse/internal/plaintext"
)

// clientCommands are all commands that call a server.
func clientCommands(t *testing.T) [][]string {
	all := [][]string{
		{"import", users(t), "--user-pool-id", "us-east-1_Pool", "--wait", "0s", "--check"},
		{"import", users(t), "--user-pool-id", "us-east-1_Pool", "--wait", "0s", "--check", "--all", "--json"},
		{"import", users(t), "--user-pool-id", "us-east-1_Pool", "--wait", "0s"},
		{"import", users(t), "--user-pool-id", "us-east-1_Pool", "--wait", "0s", "--saved-map"}, {"import", users(t), "--user-pool-id", "us-east-1_Pool", "--wait", "0s", "--format", "birthdates=day-first"},
		{"import", users(t), "--user-pool-id", "us-east-1_Pool", "--wait", "0s", "--role-arn", fakeSpec.roleARN},
		{"log", "--user-pool-id", "us-east-1_Pool", "--job-id", "import-1"},
		{"audit"}, {"audit", "--json"}, {"audit", "--verify"}, {"statistics", "--user-pool-id", "us-east-1_Pool"}, {"statistics", "--user-pool-id", "us-east-1_Pool", "--json"},
		{"outbox", "--user-pool-id", "us-east-1_Pool"}, {"outbox", "--user-pool-id", "us-east-1_Pool", "--json"},
		{"health"}, {"keys", "list"}, {"keys", "list", "ada"}, {"keys", "create", "ada"}, {"keys", "create", "ada", "--format", "json"},
		{"keys", "create", "ada", "--format", "env"}, {"keys", "create", "ada", "--format", "credentials"},
		{"keys", "disable", "AKIA1"}, {"keys", "enable", "AKIA1", "--user", "ada"}, {"keys", "delete", "AKIA1", "--user", "ada"},
	}
	for _, args := range [][]string{
		{"rows"}, {"rows", "--all", "--json"}, {"rows", "--column", "email", "--open"}, {"results", "--wait", "0s"}, {"results", "--wait", "0s", "--imported", "--format", "ndjson"},
		{"results", "--wait", "0s", "--output", filepath.Join(t.TempDir(), "rows.csv")},
		{"correct", "--line", "2", "email=x"}, {"correct", "--suggestions"}, {"retry", "--wait", "0s"}, {"retry", "--wait", "0s", "--file", users(t)}, {"retry", "--no-start", "--wait", "0s"},
		{"resume", "--wait", "0s"}, {"receipt"}, {"receipt", "--json"}, {"users"}, {"users", "--json"},
	} {
		all = append(all, append(args, "--user-pool-id", "us-east-1_Pool", "--job-id", "import-1"))
	}
	return all
}

// command runs a command as a client of a server, with root's key.
func command(t *testing.T, endpoint string, args ...string) (code int, out, notes string) {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "PHIATEST", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_SESSION_TOKEN": "the-token", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	var stdout, stderr bytes.Buffer
	code = Main(args, &stdout, &stderr)
	return code, stdout.String(), stderr.String()
}

// TestRedirectsAreNotFollowed: no command follows a redirect, with or without credentials.
func TestRedirectsAreNotFollowed(t *testing.T) {
	var followed []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { followed = append(followed, r.Method+" "+r.URL.Path) }))
	defer elsewhere.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		leading := httptest.NewServer(http.RedirectHandler(elsewhere.URL+"/secret-path", status))
		defer leading.Close()
		for _, args := range clientCommands(t) {
			code, _, notes := command(t, leading.URL, args...)
			if code == exitDone || !strings.Contains(notes, elsewhere.URL) || strings.Contains(notes, "secret-path") {
				t.Errorf("%d, %v: exit code %d, %s", status, args, code, notes)
			}
		}
	}
	if len(followed) > 0 {
		t.Errorf("followed: %v", followed)
	}
}

// hostile is text that a terminal acts on, that is invisible, or that would begin a line of
// its own.
const hostile = "x\x1b[31m\u009b2J\r\u202e\x7f\u200b\u2060\U000e0041\n" + forged + "\tx"

// forged is at the beginning of the line that a line feed in hostile would begin.
const forged = "FORGED"

// checkPlain fails the test if a command's output acts on a terminal or has a foreign line
// without indentation.
func checkPlain(t *testing.T, what, said string) {
	t.Helper()
	if strings.ContainsFunc(said, func(r rune) bool { return plaintext.IsControl(r) && r != '\n' && r != '\t' }) {
		t.Errorf("%s writes %q", what, said)
	}
	for line := range strings.SplitSeq(said, "\n") {
		if strings.HasPrefix(line, forged) {
			t.Errorf("%s writes a line of the other's: %q", what, said)
		}
	}
}

// hostileServer answers every call with hostile text, as a success or as an error.
func hostileServer(t *testing.T, status int) string {
	quoted := strings.NewReplacer("\x1b", `\u001b`, "\r", `\r`, "\n", `\n`, "\t", `\t`, "\x7f", `\u007f`).Replace(hostile)
	inXML := strings.NewReplacer("\x1b", "", "\r", "&#13;", "\n", "&#10;").Replace(hostile)
	answer := func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		action := r.PostForm.Get("Action")
		w.WriteHeader(status)
		switch {
		case r.Method == http.MethodPut:
			fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", inXML, inXML)
		case action == "" && status == http.StatusOK:
			fmt.Fprintf(w, `{"UserImportJob":{"JobId":"%[1]s","UserPoolId":"%[1]s","Status":"Failed","CompletionMessage":"%[1]s","FailedUsers":1,"PreSignedUrl":"http://%[2]s/"},
				"UserImportUpload":{"UploadId":"%[1]s","Status":"Ready","FailingRows":1,"Causes":[{"Message":"%[1]s","Column":"%[1]s","Advice":"%[1]s"}],"Format":%[5]s,"Readings":%[6]s,"PreSignedUrl":"http://%[2]s/"},
				"Events":[{"Message":"%[1]s","EventId":"%[1]s","Principal":"%[1]s","Operation":"%[1]s","Resource":"%[1]s","Result":"%[1]s","SourceAddress":"%[1]s","Service":"%[1]s","UserAgent":"%[1]s","Details":"%[1]s","Chain":"%[1]s","ChainNumber":1,"Advice":"%[1]s"}],
				"Messages":[{"MessageId":"%[1]s","Kind":"%[1]s","Username":"%[1]s","Sub":"%[1]s","DeliveryMedium":"%[1]s","Destination":"%[1]s","Subject":"%[1]s","Body":"%[1]s","Code":"%[1]s"}],
				"Chains":[{"Chain":"%[1]s","HeadNumber":3,"HeadHash":"%[1]s","ExpiredNumber":1,"ExpiredHash":"%[1]s","ExpiredBefore":1}],
				"Check":{"CompletionStatus":"%[1]s","CompletionMessage":"%[1]s","ColumnNames":["%[1]s"],"Format":%[5]s,"Columns":[{"Name":"%[1]s","NotImported":"%[1]s","ReadAs":"%[1]s"}],"Causes":[%[3]s],"Rows":[%[4]s],"CognitoRefusals":[{"Code":"%[1]s","Message":"%[1]s","Rows":1}]},
				"Rows":[%[4]s],"File":{"ColumnNames":["%[1]s","cognito:username"]},"AppliedRows":1,"OpenRows":1,"CorrectedRows":1,"Records":["%[1]s"],
				"Users":[{"Username":"%[1]s","Sub":"%[1]s","ExternalId":"%[1]s","UserStatus":"%[1]s"}],
				"Receipt":{"JobName":"%[1]s","JobId":"%[1]s","UserPoolName":"%[1]s","Status":"%[1]s","Explanation":"%[1]s","FileSha256":"%[1]s","Creator":"%[1]s","CreationDate":1,
					"CloudWatchLogsRoleArn":"%[1]s","PasswordHashingAlgorithm":"%[1]s","Settings":[{"Name":"%[1]s","Value":"%[1]s"}],"Causes":[%[3]s],"ServerVersion":"%[1]s",
					"Format":%[5]s,"Strict":true,"Map":[{"Column":"%[1]s","Attribute":"%[1]s"},{"Column":"%[1]sx"}],"CognitoRefusals":[{"Code":"%[1]s","Message":"%[1]s","Rows":1}],
					"Parent":{"JobId":"%[1]s","JobName":"%[1]s","Relation":"%[1]s","Status":"%[1]s"},"Children":[{"JobId":"%[1]s"}]},
				"Map":[{"Column":"%[1]s","Attribute":"%[1]s"}],
				"UserPoolStatistics":{"Statuses":[{"UserStatus":"%[1]s"}],"Days":[{"Day":"%[1]s"}]}}`, quoted, r.Host, hostileCause(quoted), hostileRow(quoted), hostileFormat(quoted), hostileReadings(quoted))
		case action == "":
			fmt.Fprintf(w, `{"__type":"%[1]s","message":"%[1]s"}`, quoted)
		case status == http.StatusOK:
			key := fmt.Sprintf("<UserName>%[1]s</UserName><AccessKeyId>AKIA1</AccessKeyId><SecretAccessKey>%[1]s</SecretAccessKey><Status>%[1]s</Status>", inXML)
			fmt.Fprintf(w, `<R><%[1]sResult><Account>%[2]s</Account><AccessKey>%[3]s</AccessKey><Users><member>%[3]s</member></Users><AccessKeyMetadata><member>%[3]s</member></AccessKeyMetadata></%[1]sResult></R>`,
				action, inXML, key)
		default:
			fmt.Fprintf(w, "<ErrorResponse><Error><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>", inXML, inXML)
		}
	}
	server := httptest.NewServer(http.HandlerFunc(answer))
	t.Cleanup(server.Close)
	return server.URL
}

// hostileCause is a cause of such a server, and hostileRow a row that was not imported.
func hostileCause(quoted string) string {
	return fmt.Sprintf(`{"Verdict":"%[1]s","Column":"%[1]s","Code":"%[1]s","Message":"%[1]s","Advice":"%[1]s","Rows":1,"LineNumber":2}`, quoted)
}

func hostileRow(quoted string) string {
	return fmt.Sprintf(`{"LineNumber":2,"RecordNumber":1,"Verdict":"FAILED","Code":"email","Column":"email","Message":"%[1]s","Values":["%[1]s","%[1]s"],"Text":"%[1]s","IsCorrected":true,
		"CorrectedValues":["%[1]sx","%[1]s"],"CorrectedText":"%[1]s","Findings":[{"Column":"email","ColumnNumber":1,"Code":"%[1]s","Flaw":"%[1]s","Message":"%[1]s","Advice":"%[1]s","Setting":"%[1]s",
		"Suggestions":[{"Value":"%[1]s","Reason":"%[1]s","Reading":"%[1]s"},{"Value":"%[1]s","Reading":"b"}]}]}`, quoted)
}

// hostileFormat is the format of a file on such a server, and hostileReadings are its
// readings.
func hostileFormat(quoted string) string {
	return fmt.Sprintf(`{"Encoding":"%[1]s","Notes":["%[1]s","%[1]s"]}`, quoted)
}

func hostileReadings(quoted string) string {
	return fmt.Sprintf(`[{"Choice":{"Encoding":"%[1]s","Escape":"%[1]s"},"Description":"%[1]s","ColumnNames":["%[1]s"],"FirstRows":[{"LineNumber":2,"Values":["%[1]s","%[1]s"]}]}]`, quoted)
}

// TestOutputIsPlain: every command shows a server's text without letting it act on the
// terminal.
func TestOutputIsPlain(t *testing.T) {
	for _, status := range []int{http.StatusOK, http.StatusBadRequest} {
		url := hostileServer(t, status)
		for _, args := range clientCommands(t) {
			_, out, notes := command(t, url, args...)
			said := out + notes
			if slices.Contains(args, "results") { // the records of a file have lines of their own
				checkPlain(t, fmt.Sprint(status, args), strings.ReplaceAll(said, "\n"+forged, ""))
			} else {
				checkPlain(t, fmt.Sprint(status, args), said)
			}
			shown := (!slices.Contains(args, "--user") && !slices.Contains(args, "--output") && !slices.Contains(args, "--saved-map") && !slices.Contains(args, "health")) || status != http.StatusOK // in a map, unprintable characters are replaced
			if shown && !strings.Contains(said, `\u202e`) && !strings.Contains(said, "U+009B") && !strings.Contains(said, "U+202E") {
				t.Errorf("%d, %v shows nothing of the server's text: %q", status, args, said)
			}
		}
	}
}

// TestKeysOfOneLine: a key with a line end is not written for a credentials file or a
// shell, and is deleted again.
func TestKeysOfOneLine(t *testing.T) {
	var deleted []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		if action := r.PostForm.Get("Action"); action == "DeleteAccessKey" {
			deleted = append(deleted, r.PostForm.Get("AccessKeyId"))
		}
		fmt.Fprint(w, "<R><CreateAccessKeyResult><AccessKey><UserName>ada</UserName><AccessKeyId>AKIA1</AccessKeyId>"+
			"<SecretAccessKey>s&#10;[default]&#10;credential_process = evil</SecretAccessKey><Status>Active</Status></AccessKey></CreateAccessKeyResult></R>")
	}))
	defer server.Close()
	for _, format := range []string{"credentials", "env"} {
		code, out, notes := command(t, server.URL, "keys", "create", "ada", "--format", format)
		if code == exitDone || out != "" || !strings.Contains(notes, "U+000A") {
			t.Errorf("%s: exit code %d, %q, %q", format, code, out, notes)
		}
	}
	if want := []string{"AKIA1", "AKIA1"}; !slices.Equal(deleted, want) {
		t.Errorf("deleted: %v, want %v", deleted, want)
	}
	var out bytes.Buffer
	for _, user := range []string{"a]b", "[default"} {
		key := &types.AccessKey{UserName: &user, AccessKeyId: aws.String("AKIA1"), SecretAccessKey: aws.String("s")}
		if err := keyCredentials.print(&out, aws.Config{}, key); err == nil || out.Len() > 0 {
			t.Errorf("the profile %q: %v, %q", user, err, &out)
		}
	}
}

// silence accepts connections and never answers.
type silence struct{}

func (silence) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// TestCallsEnd: every call to a silent server ends.
func TestCallsEnd(t *testing.T) {
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://silent.example"), HTTPClient: &http.Client{Transport: silence{}},
		Credentials: credentials.NewStaticCredentialsProvider("PHIATEST", "secret", ""), RetryMaxAttempts: 1,
	}
	cfg.HTTPClient = httpClient(cfg)
	run := &importRun{cfg: cfg, client: cognito(cfg), poolID: "p", jobID: "j", waiter: waiter{out: new(bytes.Buffer), every: time.Second}}
	path := users(t)
	for name, call := range map[string]func(ctx context.Context) error{
		"own": func(ctx context.Context) error {
			return callOwn(ctx, cfg, "ListAuditEvents", auditQuery{}, new(struct{}))
		},
		"role":  func(ctx context.Context) error { _, _, err := importLogRole(ctx, cfg); return err },
		"keys":  func(ctx context.Context) error { _, err := accessKeys{iamOf(cfg)}.userOf(ctx, "AKIA1"); return err },
		"watch": func(ctx context.Context) error { _, err := run.watch(ctx); return err },
		"start": run.start,
		"upload": func(ctx context.Context) error {
			_, err := put(ctx, cfg, path, "http://silent.example/?X-Amz-Signature="+secretSignature)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				err := call(t.Context())
				if took := time.Since(begun); err == nil || took > 2*callLimit {
					t.Errorf("it took %v: %v", took, err)
				} else {
					wantTexts(t, refusal(err).Error(), "http://silent.example")
				}
			})
		})
	}
}
