package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// fullWords are the words of SQLite, PostgreSQL and Go for a full disk. PostgreSQL's is a
// code, because its message about a partly written page says no more.
var fullWords = []string{"database or disk is full", "SQLSTATE 53100", "no space left on device"}

// TestDiskFull fills the disk during an import. The server reports it, also on /readyz,
// continues to answer, gives no wrong verdict, and resumes the import by itself when there
// is space again.
func TestDiskFull(t *testing.T) {
	together(t)
	const rows = 20_000
	file := mixedFile(t, rows)
	onEachStore(t, func(t *testing.T, h *homes) {
		h = h.alone(t) // its database's disk is removed with the test
		roomy := h.make(t)
		n := roomy.node()
		before := roomy.size()
		want := n.importWhole(file, func(string, string) {})
		want.mustBeAll(t, rows)
		need := roomy.size() - before
		n.terminate()

		small := newDisk(t, before+4*need)
		n = h.homeOn(t, small).node("--uploads-min-free", "0") // the upload and the import must be able to fill the disk
		f := &filled{node: n, t: t, want: want}
		f.other, f.spare = n.poolWithJob()
		free := small.leave(need / 2)
		got := n.importWhole(file, func(pool, job string) {
			f.pool, f.job = pool, job
			f.mustBear(h.postgres == nil)
			f.kill()
			freeRest := small.leave(0)
			started := f.mustStartOrSay()
			free()
			freeRest()
			if !started {
				n.again()
			}
		})
		got.mustBe(t, want)
		n.mustWrite(f.other, "after")
		n.mustGetReady()
	})
}

// filled is a server with a full disk.
type filled struct {
	*node
	t         *testing.T
	want      whole
	pool, job string
	other     string                   // a pool without imports
	spare     *types.UserImportJobType // its job
}

// mustBear checks everything that must work without disk space.
func (f *filled) mustBear(uploadsToo bool) {
	f.t.Helper()
	await(f.t, "two complaints in the log that the disk is full", time.Minute, func() bool {
		if d := f.describe(f.pool, f.job); d.CompletionDate != nil {
			f.t.Fatalf("the job is %s:\n%s", d.Status, f.told())
		}
		return f.complaints() >= 2
	}, f.told)
	f.mustNotBeReady()
	f.mustBeBegunAs(f.pool, f.job, f.want.Outcome.Log)
	f.hasUser(f.pool, "user000000")
	if f.tryWrite(f.other, "meanwhile") != f.hasUser(f.other, "meanwhile") {
		f.t.Error("what was answered to a write is not what became of it")
	}
	if uploadsToo {
		f.mustRefuseUpload()
	}
	for begun := time.Now(); time.Since(begun) < 12*time.Second; time.Sleep(100 * time.Millisecond) { // longer than the result of the last write attempt counts
		f.mustNotBeReady()
	}
}

// mustNotBeReady: a server that cannot write must say so on /readyz, and must be alive.
func (n *node) mustNotBeReady() {
	n.t.Helper()
	for path, want := range map[string]string{"/readyz": "503 the database cannot be written\n", "/healthz": "200 ok\n"} {
		if got := n.say(path); got != want {
			n.t.Fatalf("a server that cannot write answers %q on %s, want %q; its log:\n%s", got, path, want, n.told())
		}
	}
}

// mustGetReady waits until the server says that it can write.
func (n *node) mustGetReady() {
	n.t.Helper()
	await(n.t, "the server to be ready", 45*time.Second, func() bool { return n.say("/readyz") == "200 ok\n" })
}

// say returns status and text of an answer.
func (n *node) say(path string) string {
	n.t.Helper()
	answer, err := (&http.Client{Timeout: 10 * time.Second}).Get(n.url + path)
	if err != nil {
		n.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		n.t.Fatal(err)
	}
	return fmt.Sprint(answer.StatusCode, " ", string(text))
}

// complaints counts the logged errors that name the reason. The batch or the next claim of
// the job may run out of space.
func (f *filled) complaints() (n int) {
	for line := range strings.Lines(f.told()) {
		if strings.Contains(line, `"level":"ERROR"`) && strings.Contains(line, "import job") && containsAny(line, fullWords) {
			n++
		}
	}
	return n
}

