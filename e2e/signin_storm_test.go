package e2e

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// The server's memory limit in a storm, and the hash of firstPassword with the highest
// memory that is imported, in one pass.
const (
	stormMemory = 400 << 20
	stormHash   = "$argon2id$v=19$m=19456,t=1,p=1$c2FsdCBvZiBhIHN0b3JtIQ$etE7PwCIj5Qpw7B8/m45/eYWljCUOw+diYYJKFANAtc"
)

var peakLine = regexp.MustCompile(`(?m)^VmHWM:\s+(\d+)`)

// TestStormOfFirstSignIns: many users with hashes that take much memory sign in for the
// first time, all at once. Each is answered, and the server's memory stays within its
// bound. All checks at once would take three times that. poolhouse-bench signin has 2,000
// users sign in.
func TestStormOfFirstSignIns(t *testing.T) {
	together(t)
	const users = 60
	n := startNode(t, t.TempDir(), "--rate-unsigned", "0", "--rate-client", "0")
	a := n.newApp(&cognito.CreateUserPoolInput{}, &cognito.CreateUserPoolClientInput{})
	var file strings.Builder
	file.WriteString("cognito:username,email,email_verified,password_hash\n")
	for i := range users {
		fmt.Fprintf(&file, "user%d,user%d@example.com,true,%q\n", i, i, stormHash)
	}
	a.mustImport(a.pool, "ARGON2ID", file.String(), users)
	n.client() // created before several goroutines use it
	var all sync.WaitGroup
	var mu sync.Mutex
	signedIn, later := 0, 0
	for i := range users {
		all.Go(func() {
			out, err := n.client().InitiateAuth(t.Context(), &cognito.InitiateAuthInput{ClientId: &a.client, AuthFlow: types.AuthFlowTypeUserPasswordAuth,
				AuthParameters: map[string]string{"USERNAME": fmt.Sprint("user", i), "PASSWORD": firstPassword}},
				func(o *cognito.Options) { o.Retryer = aws.NopRetryer{} })
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil && out.AuthenticationResult != nil:
				signedIn++
			case isRefusal(err, "TooManyRequestsException", ""):
				later++
			default:
				t.Errorf("user %d: %v %v", i, out, err)
			}
		})
	}
	all.Wait()
	status, err := os.ReadFile(fmt.Sprint("/proc/", n.cmd.Process.Pid, "/status"))
	if err != nil {
		t.Fatal(err)
	}
	found := peakLine.FindSubmatch(status)
	if found == nil {
		t.Fatalf("the system does not say how much memory the server had:\n%s", status)
	}
	peak, err := strconv.ParseInt(string(found[1]), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d signed in, %d told to come again, %d MiB at most", signedIn, later, peak>>10)
	if signedIn+later != users || signedIn == 0 || peak<<10 > stormMemory {
		t.Errorf("%d of %d users signed in, %d were told to come again, with %d MiB at most", signedIn, users, later, peak>>10)
	}
}
