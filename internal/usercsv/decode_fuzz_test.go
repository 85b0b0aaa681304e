package usercsv

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// FuzzDecode: no row of any file makes the decoder panic, and the users it makes keep the
// pool's rules.
func FuzzDecode(fz *testing.F) {
	head := strings.Join(Header(testPool(fz)), ",") + "\n"
	fz.Add(head+strings.Repeat(",", 9)+"j@example.com,true,,02/01/1985,,,,,,,,jane,,,,,,"+bcrypt, uint8(0))
	fz.Add("cognito:username,email,email_verified,custom:level\njane,j@example.com,TRUE,5\n", uint8(1))
	fz.Add("cognito:username,email_verified,password_hash\nj@example.com,TRUE,"+bcrypt+"\n", uint8(2))
	fz.Add("\"cognito:username\",\"email_verified\",\"email\"\n\"a\nb\",true,x@y.z\n", uint8(3))
	fz.Fuzz(func(t *testing.T, file string, kind uint8) {
		p := testPool(t, [][]func(*userpool.UserPool){
			nil, opts(mfa(userpool.MFAOn), requires("name")), opts(namedBy("email", "phone_number"), caseless),
			opts(aliases("email"), verifies("email", "phone_number"), factors(userpool.FactorEmailOTP)),
		}[kind%4]...)
		algorithm := []string{"", password.BCrypt, password.Argon2id}[kind/4%3]
		r := NewReader(strings.NewReader(file), Position{}, Limits{})
		header, err := r.Header()
		if fileCode(t, err) != "" {
			return
		}
		d, err := NewDecoder(p, header, algorithm, Limits{}, nil)
		if fileCode(t, err) != "" {
			return
		}
		for {
			record, err := r.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			checkDecoded(t, p, d, record)
		}
	})
}

func checkDecoded(t *testing.T, p *userpool.UserPool, d *Decoder, record Record) {
	u, problem := d.Decode(record)
	if (u == nil) == (problem == nil) {
		t.Fatalf("user %+v and problem %+v", u, problem)
	}
	if problem != nil {
		if problem.Line != record.Line || problem.Code == "" || problem.Code == CodeInternal || problem.Reason == "" ||
			Advice(problem.Column, problem.Code, problem.Flaw) == "" {
			t.Errorf("problem %+v", problem)
		}
		return
	}
	if err := p.CheckNewUser(record.Fields[d.username], u.Attributes); err != nil {
		t.Errorf("the user breaks a rule: %v", err)
	}
	checkOrder(t, p, u.Attributes)
	if !slices.ContainsFunc(p.AutoVerified, u.Verified) {
		t.Error("the user has no verified attribute")
	}
	if u.Credential.Secret != "" && u.Status != userpool.Confirmed {
		t.Errorf("a user with a hash is %s", u.Status)
	}
}