// mustStartOrSay starts the server again without any space. It may refuse to start if it
// says why.
func (f *filled) mustStartOrSay() (started bool) {
	f.t.Helper()
	err := f.launch()
	if err == nil {
		f.mustBeBegunAs(f.pool, f.job, f.want.Outcome.Log)
		await(f.t, "the server to say that it cannot write", 15*time.Second, func() bool { return !f.isReady() })
		return true
	}
	said := f.told()
	f.t.Logf("a server without room does not start: %s", lastLine(said))
	if code := f.cmd.ProcessState.ExitCode(); code <= 0 || !containsAny(lastLine(said), fullWords) {
		f.t.Errorf("the server ended with code %d, and said: %s", code, lastLine(said))
	}
	return false
}

// mustRefuseUpload uploads more than there is space for.
func (f *filled) mustRefuseUpload() {
	f.t.Helper()
	request, err := http.NewRequestWithContext(f.t.Context(), http.MethodPut, *f.spare.PreSignedUrl, strings.NewReader(strings.Repeat("x", 90<<20)))
	if err != nil {
		f.t.Fatal(err)
	}
	request.Header.Set("x-amz-server-side-encryption", "aws:kms")
	// The server does not read the rest of a refused upload: the connection may break
	// before its answer is read.
	if answer, err := http.DefaultClient.Do(request); err == nil {
		answer.Body.Close()
		if answer.StatusCode != http.StatusServiceUnavailable {
			f.t.Errorf("an upload without room was answered %s", answer.Status)
		}
	}
	await(f.t, "the log to say that an upload failed", time.Minute, func() bool {
		return strings.Contains(f.logged(), `"msg":"upload failed"`)
	})
	left, err := filepath.Glob(filepath.Join(f.data, "uploads", "incoming", "*"))
	if err != nil || len(left) > 0 {
		f.t.Errorf("a refused upload left %v, %v", left, err)
	}
}

func containsAny(s string, words []string) bool {
	for _, w := range words {
		if strings.Contains(s, w) {
			return true
		}
	}
	return false
}

// told returns the log without the lines about requests.
func (n *node) told() string {
	var b strings.Builder
	for line := range strings.Lines(n.logged()) {
		if !strings.Contains(line, `"msg":"request"`) {
			b.WriteString(line)
		}
	}
	return b.String()
}

// tryWrite adds a user, once, and reports whether the server confirmed it.
func (n *node) tryWrite(pool, name string) bool {
	n.t.Helper()
	_, err := n.client().AdminCreateUser(n.t.Context(), &cognito.AdminCreateUserInput{UserPoolId: &pool, Username: &name,
		MessageAction: types.MessageActionTypeSuppress}, func(o *cognito.Options) { o.Retryer = aws.NopRetryer{} })
	if err != nil && !as[*types.InternalErrorException](err) {
		n.t.Errorf("a write without room: %v", err)
	}
	return err == nil
}

func (n *node) hasUser(pool, name string) bool {
	n.t.Helper()
	_, err := n.client().AdminGetUser(n.t.Context(), &cognito.AdminGetUserInput{UserPoolId: &pool, Username: &name})
	if err != nil && !as[*types.UserNotFoundException](err) {
		n.t.Error(err)
	}
	return err == nil
}

func (n *node) mustWrite(pool, name string) {
	n.t.Helper()
	if !n.tryWrite(pool, name) || !n.hasUser(pool, name) {
		n.t.Errorf("a user cannot be added where there is room again; the server's log:\n%s", n.told())
	}
}

// TestReadOnlyDataDirectory: a server whose data directory is read-only must say so and
// end.
func TestReadOnlyDataDirectory(t *testing.T) {
	together(t)
	onEachStore(t, func(t *testing.T, h *homes) {
		d := newDisk(t, 64<<20)
		used := h.make(t)
		used.data = d.dir("used")
		used.node().terminate()
		empty := h.make(t)
		empty.data = d.dir("empty")
		missing := h.make(t)
		missing.data = filepath.Join(d.path, "missing")
		d.readOnly(true)
		for name, home := range map[string]*home{"used before": used, "empty": empty, "missing": missing} {
			t.Run(name, func(t *testing.T) {
				n := &node{t: t, setup: home.setup()}
				err := n.launch()
				if err == nil {
					n.kill()
					t.Fatal("the server was started")
				}
				if code := n.cmd.ProcessState.ExitCode(); code <= 0 {
					t.Errorf("the server ended with code %d", code)
				}
				if !strings.Contains(err.Error(), "read-only file system") || !strings.Contains(err.Error(), home.data) {
					t.Errorf("the server does not say what is wrong: %v", err)
				}
			})
		}
		d.readOnly(false)
		used.node().terminate() // no data was damaged
		if _, err := os.Stat(missing.data); err == nil {
			t.Error("a directory was made on a read-only file system")
		}
	})
}

