package password

import (
	"bytes"
	"encoding/json"
	"math/big"
	"os"
	"testing"
)

// TestRecordedExchanges checks answers of amazon-cognito-identity-js to challenges: random users
// and passwords, every eighth of them wrong. Each number that is padded or hashed occurs in each
// form: of an odd number of digits, and of an even number with the highest bit set. The answers
// were written by e2e's TestExchanges with its flag -record-exchanges, which has the client answer
// some more in each run.
func TestRecordedExchanges(t *testing.T) {
	data, err := os.ReadFile("testdata/exchanges.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	odd, high, right, wrong := map[string]int{}, map[string]int{}, 0, 0
	for line := range bytes.Lines(data) {
		var r struct {
			Credential string
			Secret     []byte
			Right      bool
			Claim      Claim
		}
		if err := json.Unmarshal(line, &r); err != nil {
			t.Fatal(err)
		}
		e, err := ResumeExchange(r.Credential, r.Secret)
		if err != nil {
			t.Fatal(err)
		}
		if e.Verify(r.Credential, r.Claim) != r.Right {
			t.Errorf("the password is right: %t; the server says otherwise: %s", r.Right, line)
		}
		if !r.Right {
			wrong++
			continue
		}
		right++
		for name, n := range e.numbers(t, r.Credential, r.Claim.A) {
			switch digits := len(n.Text(16)); {
			case digits%2 == 1:
				odd[name]++
			case n.Bit(4*digits-1) == 1:
				high[name]++
			}
		}
	}
	for _, name := range []string{"salt", "A", "B", "u", "S"} {
		if odd[name] == 0 || high[name] == 0 || odd[name]+high[name] == right {
			t.Errorf("of %d, %s has an odd number of digits in %d, and its highest bit in %d", right, name, odd[name], high[name])
		}
	}
	if right < 100 || wrong < 15 {
		t.Errorf("there are %d exchanges with the right password, and %d with a wrong one", right, wrong)
	}
	t.Logf("odd: %v, high: %v", odd, high)
}

// numbers returns the numbers of an exchange that client and server pad.
func (e *Exchange) numbers(t *testing.T, credential, public string) map[string]*big.Int {
	t.Helper()
	_, v, err := parseVerifier(credential)
	if err != nil {
		t.Fatal(err)
	}
	n, a, b := group().n, number(t, public), number(t, e.B)
	u := scramble(a, b)
	s := new(big.Int).Mul(a, new(big.Int).Exp(v, u, n))
	return map[string]*big.Int{"salt": number(t, e.Salt), "A": a, "B": b, "u": u, "S": s.Exp(s, new(big.Int).SetBytes(e.Secret), n)}
}
