package access

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"poolhouse/internal/apicore"
	"poolhouse/internal/iam"
	"poolhouse/internal/sigv4"
)

func TestIdentities(t *testing.T) {
	f := newFixture(t)
	ada, err := f.store.User(t.Context(), "ada")
	noError(t, err)
	cases := []struct {
		key, secret, region, service string
		arn, id, name                string
	}{
		{testRoot.AccessKeyID, string(testRoot.Secret), region, "cognito-idp", "arn:aws:iam::123456789012:root", account, ""},
		{testRoot.AccessKeyID, string(testRoot.Secret), "us-east-1", "iam", "arn:aws:iam::123456789012:root", account, ""},
		{f.key.ID, f.secret, region, "cognito-idp", adaARN, ada.ID, "Ada"},
		{f.key.ID, f.secret, region, "logs", adaARN, ada.ID, "Ada"},
		{f.key.ID, f.secret, region, "iam", adaARN, ada.ID, "Ada"},
		{f.key.ID, f.secret, "us-east-1", "iam", adaARN, ada.ID, "Ada"},
		{f.key.ID, f.secret, "us-east-1", "sts", adaARN, ada.ID, "Ada"},
	}
	for _, c := range cases {
		ctx, err := f.authenticator.Verify(signed(t, c.key, c.secret, c.region, c.service), []byte(testBody), c.service)
		noError(t, err)
		who, ok := IdentityOf(ctx)
		if !ok || who.ARN != c.arn || who.UserID != c.id || who.UserName != c.name || who.Account != account || who.IsRoot() != (c.name == "") {
			t.Errorf("%+v: %+v", c, who)
		}
	}
	if _, ok := IdentityOf(t.Context()); ok {
		t.Error("a context without a call has an identity")
	}
}

func TestRefusals(t *testing.T) {
	f := newFixture(t)
	const unknown = "The security token included in the request is invalid."
	cases := []struct {
		key, secret, region, service string
		exception, code, text        string
	}{
		{f.key.ID, "wrong", region, "logs", "InvalidSignatureException", "SignatureDoesNotMatch", "does not match"},
		{f.key.ID, string(testRoot.Secret), region, "logs", "InvalidSignatureException", "SignatureDoesNotMatch", "does not match"},
		{testRoot.AccessKeyID, f.secret, region, "logs", "InvalidSignatureException", "SignatureDoesNotMatch", "does not match"},
		{"AKIAAAAAAAAAAAAAAAAA", f.secret, region, "logs", "UnrecognizedClientException", "InvalidClientTokenId", unknown},
		{"'; --", f.secret, region, "logs", "UnrecognizedClientException", "InvalidClientTokenId", unknown},
		{f.key.ID, f.secret, region, "cognito-idp", "InvalidSignatureException", "SignatureDoesNotMatch", "correct service: 'logs'"},
		{f.key.ID, f.secret, "us-east-1", "logs", "InvalidSignatureException", "SignatureDoesNotMatch", "region is 'eu-west-1'"},
		{f.key.ID, f.secret, "us-west-2", "logs", "InvalidSignatureException", "SignatureDoesNotMatch", "region is 'eu-west-1'"},
	}
	for _, c := range cases {
		r := signed(t, c.key, c.secret, c.region, c.service)
		ctx, err := f.authenticator.JSON("logs")(r, []byte(testBody))
		refused(t, ctx == nil, err, c.exception, c.text)
		ctx, err = f.authenticator.Query(r, []byte(testBody), "logs")
		refused(t, ctx == nil, err, c.code, c.text)
		if said := fmt.Sprintf("%v %+v", err, err); strings.Contains(said, f.secret) || strings.Contains(said, string(testRoot.Secret)) {
			t.Error("a refusal tells a secret")
		}
	}
	_, err := f.authenticator.Query(signed(t, f.key.ID, f.secret, "us-west-2", "iam"), []byte(testBody), "iam")
	refused(t, true, err, "SignatureDoesNotMatch", "region is 'eu-west-1'")
	_, err = f.authenticator.Query(signed(t, f.key.ID, "wrong", "us-east-1", "iam"), []byte(testBody), "iam")
	refused(t, true, err, "SignatureDoesNotMatch", "does not match")
	unsigned := signed(t, "", "", region, "iam")
	unsigned.Header.Del("Authorization")
	_, err = f.authenticator.JSON("logs")(unsigned, []byte(testBody))
	refused(t, true, err, "MissingAuthenticationTokenException", "Missing Authentication Token")
	_, err = f.authenticator.JSON("logs")(signed(t, "", "", region, "logs"), []byte(testBody))
	refused(t, true, err, "IncompleteSignatureException", "Credential")
}

func refused(t *testing.T, isNil bool, err error, name, text string) {
	t.Helper()
	e, ok := errors.AsType[*apicore.Error](err)
	if !isNil || !ok || e.Name != name || !strings.Contains(e.Message, text) {
		t.Errorf("%v, want %s with %q", err, name, text)
	}
}

// TestKeysEnd shows that what happens to a key counts at once, and that a key
// that is not active is refused like one that nobody has.
func TestKeysEnd(t *testing.T) {
	f := newFixture(t)
	verify := func() error {
		_, err := f.authenticator.Verify(signed(t, f.key.ID, f.secret, region, "logs"), []byte(testBody), "logs")
		return err
	}
	unknown := &sigv4.Error{Kind: sigv4.UnknownKey, Message: "The security token included in the request is invalid."}
	gone := func() {
		t.Helper()
		if got, ok := errors.AsType[*sigv4.Error](verify()); !ok || *got != *unknown {
			t.Errorf("%+v, want %+v", got, unknown)
		}
	}
	set := func(s iam.Status) {
		t.Helper()
		noError(t, f.store.SetAccessKeyStatus(t.Context(), "ada", f.key.ID, s))
	}
	noError(t, verify())
	set(iam.Inactive)
	gone()
	set(iam.Active)
	noError(t, verify())
	noError(t, f.store.DeleteAccessKey(t.Context(), "ada", f.key.ID))
	gone()
}

// TestUnanswered shows that what the server cannot find out is no refusal: it
// is an internal error, which the router logs, without secrets.
func TestUnanswered(t *testing.T) {
	f := newFixture(t)
	other, err := iam.NewSealer(bytes.Repeat([]byte{2}, iam.SealerKeySize))
	noError(t, err)
	f.authenticator.sealer = other
	_, err = f.authenticator.JSON("logs")(signed(t, f.key.ID, f.secret, region, "logs"), []byte(testBody))
	internal(t, err, iam.ErrSealed)
	if text := err.Error(); !strings.Contains(text, f.key.ID) || strings.Contains(text, f.secret) {
		t.Errorf("%v does not name the key, or tells a secret", err)
	}
	r := signed(t, f.key.ID, f.secret, region, "logs")
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	_, err = f.authenticator.Query(r.WithContext(ctx), []byte(testBody), "logs")
	internal(t, err, ctx.Err())
}

func internal(t *testing.T, err, want error) {
	t.Helper()
	_, answer := errors.AsType[*apicore.Error](err)
	_, refusal := errors.AsType[*sigv4.Error](err)
	if !errors.Is(err, want) || answer || refusal {
		t.Errorf("%v, want the internal error %v", err, want)
	}
}

func TestSecretsAreNotPrinted(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, testRoot); strings.Contains(text, "root-secret") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}
