package iam

import (
	"strings"
	"testing"
	"time"
)

const cognito = "cognito-idp.amazonaws.com"

var moment = time.UnixMilli(1_700_000_000_123).UTC()

// document returns a policy of the version 2012-10-17 with the statements.
func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

// allow returns a statement that allows everything, with more elements.
func allow(more string) string {
	return `{"Effect":"Allow","Action":"*","Resource":"*"` + more + `}`
}

// trusting returns a statement of a trust policy; principal is JSON.
func trusting(effect, principal, more string) string {
	return `{"Effect":"` + effect + `","Principal":` + principal + `,"Action":"sts:AssumeRole"` + more + `}`
}

// refusedAs demands a refusal of a kind, or no error for Internal.
func refusedAs(t *testing.T, what string, err error, kind Kind, text string) {
	t.Helper()
	if kind == Internal {
		if err != nil {
			t.Errorf("%s: got %v, want no refusal", what, err)
		}
		return
	}
	if err == nil || KindOf(err) != kind || !strings.Contains(err.Error(), text) {
		t.Errorf("%s: got %v, want kind %d with %q", what, err, kind, text)
	}
}

func testSealer(t testing.TB, first byte) *Sealer {
	t.Helper()
	key := make([]byte, SealerKeySize)
	key[0] = first
	s, err := NewSealer(key)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
