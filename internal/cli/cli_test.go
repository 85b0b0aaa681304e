package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/rogpeppe/go-internal/testscript"

	"poolhouse/internal/logrole"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"poolhouse": func() { os.Exit(Main(os.Args[1:], os.Stdout, os.Stderr)) },
	})
}

// TestScripts runs the commands as people do. Each script has a free address for a server
// in $ADDR, and the environment of its client.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           "testdata/script",
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Setup: func(e *testscript.Env) error {
			free, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				return err
			}
			defer free.Close()
			e.Values[callers{}] = make(chan net.Conn, 10)
			for name, value := range map[string]string{
				"ADDR": free.Addr().String(), "AWS_ENDPOINT_URL": "http://" + free.Addr().String(), "AWS_REGION": "us-east-1",
				"AWS_ACCESS_KEY_ID": "PHIATEST", "AWS_SECRET_ACCESS_KEY": "secret-of-the-tests",
				"POOLHOUSE_ROOT_ACCESS_KEY_ID": "PHIATEST", "POOLHOUSE_ROOT_SECRET_ACCESS_KEY": "secret-of-the-tests",
				"AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull, "AWS_EC2_METADATA_DISABLED": "true",
			} {
				e.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"ready": ready, "createpool": createPool, "describepool": describePool, "manyrows": manyRows, "invite": invite, "role": makeRole, "capture": capture, "silent": silent, "called": called, "encode": encode},
	})
}

// ready waits until the server at $ADDR answers.
func ready(ts *testscript.TestScript, _ bool, _ []string) {
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) { // another process, which gives no signal
		response, err := http.Get("http://" + ts.Getenv("ADDR") + "/readyz")
		if err != nil {
			continue
		}
		response.Body.Close()
		if response.StatusCode == http.StatusOK {
			return
		}
	}
	ts.Fatalf("no server answers at %s", ts.Getenv("ADDR"))
}

// callers is the key under which a script keeps the connections to its silent server.
type callers struct{}

// silent starts a server at $AWS_ENDPOINT_URL that accepts calls and never answers.
func silent(ts *testscript.TestScript, _ bool, _ []string) {
	connections := ts.Value(callers{}).(chan net.Conn)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { listener.Close() })
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			connections <- connection
		}
	}()
	ts.Setenv("AWS_ENDPOINT_URL", "http://"+listener.Addr().String())
}

// called waits until the silent server is called.
func called(ts *testscript.TestScript, _ bool, _ []string) {
	select {
	case connection := <-ts.Value(callers{}).(chan net.Conn):
		ts.Defer(func() { connection.Close() })
	case <-time.After(30 * time.Second):
		ts.Fatalf("no call comes")
	}
}

// createPool creates a user pool and sets $POOL to its ID.
func createPool(ts *testscript.TestScript, _ bool, _ []string) {
	client := cognito(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://" + ts.Getenv("ADDR")),
		Credentials: credentials.NewStaticCredentialsProvider("PHIATEST", "secret-of-the-tests", ""),
	})
	out, err := client.CreateUserPool(context.Background(), &cognitoidentityprovider.CreateUserPoolInput{
		PoolName: aws.String("people"), AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
	})
	ts.Check(err)
	ts.Setenv("POOL", *out.UserPool.Id)
}

// manyRows writes an import file with the given number of rows. The first one fails.
func manyRows(ts *testscript.TestScript, _ bool, args []string) {
	rows, err := strconv.Atoi(args[1])
	ts.Check(err)
	var text strings.Builder
	text.WriteString("cognito:username,email,email_verified\nu0,nonsense,true\n")
	for i := 1; i < rows; i++ {
		fmt.Fprintf(&text, "u%d,u%d@example.com,true\n", i, i)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text.String()), 0o600))
}

// describePool writes the output of `aws cognito-idp describe-user-pool` for $POOL.
func describePool(ts *testscript.TestScript, _ bool, args []string) {
	client := cognito(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://" + ts.Getenv("ADDR")),
		Credentials: credentials.NewStaticCredentialsProvider("PHIATEST", "secret-of-the-tests", ""),
	})
	out, err := client.DescribeUserPool(context.Background(), &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: aws.String(ts.Getenv("POOL"))})
	ts.Check(err)
	text, err := json.Marshal(map[string]any{"UserPool": out.UserPool})
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), text, 0o600))
}

