package cli

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"poolhouse/internal/usercsv"
)

// wantTexts fails the test unless got has the texts. A text that begins with ! must be
// absent.
func wantTexts(t *testing.T, got string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if not, is := strings.CutPrefix(text, "!"); is == strings.Contains(got, strings.TrimPrefix(text, "!")) {
			t.Errorf("%q (!: not) of %q in: %s", text, not, got)
		}
	}
	if strings.Contains(got, secretSignature) {
		t.Errorf("the signed URL is told: %s", got)
	}
}

// TestInterrupted: an import that is interrupted at any moment exits with 130 and says what
// happened to the job.
func TestInterrupted(t *testing.T) {
	notStarted := []string{"The job import-1 was created and not started", "start-user-import-job --user-pool-id us-east-1_Pool --job-id import-1"}
	for name, tt := range map[string]struct {
		at     string // the call that is interrupted, before its answer
		answer func(w http.ResponseWriter) bool
		want   []string
		status string // status of the job at the end
	}{
		"look-over":             {"", nil, []string{"interrupted. No job was created."}, ""},
		"create":                {"CreateUserImportJob", nil, []string{"The job import-1 was created and not started; it has no file"}, "Created"},
		"create, no answer":     {"CreateUserImportJob", hangUp, []string{"Whether the job a job was created is not known", "list-user-import-jobs"}, ""},
		"create, refused":       {"CreateUserImportJob", refused, []string{"No job was created."}, ""},
		"upload":                {"PUT", nil, []string{"The job import-1 was created and not started; it has no file", "describe-user-import-job"}, "Created"},
		"start":                 {"StartUserImportJob", nil, []string{"interrupted. The job import-1 has ended: Stopped."}, "Stopped"},
		"start, no answer":      {"StartUserImportJob", hangUp, notStarted, "Created"},
		"start, refused":        {"StartUserImportJob", refused, notStarted, "Created"},
		"look":                  {"DescribeUserImportJob", nil, []string{"interrupted. The job import-1 has ended: Stopped."}, "Stopped"},
		"look, server is away":  {"DescribeUserImportJob", hangUp, []string{"interrupted. The job import-1 has ended: Stopped."}, "Stopped"},
		"look, stop is refused": {"DescribeUserImportJob", noStop, []string{"could not be stopped: AccessDeniedException: no", "runs without this command", "stop-user-import-job --user-pool-id us-east-1_Pool --job-id import-1"}, "Pending"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			if tt.at == "" {
				interrupt()
			}
			f := newFake(t, func(w http.ResponseWriter, operation string, nth int) bool {
				if name == "look, stop is refused" && operation == "StopUserImportJob" {
					return refuse(w, 400, "AccessDeniedException", "no")
				}
				if operation == "DescribeUserImportJob" && nth > 1 && name == "look, stop is refused" {
					w.Header().Set("X-Keep", "") // the job goes on
					_, _ = w.Write([]byte(`{"UserImportJob":{"JobId":"import-1","Status":"InProgress"}}`))
					return true
				}
				if operation != tt.at || nth > 1 {
					return false
				}
				interrupt()
				return tt.answer != nil && tt.answer(w)
			})
			r, _ := f.run()
			_, err := r.run(ctx, users(t), fakeSpec)
			code, message := outcome(ctx, err)
			if code != exitInterrupted {
				t.Errorf("exit code %d, want %d", code, exitInterrupted)
			}
			wantTexts(t, message, tt.want...)
			if f.status != tt.status {
				t.Errorf("the job is %q, want %q", f.status, tt.status)
			}
		})
	}
}

func refused(w http.ResponseWriter) bool { return refuse(w, 400, "NotAuthorizedException", "no") }

// noStop answers a DescribeUserImportJob while the job goes on.
func noStop(w http.ResponseWriter) bool {
	_, err := w.Write([]byte(`{"UserImportJob":{"JobId":"import-1","Status":"InProgress"}}`))
	return err == nil
}

