package e2e

import (
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"poolhouse/internal/sigv4"
)

// callStep calls an operation of the API.
type callStep struct {
	Operation string            // with the target prefix if it is not Cognito's
	Input     map[string]any    // members
	Added     map[string]string // headers added after signing
	Error     string            // the exception; "" for none
	Message   string            // the whole message of the exception
	Parts     []string          // parts of the answer's text; see [attempt.parts]
	Keep      map[string]string // values of the answer to keep, by name: each a path of members (UserImportJob.JobId)
}

const cognitoPrefix = "AWSCognitoIdentityProviderService."

func (a *attempt) doCall(s callStep) {
	a.t.Helper()
	text := a.call(s.Operation, s.Input, s.Added)
	var refusal struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal([]byte(text), &refusal); err != nil {
		a.t.Fatalf("%s: the answer is no JSON: %s", s.Operation, text)
	}
	if refusal.Type != s.Error || s.Message != "" && refusal.Message != s.Message {
		a.t.Errorf("%s %v: answered %s, want %s %q", s.Operation, s.Input, text, s.Error, s.Message)
	}
	a.parts(s.Operation, text, s.Parts)
	for name, path := range s.Keep {
		a.v[name] = a.at(text, path)
	}
}

// call calls an operation and returns the text of the answer.
func (a *attempt) call(operation string, input map[string]any, added map[string]string) string {
	a.t.Helper()
	body, err := json.Marshal(input)
	if err != nil {
		a.t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(a.t.Context(), http.MethodPost, a.node.url, strings.NewReader(string(body)))
	if err != nil {
		a.t.Fatal(err)
	}
	if !strings.Contains(operation, ".") {
		operation = cognitoPrefix + operation
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", operation)
	signer := sigv4.Signer{AccessKey: a.node.getenv("AWS_ACCESS_KEY_ID"), Secret: a.node.getenv("AWS_SECRET_ACCESS_KEY"), Region: "us-east-1", Service: "cognito-idp"}
	signer.Sign(r, body, time.Now())
	_, text := a.send(r, added)
	return text
}

// send adds headers to a signed request and sends it.
func (a *attempt) send(r *http.Request, added map[string]string) (status int, text string) {
	a.t.Helper()
	for name, value := range added {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		a.t.Fatal(err)
	}
	defer response.Body.Close()
	data, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	var headers strings.Builder
	if err := response.Header.Write(&headers); err != nil {
		a.t.Fatal(err)
	}
	if r.Method == http.MethodPost {
		return response.StatusCode, string(data)
	}
	return response.StatusCode, headers.String() + string(data)
}

// at returns a string of an answer by the path of its members.
func (a *attempt) at(text, path string) string {
	a.t.Helper()
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		a.t.Fatal(err)
	}
	for name := range strings.SplitSeq(path, ".") {
		members, _ := value.(map[string]any)
		value = members[name]
	}
	found, ok := value.(string)
	if !ok {
		a.t.Fatalf("the answer has no text at %s: %s", path, text)
	}
	return found
}

func (a *attempt) makePool(members map[string]any) string {
	a.t.Helper()
	input := map[string]any{"PoolName": "people", "AutoVerifiedAttributes": []string{"email"}}
	for name, value := range members {
		input[name] = value
	}
	return a.at(a.call("CreateUserPool", input, nil), "UserPool.Id")
}

// runStep runs a poolhouse command.
type runStep struct {
	Args  []string // a file is $dir/NAME
	Exit  int
	Parts []string // parts of its output
}

func (a *attempt) doRun(s runStep) {
	a.t.Helper()
	for i, arg := range s.Args {
		if name, ok := strings.CutPrefix(arg, "FILE:"); ok {
			s.Args[i] = filepath.Join(a.dir, name)
		}
	}
	cmd := exec.CommandContext(a.t.Context(), binary, s.Args...)
	cmd.Env = a.node.env
	out, _ := cmd.CombinedOutput() // the exit code is compared below
	if code := cmd.ProcessState.ExitCode(); code != s.Exit {
		a.t.Errorf("%v exited with %d, want %d:\n%s", s.Args, code, s.Exit, out)
	}
	a.parts("what the command prints", string(out), s.Parts)
}
