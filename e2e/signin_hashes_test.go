package e2e

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"poolhouse/internal/password"
)

// hashed is a user whose password another program hashed.
type hashed struct {
	Algorithm string `json:"algorithm"`
	Password  string `json:"password"`
	High      bool   `json:"high"` // the parameters are the highest that are imported

	name, hash string
}

// broken are invalid hashes by algorithm, each with the import log's message.
var broken = map[string]map[string]string{
	"BCRYPT": {
		"$2b$13$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz01234": "cost is above 12",
		"$2b$04$abcdefghijklmnopqrstuuabcdefghijklmnopqrstuvwxyz":      "not of the form", "5f4dcc3b5aa765d61d8327deb882cf99": "not of the form",
	},
	"SCRYPT": {
		"131072$8$1$00112233445566778899aabbccddeeff$00112233445566778899aabbccddeeff": "N is above 65536",
		"100$8$1$00112233445566778899aabbccddeeff$00112233445566778899aabbccddeeff":    "no power of two", "256$8$1$zz$zz": "must be hexadecimal",
	},
	"ARGON2ID": {
		"$argon2id$v=19$m=65536,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaA": "m is above 19456",
		"$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaA":     "not of the form", "$argon2id$v=19$m=64,t=1,p=1$c2Fs$": "not empty",
	},
	"PBKDF2_SHA256": {
		"$pbkdf2-sha256$600001$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaA": "iterations is above 600000",
		"$pbkdf2-sha512$100$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaA":    "not of the form", "$pbkdf2-sha256$100$c2FsdA$aGFzaA": "16 to 64 bytes",
	},
}

// TestHashesOfOtherPrograms imports users with hashes that other programs made, and signs
// each in: with two wrong passwords first, then with the right one. A hash that is
// malformed or above the limits fails its row and no other.
func TestHashesOfOtherPrograms(t *testing.T) {
	together(t)
	modules := nodeModules(t)
	python, err := exec.LookPath("python3")
	if err != nil {
		lacking(t, "python3")
	}
	byNode := []string{"env", "NODE_PATH=" + modules, "node", "npm/hashes.js"}
	byPython := []string{python, "testdata/hashes.py"}
	users := 40
	if *soaking {
		users = 1000
	}
	for algorithm, programs := range map[string][][]string{
		"BCRYPT": {byNode}, "ARGON2ID": {byNode}, "PBKDF2_SHA256": {byPython}, "SCRYPT": {byNode, byPython},
	} {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			a := signInNode(t).newApp(&cognito.CreateUserPoolInput{}, &cognito.CreateUserPoolClientInput{PreventUserExistenceErrors: types.PreventUserExistenceErrorTypesEnabled})
			var all []*hashed
			for i, program := range programs {
				some := makeHashes(t, program, algorithm, fmt.Sprint("user", i, "n"), users/len(programs), 2/len(programs))
				all = append(all, some...)
			}
			a.importHashes(algorithm, all)
			a.signEachIn(all)
			for _, u := range all[len(all)-2:] {
				a.signedIn(u.name, u.Password) // by SRP, which needs the pool's own credential
			}
		})
	}
}

// makeHashes has a program hash the passwords of users, some of them with the highest
// parameters.
func makeHashes(t *testing.T, program []string, algorithm, prefix string, low, high int) (all []*hashed) {
	t.Helper()
	var asked bytes.Buffer
	for i := range low + high {
		u := &hashed{Algorithm: algorithm, High: i >= low, name: fmt.Sprint(prefix, i), Password: fmt.Sprintf("Pä5s-w%drd%s漢, of \"%d\"", i, strings.Repeat("-x", i%15), i*i)}
		if err := json.NewEncoder(&asked).Encode(u); err != nil {
			t.Fatal(err)
		}
		all = append(all, u)
	}
	cmd := exec.CommandContext(t.Context(), program[0], program[1:]...)
	cmd.Stdin, cmd.Stderr = &asked, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	answers := json.NewDecoder(bytes.NewReader(out))
	for _, u := range all {
		if err := answers.Decode(&u.hash); err != nil {
			t.Fatal(err)
		}
	}
	return all
}

// importHashes imports the users, with the invalid hashes among them.
func (a *app) importHashes(algorithm string, all []*hashed) {
	a.t.Helper()
	rows := [][]string{{"cognito:username", "email", "email_verified", "cognito:mfa_enabled", "password_hash"}}
	row := func(name, hash string) {
		rows = append(rows, []string{name, name + "@example.com", "true", "false", hash})
	}
	reasons := map[string]string{} // by line
	for hash, reason := range broken[algorithm] {
		row(fmt.Sprint("broken", len(rows)), hash)
		reasons[fmt.Sprintf("Line Number %d ", len(rows))] = reason
	}
	for _, u := range all {
		row(u.name, u.hash)
	}
	d := a.importUsers(a.pool, algorithm, csvText(a.t, rows...))
	log, err := a.run(binary, "log", "--user-pool-id", a.pool, "--job-id", *d.JobId)
	if err != nil {
		a.t.Fatal(err)
	}
	if d.Status != types.UserImportJobStatusTypeSucceeded || int(d.ImportedUsers) != len(all) || int(d.FailedUsers) != len(reasons) {
		a.t.Fatalf("the job ended %s, %s: %d users of %d, %d rows failed\n%s", d.Status, aws.ToString(d.CompletionMessage), d.ImportedUsers, len(all), d.FailedUsers, log)
	}
	for line := range strings.Lines(log) {
		for number, reason := range reasons {
			if strings.Contains(line, number) && strings.HasPrefix(line, "[FAILED]") && strings.Contains(line, reason) {
				delete(reasons, number)
			}
		}
	}
	if len(reasons) > 0 {
		a.t.Errorf("the log does not say %q:\n%s", reasons, log)
	}
}

// signEachIn signs each user in, after wrong passwords that the hashes must not match
// either.
func (a *app) signEachIn(all []*hashed) {
	a.t.Helper()
	hashes := password.NewHashes(2, 128)
	queue := make(chan *hashed)
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for u := range queue {
				if err := a.signHashedIn(hashes, u); err != nil {
					a.t.Errorf("%s with the hash %s of %q: %v", u.name, u.hash, u.Password, err)
				}
			}
		})
	}
	for _, u := range all {
		queue <- u
	}
	close(queue)
	workers.Wait()
}

func (a *app) signHashedIn(hashes *password.Hashes, u *hashed) error {
	wrongs := 20
	if u.High { // each check takes as long as a sign-in
		wrongs = 1
	}
	for i := range wrongs {
		wrong := fmt.Sprint(u.Password[:len(u.Password)-i], i)
		if ok, err := hashes.Matches(a.t.Context(), u.Algorithm, u.hash, wrong); ok || err != nil {
			return fmt.Errorf("the hash fits %q: %t, %v", wrong, ok, err)
		}
	}
	for _, wrong := range []string{u.Password + "x", strings.ToLower(u.Password)} {
		if _, err := a.byPassword(u.name, wrong); !isRefusal(err, "NotAuthorizedException", "Incorrect username or password.") {
			return fmt.Errorf("with %q: %v", wrong, err)
		}
	}
	out, err := a.byPassword(u.name, u.Password)
	if err != nil {
		return err
	}
	if out.AuthenticationResult == nil {
		return fmt.Errorf("the sign-in goes on with %q", out.ChallengeName)
	}
	return nil
}