// TestOwnImport: on Poolhouse the file is uploaded and read before the job is created.
// Another server gets only Cognito's calls.
func TestOwnImport(t *testing.T) {
	for _, own := range []bool{true, false} {
		f := newFake(t, nil)
		f.own = own
		r, out := f.run()
		if job, err := r.run(t.Context(), users(t), fakeSpec); err != nil || job.Status != "Succeeded" {
			t.Fatal(job, err)
		}
		want := map[string]int{"CreateUserImportUpload": 1, "CreateUserImportJob": 1, "PUT": 1, "StartUserImportJob": 1}
		if own {
			want["DescribeUserImportUpload"] = 1
			wantTexts(t, out.String(), "bytes, 1 row\nlooked at 1 row, 3 columns; all pass the rules of the user pool\ncreated   import-1\n")
		} else {
			wantTexts(t, out.String(), "created   import-1\nuploaded ", "!looked at")
		}
		for operation, n := range f.calls {
			if operation != "DescribeUserImportJob" && n != want[operation] {
				t.Errorf("own operations %v: %s was called %d times", own, operation, n)
			}
		}
	}
	f := newFake(t, nil)
	r, _ := f.run()
	r.cfg.BaseEndpoint = aws.String("https://cognito-idp.us-east-1.amazonaws.com")
	if err := r.ownSteps(t.Context(), users(t), fakeSpec); !errors.Is(err, errNotOffered) || len(f.calls) > 0 {
		t.Errorf("AWS itself is asked for our own operations: %v", err)
	}
}

// TestOwnImportEnds: an import that ends before the job is created leaves no job.
func TestOwnImportEnds(t *testing.T) {
	look := func(text string) func(http.ResponseWriter) bool {
		return func(w http.ResponseWriter) bool {
			_, err := w.Write([]byte(`{"UserImportUpload":{"UploadId":"import-1",` + text + `}}`))
			return err == nil
		}
	}
	for name, tt := range map[string]struct {
		at     string
		answer func(w http.ResponseWriter) bool
		stops  bool // the command is then interrupted
		code   int
		want   []string
	}{
		"refused":               {"CreateUserImportUpload", refused, false, exitRefused, []string{"NotAuthorizedException: no", "!created"}},
		"away":                  {"CreateUserImportUpload", hangUp, false, exitRefused, []string{"does not answer", "!created"}},
		"upload, interrupted":   {"PUT", nil, true, exitInterrupted, []string{"interrupted. No job was created."}},
		"upload, away":          {"PUT", hangUp, false, exitRefused, []string{"after 5ms", "!created"}},
		"look, interrupted":     {"DescribeUserImportUpload", look(`"Status":"Reading"`), true, exitInterrupted, []string{"interrupted. No job was created."}},
		"look, away":            {"DescribeUserImportUpload", hangUp, false, exitRefused, []string{"the state of the upload is not known: after 5ms", "!created"}},
		"cannot be read":        {"DescribeUserImportUpload", look(`"Status":"Failed","StatusMessage":"It is gone."`), false, exitRefused, []string{"the file cannot be read: It is gone."}},
		"is not found":          {"DescribeUserImportUpload", look(`"Status":"Waiting"`), false, exitRefused, []string{"the server does not find it"}},
		"cannot be imported":    {"DescribeUserImportUpload", look(`"Status":"Ready","Problem":"Unexpected headers: x."`), false, exitRefused, []string{"Unexpected headers: x.\nNo job was created."}},
		"job, refused":          {"CreateUserImportJob", refused, false, exitRefused, []string{"NotAuthorizedException: no", "!is not known"}},
		"job, no answer":        {"CreateUserImportJob", hangUp, false, exitRefused, []string{"Whether the job a job was created is not known"}},
		"job, interrupted":      {"CreateUserImportJob", nil, true, exitInterrupted, []string{"The job import-1 was created and not started; it expires"}},
		"start, after the look": {"StartUserImportJob", refused, false, exitRefused, []string{"The job import-1 was created and not started; it expires"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			f := newFake(t, func(w http.ResponseWriter, operation string, _ int) bool {
				if operation != tt.at {
					return false
				}
				if tt.stops {
					interrupt()
				}
				return tt.answer != nil && tt.answer(w)
			})
			f.own = true
			r, _ := f.run()
			r.wait = 5 * time.Millisecond
			_, err := r.run(ctx, users(t), fakeSpec)
			code, message := outcome(ctx, err)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			wantTexts(t, message, tt.want...)
		})
	}
}

