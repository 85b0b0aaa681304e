package e2e

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/iam"

	"poolhouse/internal/sigv4"
)

// refusedGrowth bounds the growth of a database after thousands of refused calls, in bytes.
const refusedGrowth = 128 << 10

// TestRefusedCalls: thousands of calls with a key without permissions leave a few events
// with counts. They hardly enlarge the database, and the counts include every call.
func TestRefusedCalls(t *testing.T) {
	data := t.TempDir()
	n := startNode(t, data)
	pool, _ := n.poolWithJob()
	name := "nobody"
	if _, err := n.iam().CreateUser(t.Context(), &iam.CreateUserInput{UserName: &name}); err != nil {
		t.Fatal(err)
	}
	made, err := n.iam().CreateAccessKey(t.Context(), &iam.CreateAccessKeyInput{UserName: &name})
	if err != nil {
		t.Fatal(err)
	}
	size := func() int64 {
		n.terminate()
		info, err := os.Stat(filepath.Join(data, "poolhouse.db"))
		if err != nil {
			t.Fatal(err)
		}
		n.again()
		return info.Size()
	}
	before := size()
	operations := []string{"DeleteUserPool", "AdminDeleteUser", "StartUserImportJob"}
	var refused atomic.Int64
	var callers sync.WaitGroup
	for i := range 8 {
		callers.Go(func() {
			client := &http.Client{Timeout: 30 * time.Second, Transport: &http.Transport{}}
			defer client.CloseIdleConnections()
			signer := sigv4.Signer{AccessKey: *made.AccessKey.AccessKeyId, Secret: *made.AccessKey.SecretAccessKey, Region: n.getenv("AWS_REGION"), Service: "cognito-idp"}
			for k := range 500 {
				body := []byte(`{"UserPoolId":"` + pool + `","Username":"` + strings.Repeat("x", 100) + strconv.Itoa(k) + `","JobId":"import-0123456789"}`)
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, n.url, bytes.NewReader(body))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Content-Type", "application/x-amz-json-1.1")
				r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operations[(i+k)%len(operations)])
				r.Header.Set("User-Agent", strings.Repeat("a", 200)+strconv.Itoa(k))
				signer.Sign(r, body, time.Now())
				answer, err := client.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				text, err := io.ReadAll(answer.Body)
				answer.Body.Close()
				if err != nil || answer.StatusCode != http.StatusBadRequest || !bytes.Contains(text, []byte("AccessDeniedException")) {
					t.Errorf("%s %s %v", answer.Status, text, err)
					return
				}
				refused.Add(1)
			}
		})
	}
	callers.Wait()
	grown := size() - before
	counted, events := int64(0), 0
	in := object{"MaxResults": 100, "Principal": "arn:aws:iam::000000000000:user/nobody"}
	for _, e := range n.own("ListAuditEvents", in)["Events"].([]any) {
		calls := regexp.MustCompile(`(?:^| )calls=(\d+)$`).FindStringSubmatch(e.(object)["Details"].(string))
		if calls == nil {
			t.Errorf("an event tells of no calls: %v", e)
			continue
		}
		count, err := strconv.ParseInt(calls[1], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		counted, events = counted+count, events+1
	}
	t.Logf("%d refused calls are %d events, the database grew by %d KiB", refused.Load(), events, grown>>10)
	if counted != refused.Load() || refused.Load() != 4000 {
		t.Errorf("the events tell of %d refusals of %d", counted, refused.Load())
	}
	if events > 2*len(operations) { // a minute may end meanwhile
		t.Errorf("there are %d events", events)
	}
	if grown > refusedGrowth {
		t.Errorf("the database grew by %d bytes", grown)
	}
}

// TestFewDescriptors: if a process may open few files, strangers who take every connection
// leave enough descriptors for the database and the files of an import.
func TestFewDescriptors(t *testing.T) {
	if runtime.GOOS != "linux" {
		lacking(t, "a loopback with more than one address")
	}
	n := start(t, setup{data: t.TempDir(), through: []string{"sh", "-c", `ulimit -n 160; exec "$@"`, "sh"}, flags: []string{"--max-connections-address", "1000"}})
	if !strings.Contains(n.logged(), "allows fewer connections of clients") {
		t.Errorf("the log does not say that there are fewer connections: %s", n.logged())
	}
	over := make(chan struct{})
	var strangers sync.WaitGroup
	held := make(chan struct{}, 300) // has the first connections
	for range 300 {
		strangers.Go(func() {
			for {
				conn, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 3, 1)}, Timeout: 5 * time.Second}).Dial("tcp", n.listen)
				if err == nil {
					select {
					case held <- struct{}{}:
					default:
					}
					_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\n")
					ended := make(chan struct{})
					go func() { _, _ = io.Copy(io.Discard, conn); close(ended) }()
					select {
					case <-over:
					case <-ended:
					}
					conn.Close()
				}
				select {
				case <-over:
					return
				case <-time.After(100 * time.Millisecond):
				}
			}
		})
	}
	for range cap(held) {
		<-held
	}
	file, err := memberFile(t.TempDir(), 20_000)
	if err != nil {
		t.Fatal(err)
	}
	got := n.importFile(file, func(string, string) {})
	close(over)
	strangers.Wait()
	if got.Status != "Succeeded" {
		t.Errorf("the import ended %+v", got)
	}
	if log := n.logged(); strings.Contains(log, "too many open files") {
		t.Errorf("descriptors ran out: %s", log)
	}
}