// invite creates a user of $POOL with an email address and a temporary password, and a
// message to the user.
func invite(ts *testscript.TestScript, _ bool, args []string) {
	client := cognito(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://" + ts.Getenv("ADDR")),
		Credentials: credentials.NewStaticCredentialsProvider("PHIATEST", "secret-of-the-tests", ""),
	})
	_, err := client.AdminCreateUser(context.Background(), &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: aws.String(ts.Getenv("POOL")), Username: &args[0], TemporaryPassword: &args[2], DesiredDeliveryMediums: []types.DeliveryMediumType{types.DeliveryMediumTypeEmail},
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &args[1]}},
	})
	ts.Check(err)
}

// makeRole creates a role that Cognito may assume, with a policy that allows some actions.
func makeRole(ts *testscript.TestScript, _ bool, args []string) {
	client := iamOf(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String("http://" + ts.Getenv("ADDR")),
		Credentials: credentials.NewStaticCredentialsProvider("PHIATEST", "secret-of-the-tests", ""),
	})
	_, err := client.CreateRole(context.Background(), &iam.CreateRoleInput{RoleName: &args[0], AssumeRolePolicyDocument: aws.String(logrole.TrustPolicy)})
	ts.Check(err)
	policy := `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Resource":"*","Action":["` + strings.Join(args[1:], `","`) + `"]}}`
	_, err = client.PutRolePolicy(context.Background(), &iam.PutRolePolicyInput{RoleName: &args[0], PolicyName: aws.String("logs"), PolicyDocument: &policy})
	ts.Check(err)
}

// capture sets a variable to the group that a regular expression matches in the last
// standard output.
func capture(ts *testscript.TestScript, _ bool, args []string) {
	found := regexp.MustCompile(args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) != 2 {
		ts.Fatalf("nothing is like %s", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// encode converts a file of a script. crlf and cr are line ends, bom is a byte order mark,
// utf-16 and windows-1252 are encodings, gzip compresses it.
func encode(ts *testscript.TestScript, _ bool, args []string) {
	text := ts.ReadFile(args[len(args)-2])
	var ends = map[string]string{"crlf": "\r\n", "cr": "\r"}
	for _, how := range args[:len(args)-2] {
		switch how {
		case "crlf", "cr":
			text = strings.ReplaceAll(text, "\n", ends[how])
		case "bom":
			text = "\ufeff" + text
		case "utf-16":
			var wide []byte
			for _, unit := range utf16.Encode([]rune(text)) {
				wide = binary.LittleEndian.AppendUint16(wide, unit)
			}
			text = string(wide)
		case "windows-1252": // the scripts use only characters that it shares with ISO-8859-1
			var narrow []byte
			for _, r := range text {
				narrow = append(narrow, byte(r))
			}
			text = string(narrow)
		case "gzip":
			var packed strings.Builder
			w := gzip.NewWriter(&packed)
			_, err := io.WriteString(w, text)
			ts.Check(errors.Join(err, w.Close()))
			text = packed.String()
		default:
			ts.Fatalf("nothing is written as %s", how)
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[len(args)-1]), []byte(text), 0o600))
}

func TestJobName(t *testing.T) {
	for path, want := range map[string]string{
		"/tmp/users.csv": "import users.csv", "a:b/c d.csv": "import c d.csv", "Zoë.csv": "import Zo.csv",
		strings.Repeat("x", 300): "import " + strings.Repeat("x", 100),
	} {
		if got := jobName(path); got != want {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := grouped(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

// TestSampleIsGenerated: the demo's file is the output of the program that writes it.
func TestSampleIsGenerated(t *testing.T) {
	out, err := exec.Command("go", "run", "./sample").Output()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(out, sampleCSV) {
		t.Error("sample.csv is not what ./sample writes; run: go generate ./internal/cli")
	}
}