// TestServerGoesAway: if the server becomes unavailable after the job was created, the
// command waits, says so, and repeats nothing.
func TestServerGoesAway(t *testing.T) {
	unavailable := func(w http.ResponseWriter) bool {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("<html>a proxy's page</html>"))
		return true
	}
	restarting := func(w http.ResponseWriter) bool {
		return refuse(w, 500, "InternalErrorException", "the database is gone")
	}
	for _, operation := range []string{"PUT", "StartUserImportJob", "DescribeUserImportJob"} {
		for name, away := range map[string]func(http.ResponseWriter) bool{"hangs up": hangUp, "proxy": unavailable, "error": restarting} {
			t.Run(operation+" "+name, func(t *testing.T) {
				t.Parallel()
				f := newFake(t, func(w http.ResponseWriter, call string, nth int) bool {
					return call == operation && nth <= 3 && away(w)
				})
				r, out := f.run()
				job, err := r.run(t.Context(), users(t), fakeSpec)
				if err != nil || job.Status != "Succeeded" {
					t.Fatal(job, err)
				}
				wantTexts(t, out.String(), "created   import-1\n", "; waiting for it, for 1m0s at most\n", "the server answers again\n")
				if n := strings.Count(out.String(), "waiting for it"); n != 1 {
					t.Errorf("told %d times:\n%s", n, out)
				}
			})
		}
	}
}

// TestLostStart: if the answer to a start is lost, the job's status shows that it was
// started, and it is not started again.
func TestLostStart(t *testing.T) {
	var f *fake
	f = newFake(t, func(w http.ResponseWriter, operation string, nth int) bool {
		if operation != "StartUserImportJob" {
			return false
		}
		f.mu.Lock()
		f.status = "Pending"
		f.mu.Unlock()
		return hangUp(w)
	})
	r, _ := f.run()
	job, err := r.run(t.Context(), users(t), fakeSpec)
	if err != nil || job.Status != "Succeeded" || f.calls["StartUserImportJob"] != 1 {
		t.Errorf("%v, %v after %d starts", job, err, f.calls["StartUserImportJob"])
	}
}

// TestServerStaysAway: the command gives up, and says where the job is.
func TestServerStaysAway(t *testing.T) {
	for operation, tt := range map[string]struct {
		code int
		want string
	}{
		"PUT":                   {exitRefused, "was created and not started; it has no file"},
		"StartUserImportJob":    {exitPartly, "Whether the job import-1 was started is not known"},
		"DescribeUserImportJob": {exitPartly, "runs without this command"},
	} {
		t.Run(operation, func(t *testing.T) {
			f := newFake(t, func(w http.ResponseWriter, call string, nth int) bool { return call == operation && hangUp(w) })
			r, _ := f.run()
			r.wait = 5 * time.Millisecond
			_, err := r.run(t.Context(), users(t), fakeSpec)
			code, message := outcome(t.Context(), err)
			if code != tt.code {
				t.Errorf("exit code %d, want %d", code, tt.code)
			}
			wantTexts(t, message, "after 5ms: the server at "+f.URL+" does not answer", tt.want, "--endpoint-url "+f.URL)
		})
	}
}

