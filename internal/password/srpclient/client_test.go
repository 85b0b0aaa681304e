package srpclient_test

import (
	"encoding/base64"
	"testing"
	"time"

	"poolhouse/internal/password"
	"poolhouse/internal/password/srpclient"
)

// TestExchanges: the server accepts 40 sign-ins of the client, and no other password.
func TestExchanges(t *testing.T) {
	const pool, user = "us-east-1_AbCdEfGhI", "jürgen"
	for i := range 40 {
		right := password.Generate(12)
		credential := password.NewVerifier(pool, user, right)
		given := right
		if i%4 == 0 {
			given += "x"
		}
		c := srpclient.New(pool, given)
		e, err := password.NewExchange(credential)
		if err != nil {
			t.Fatal(err)
		}
		block := base64.StdEncoding.EncodeToString([]byte("a block"))
		answer := c.Answer(map[string]string{"USER_ID_FOR_SRP": user, "SRP_B": e.B, "SALT": e.Salt, "SECRET_BLOCK": block}, time.Now())
		claim := password.Claim{PoolID: pool, UserIDForSRP: user, A: c.A(), SecretBlock: block, Timestamp: answer["TIMESTAMP"], Signature: answer["PASSWORD_CLAIM_SIGNATURE"]}
		if got := e.Verify(credential, claim); got != (given == right) {
			t.Fatalf("exchange %d: accepted is %t", i, got)
		}
	}
	if srpclient.New(pool, "x").Answer(map[string]string{"SRP_B": "no number"}, time.Now()) != nil {
		t.Error("a challenge that is none is answered")
	}
}
