package e2e

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// crowdMemory bounds the server's memory, for everything that strangers may send.
const crowdMemory = 400 << 20

// TestCrowd: a thousand strangers each hold half a body, and five hundred more wait for
// their places. They neither fill the server's memory nor keep a new client out.
func TestCrowd(t *testing.T) {
	if runtime.GOOS != "linux" {
		lacking(t, "a loopback with more than one address, and /proc")
	}
	n := startNode(t, t.TempDir(), "--max-connections", "600", "--max-connections-address", "300")
	const header = "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AWSCognitoIdentityProviderService.ListUsers\r\nContent-Length: 1000000\r\n\r\n"
	half := bytes.Repeat([]byte{' '}, 500_000)
	var strangers sync.WaitGroup
	var mu sync.Mutex
	refused := 0
	over := make(chan struct{})
	for i := range 1000 {
		strangers.Go(func() {
			from := &net.TCPAddr{IP: net.IPv4(127, 0, 2, byte(1+i/300))}
			for {
				conn, err := (&net.Dialer{LocalAddr: from, Timeout: 5 * time.Second}).Dial("tcp", strings.TrimPrefix(n.url, "http://"))
				if err == nil {
					ended := make(chan struct{})
					go func() {
						select {
						case <-over:
						case <-ended:
						}
						conn.Close()
					}()
					_, _ = io.WriteString(conn, header)
					_, _ = conn.Write(half) // the answer may break it off
					answer, _ := io.ReadAll(conn)
					if bytes.HasPrefix(answer, []byte("HTTP/1.1 503 ")) {
						mu.Lock()
						refused++
						mu.Unlock()
					}
					close(ended)
				}
				select {
				case <-over:
					return
				case <-time.After(500 * time.Millisecond):
				}
			}
		})
	}
	var most int64
	longest := time.Duration(0)
	for begun := time.Now(); time.Since(begun) < 3*time.Second; { // the crowd is there for that long
		at := time.Now()
		client := cognito.New(n.client().Options(), func(o *cognito.Options) {
			o.HTTPClient = &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 10 * time.Second}
		})
		if _, err := client.ListUserPools(t.Context(), &cognito.ListUserPoolsInput{MaxResults: new(int32(1))}); err != nil {
			t.Error(err)
			break
		}
		longest = max(longest, time.Since(at))
		most = max(most, measure(t, n.cmd.Process.Pid).RSS)
	}
	close(over)
	strangers.Wait()
	t.Logf("%d MiB resident at most, a new client waited %v at most, %d strangers were answered 503", most>>20, longest, refused)
	if most > crowdMemory {
		t.Errorf("the server has %d MiB of memory", most>>20)
	}
	if refused == 0 {
		t.Error("no stranger was refused, so the bounds were not tried")
	}
	if !strings.Contains(n.logged(), "connections were refused or given up") {
		t.Error("the log does not say that connections were refused")
	}
}