// TestRefusedUploads: the receiver's error is printed without the parts of its answer that
// repeat the URL's signature.
func TestRefusedUploads(t *testing.T) {
	xml := `<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><Message>The signature does not match.</Message>` +
		`<SignatureProvided>` + secretSignature + `</SignatureProvided><StringToSign>x</StringToSign></Error>`
	for name, tt := range map[string]struct {
		answer func(w http.ResponseWriter)
		want   []string
	}{
		"S3": {func(w http.ResponseWriter) { w.WriteHeader(403); _, _ = w.Write([]byte(xml)) }, []string{"the upload: it was refused: SignatureDoesNotMatch: The signature does not match.\n", "!StringToSign"}},
		"too large": {func(w http.ResponseWriter) {
			w.WriteHeader(400)
			_, _ = w.Write([]byte("<Error><Code>EntityTooLarge</Code><Message>Too large</Message><MaxSizeAllowed>100000000</MaxSizeAllowed></Error>"))
		}, []string{"EntityTooLarge: Too large: 100,000,000 bytes (the server's setting import-max-bytes)"}},
		"HTML": {func(w http.ResponseWriter) { w.WriteHeader(413); _, _ = w.Write([]byte("<html>" + secretSignature)) }, []string{"refused: 413 Request Entity Too Large"}},
		"redirect": {func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://elsewhere.example/file?X-Amz-Signature="+secretSignature)
			w.WriteHeader(http.StatusTemporaryRedirect)
		}, []string{"it answers 307 and leads to https://elsewhere.example, which is not followed"}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, func(w http.ResponseWriter, operation string, _ int) bool {
				if operation == "PUT" {
					tt.answer(w)
				}
				return operation == "PUT"
			})
			r, out := f.run()
			_, err := r.run(t.Context(), users(t), fakeSpec)
			code, message := outcome(t.Context(), err)
			if code != exitRefused {
				t.Errorf("exit code %d", code)
			}
			wantTexts(t, message+out.String(), append(tt.want, "created and not started")...)
		})
	}
}

// TestURLsInErrors: signed URLs are removed from every error.
func TestURLsInErrors(t *testing.T) {
	signed := "http://127.0.0.1:1/file?X-Amz-Credential=x&X-Amz-Signature=" + secretSignature
	for _, url := range []string{signed, signed + "%zz\x7f", "http://[" + signed} {
		_, sent := http.NewRequestWithContext(t.Context(), http.MethodPut, url, nil)
		if sent == nil {
			_, sent = http.Get(url)
		}
		if sent == nil {
			t.Fatalf("%q can be reached", url)
		}
		_, message := outcome(t.Context(), sent)
		wantTexts(t, message, "server")
		_, message = outcome(t.Context(), errors.New("cannot use "+url))
		wantTexts(t, message, "cannot use ")
	}
}

// TestRefusal: refusal keeps the words around the error of a call.
func TestRefusal(t *testing.T) {
	f := newFake(t, func(w http.ResponseWriter, operation string, _ int) bool {
		return operation == "DescribeUserImportJob" && refuse(w, 400, "NotAuthorizedException", "no") || operation == "StopUserImportJob" && hangUp(w)
	})
	r, _ := f.run()
	_, denied := r.describe(t.Context())
	_, gone := r.stop()
	for _, tt := range []struct {
		err  error
		want string
	}{
		{denied, "NotAuthorizedException: no"},
		{fmt.Errorf("cannot look (%w), sorry", denied), "cannot look (NotAuthorizedException: no), sorry"},
		{errors.Join(denied, errors.New("and more")), "NotAuthorizedException: no\nand more"},
		{fmt.Errorf("cannot stop: %w", gone), "cannot stop: the server at " + f.URL + " does not answer: EOF"},
		{errors.New("plain"), "plain"},
		{errors.New("operation error IAM: ListUsers, failed to refresh cached credentials, no EC2 IMDS role found, and more"), errNoCredentials.Error()},
	} {
		if got := refusal(tt.err).Error(); got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}

// TestLookOver: the local survey has none of the limits that a server may raise. It refuses
// a pipe, which can be read only once.
func TestLookOver(t *testing.T) {
	path := filepath.Join(t.TempDir(), "wide.csv")
	wide := "cognito:username,email,email_verified\n" + "ada," + strings.Repeat("x", 20_000) + ",true\n"
	writeLarge(t, path, wide, 150_000_000)
	f := newFake(t, nil)
	r, _ := f.run()
	if err := r.survey(t.Context(), path, "", usercsv.Asked{}); err != nil {
		t.Errorf("a file of 150 MB: %v", err)
	}
	if err := r.survey(t.Context(), t.TempDir(), "", usercsv.Asked{}); err == nil || !strings.Contains(err.Error(), "regular file") {
		t.Errorf("a directory: %v", err)
	}
}
