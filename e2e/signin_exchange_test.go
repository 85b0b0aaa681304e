package e2e

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"flag"
	mathrand "math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/password"
)

// challenge is a server's SRP challenge, and what the client knows.
type challenge struct {
	Pool      string `json:"pool"` // the part of the pool's ID after the underscore
	User      string `json:"user"`
	Password  string `json:"password"`
	Salt      string `json:"salt"`
	B         string `json:"B"`
	Block     string `json:"block"`
	Timestamp string `json:"timestamp"`

	right      bool
	credential string
	exchange   *password.Exchange
}

// recordExchanges is the file for exchanges that internal/password tests without the client.
var recordExchanges = flag.String("record-exchanges", "", "a file for exchanges of TestExchanges, such as internal/password/testdata/exchanges.ndjson; none are written without it")

// TestExchanges has the arithmetic of amazon-cognito-identity-js answer the server's
// challenges: random users and passwords, every eighth of them wrong. The client takes a
// sixth of a second for each, so outside of the long runs there are few:
// password.TestRecordedExchanges has the client's answers to many, with numbers of every
// form. Drawing a secret takes a third of that time, so four challenges share one.
func TestExchanges(t *testing.T) {
	together(t)
	modules := nodeModules(t)
	exchanges, each := 40, 4
	switch {
	case *soaking:
		exchanges, each = 10_000, 1
	case *recordExchanges != "":
		exchanges, each = 160, 2
	}
	var record bytes.Buffer
	var asked bytes.Buffer
	var all []*challenge
	for i := range exchanges {
		c := newChallenge(t, i)
		if err := json.NewEncoder(&asked).Encode(c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	cmd := exec.CommandContext(t.Context(), "node", "npm/exchange.js", strconv.Itoa(each))
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	var problem strings.Builder
	cmd.Stdin, cmd.Stderr = &asked, &problem
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%v: %s", err, problem.String())
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	answered, padded := 0, 0
	for ; lines.Scan(); answered++ {
		var answer struct{ A, Signature string }
		if err := json.Unmarshal(lines.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		c := all[answered]
		if err := json.NewEncoder(&record).Encode(c.recorded(answer.A, answer.Signature)); err != nil {
			t.Fatal(err)
		}
		if c.accepts(answer.A, answer.Signature) != c.right {
			t.Fatalf("the password is right: %t; the server says otherwise: pool %s, user %q, password %q, salt %s, B %s, A %s", c.right, c.Pool, c.User, c.Password, c.Salt, c.B, answer.A)
		}
		if strings.Trim(c.B[:1]+c.Salt[:1]+answer.A[:1], "01234567") != "" || len(c.B)%2+len(c.Salt)%2+len(answer.A)%2 > 0 {
			padded++
		}
	}
	if answered != exchanges || padded == 0 {
		t.Errorf("%d of %d were answered, %d of them with numbers that are padded", answered, exchanges, padded)
	}
	if *recordExchanges != "" {
		if err := os.WriteFile(*recordExchanges, record.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// recorded returns the exchange as internal/password reads it.
func (c *challenge) recorded(a, signature string) any {
	return struct {
		Credential string
		Secret     []byte
		Right      bool
		Claim      password.Claim
	}{c.credential, c.exchange.Secret, c.right, c.claim(a, signature)}
}

// newChallenge begins the sign-in of a random user.
func newChallenge(t *testing.T, i int) *challenge {
	t.Helper()
	const letters = "abcXYZ019_-:; äßλ漢🙂"
	text := func() string {
		runes := []rune(letters)
		out := make([]rune, 6+mathrand.IntN(30))
		for j := range out {
			out[j] = runes[mathrand.IntN(len(runes))]
		}
		return string(out)
	}
	block := make([]byte, 64)
	rand.Read(block) // never fails
	c := &challenge{Pool: rand.Text()[:9], User: text(), Password: text(), right: i%8 != 0}
	c.credential = password.NewVerifier("eu-west-1_"+c.Pool, c.User, c.Password)
	if !c.right {
		c.Password += "x"
	}
	var err error
	if c.exchange, err = password.NewExchange(c.credential); err != nil {
		t.Fatal(err)
	}
	c.Salt, c.B, c.Block = c.exchange.Salt, c.exchange.B, base64.StdEncoding.EncodeToString(block)
	c.Timestamp = time.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
	return c
}

// claim returns the client's answer.
func (c *challenge) claim(a, signature string) password.Claim {
	return password.Claim{PoolID: "eu-west-1_" + c.Pool, UserIDForSRP: c.User, A: a, SecretBlock: c.Block, Timestamp: c.Timestamp, Signature: signature}
}

// accepts reports whether the server accepts an answer.
func (c *challenge) accepts(a, signature string) bool {
	return c.exchange.Verify(c.credential, c.claim(a, signature))
}