// TestReadOnlyDatabase: a server whose PostgreSQL database is read-only, as after a
// failover to a standby, is not ready but answers reads. It gets ready when the database
// accepts writes again.
func TestReadOnlyDatabase(t *testing.T) {
	together(t)
	p, name := sharedPostgres(t), newName()
	url, err := p.CreateDatabase(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	n := (&home{t: t, data: t.TempDir(), url: url}).node()
	pool, _ := n.poolWithJob()
	n.mustGetReady()
	set := func(value string) {
		t.Helper()
		execPostgres(t, p.URL("postgres"), "ALTER DATABASE "+name+" SET default_transaction_read_only = "+value)
		execPostgres(t, p.URL("postgres"), "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+name+"'")
	}
	set("on")
	await(t, "the server to say that it cannot write", 15*time.Second, func() bool { return n.say("/readyz") == "503 the database cannot be written\n" })
	n.mustNotBeReady()
	if _, err := n.client().DescribeUserPool(t.Context(), &cognito.DescribeUserPoolInput{UserPoolId: &pool}); err != nil {
		t.Errorf("a database that can be read is not read: %v", err)
	}
	if n.tryWrite(pool, "meanwhile") {
		t.Error("a user was added to a database that takes no writes")
	}
	set("off")
	n.mustGetReady()
	n.mustWrite(pool, "after")
}

// TestUploadsLeaveRoom: uploads leave reserved space on the disk, by default a part of it,
// and the database can use it: files that are already uploaded are imported.
func TestUploadsLeaveRoom(t *testing.T) {
	together(t)
	const size, part, rows = 400 << 20, 20 << 20, 5_000
	d := newDisk(t, size)
	n := (&homes{}).homeOn(t, d).node()
	pool, job := n.poolWithJob()
	_, other := n.poolWithJob()
	file := mixedFile(t, rows)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	put := func(to *types.UserImportJobType, body io.Reader) (status int, said string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPut, *to.PreSignedUrl, body)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("x-amz-server-side-encryption", "aws:kms")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		reply, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, string(reply)
	}
	free := d.leave(part + 4<<20)
	defer free()
	if status, said := put(other, strings.NewReader(strings.Repeat("x", 8<<20))); status != http.StatusServiceUnavailable || !strings.Contains(said, "<Code>SlowDown</Code>") {
		t.Errorf("an upload that would take what is kept is answered %d %s", status, said)
	}
	if status, said := put(job, bytes.NewReader(text)); status != http.StatusOK {
		t.Fatalf("an upload that leaves what is kept is answered %d %s", status, said)
	}
	defer d.leave(part)()
	if status, said := put(other, strings.NewReader("x")); status != http.StatusServiceUnavailable || !strings.Contains(said, "<Code>SlowDown</Code>") {
		t.Errorf("where only what is kept is left, an upload is answered %d %s", status, said)
	}
	n.mustGetReady()
	n.mustWrite(pool, "meanwhile")
	if _, err := n.client().StartUserImportJob(t.Context(), &cognito.StartUserImportJobInput{UserPoolId: &pool, JobId: job.JobId}); err != nil {
		t.Fatal(err)
	}
	await(t, "the end of the import", time.Minute, func() bool { return n.describe(pool, *job.JobId).CompletionDate != nil })
	if j := n.describe(pool, *job.JobId); j.ImportedUsers == 0 || j.ImportedUsers+j.SkippedUsers+j.FailedUsers != rows {
		t.Errorf("the job ended with %+v", j)
	}
	if said := n.say("/readyz"); said != "200 ok\n" {
		t.Errorf("/readyz: %s", said)
	}
}
