package access

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/apicore"
	"poolhouse/internal/iam"
	"poolhouse/internal/proxies"
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
		who, err := f.authenticator.verify(signed(t, c.key, c.secret, c.region, c.service), []byte(testBody), c.service)
		noError(t, err)
		if !who.Known() || who.ARN != c.arn || who.UserID != c.id || who.UserName != c.name || who.Account != account || who.IsRoot() != (c.name == "") {
			t.Errorf("%+v: %+v", c, who)
		}
	}
	if (Request{}).Known() {
		t.Error("a call without a caller has one")
	}
}

func TestRefusals(t *testing.T) {
	f := newFixture(t)
	const unknown = "The security token included in the request is invalid."
	cases := []struct {
		key, secret, region, service string
		reason                       apicore.Reason
		text                         string
	}{
		{f.key.ID, "wrong", region, "logs", apicore.WrongSignature, "does not match"},
		{f.key.ID, string(testRoot.Secret), region, "logs", apicore.WrongSignature, "does not match"},
		{testRoot.AccessKeyID, f.secret, region, "logs", apicore.WrongSignature, "does not match"},
		{"AKIAAAAAAAAAAAAAAAAA", f.secret, region, "logs", apicore.UnknownKey, unknown},
		{"'; --", f.secret, region, "logs", apicore.UnknownKey, unknown},
		{f.key.ID, f.secret, region, "cognito-idp", apicore.WrongSignature, "correct service: 'logs'"},
		{f.key.ID, f.secret, "us-east-1", "logs", apicore.WrongSignature, "region is 'eu-west-1'"},
		{f.key.ID, f.secret, "us-west-2", "logs", apicore.WrongSignature, "region is 'eu-west-1'"},
	}
	for _, c := range cases {
		r := signed(t, c.key, c.secret, c.region, c.service)
		who, err := f.authenticator.Authenticate(r, []byte(testBody), "logs")
		isRefused(t, !who.Known(), err, c.reason, c.text)
		if said := fmt.Sprintf("%v %+v", err, err); strings.Contains(said, f.secret) || strings.Contains(said, string(testRoot.Secret)) {
			t.Error("a refusal tells a secret")
		}
	}
	_, err := f.authenticator.Authenticate(signed(t, f.key.ID, f.secret, "us-west-2", "iam"), []byte(testBody), "iam")
	isRefused(t, true, err, apicore.WrongSignature, "region is 'eu-west-1'")
	_, err = f.authenticator.Authenticate(signed(t, f.key.ID, "wrong", "us-east-1", "iam"), []byte(testBody), "iam")
	isRefused(t, true, err, apicore.WrongSignature, "does not match")
	unsigned := signed(t, "", "", region, "iam")
	unsigned.Header.Del("Authorization")
	_, err = f.authenticator.Authenticate(unsigned, []byte(testBody), "logs")
	isRefused(t, true, err, apicore.NotSigned, "Missing Authentication Token")
	_, err = f.authenticator.Authenticate(signed(t, "", "", region, "logs"), []byte(testBody), "logs")
	isRefused(t, true, err, apicore.IncompleteSignature, "Credential")
}

func isRefused(t *testing.T, nobody bool, err error, reason apicore.Reason, text string) {
	t.Helper()
	e, ok := errors.AsType[*apicore.Refusal](err)
	if !nobody || !ok || e.Reason != reason || !strings.Contains(e.Message, text) {
		t.Errorf("%v, want the reason %d with %q", err, reason, text)
	}
}

// TestKeysEnd shows that a change of a key counts at once, and that an inactive key is refused
// like an unknown one.
func TestKeysEnd(t *testing.T) {
	f := newFixture(t)
	verify := func() error {
		_, err := f.authenticator.verify(signed(t, f.key.ID, f.secret, region, "logs"), []byte(testBody), "logs")
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

// TestUnanswered shows that a failure of the server is not a refusal. It is an internal error
// without secrets, which the dispatcher logs.
func TestUnanswered(t *testing.T) {
	f := newFixture(t)
	other, err := iam.NewSealer(bytes.Repeat([]byte{2}, iam.SealerKeySize))
	noError(t, err)
	f.authenticator.sealer = other
	_, err = f.authenticator.Authenticate(signed(t, f.key.ID, f.secret, region, "logs"), []byte(testBody), "logs")
	internal(t, err, iam.ErrSealed)
	if text := err.Error(); !strings.Contains(text, f.key.ID) || strings.Contains(text, f.secret) {
		t.Errorf("%v does not name the key, or tells a secret", err)
	}
	r := signed(t, f.key.ID, f.secret, region, "logs")
	ctx, cancel := context.WithCancel(r.Context())
	cancel()
	_, err = f.authenticator.Authenticate(r.WithContext(ctx), []byte(testBody), "logs")
	internal(t, err, ctx.Err())
}

func internal(t *testing.T, err, want error) {
	t.Helper()
	_, answer := errors.AsType[*apicore.Refusal](err)
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

// twoRegions is a set of two regions.
type twoRegions struct{}

func (twoRegions) Serves(region string) bool { return region == "eu-west-1" || region == "us-west-2" }
func (twoRegions) Described() string         { return "regions are two" }

// TestRegionOfACall: a server has several regions. The signature's region is the region of the
// call, and policies and ARNs use it. Calls of IAM and STS may be signed for any of them or for
// the global region.
func TestRegionOfACall(t *testing.T) {
	f := newFixture(t)
	f.authenticator.regions = twoRegions{}
	for _, c := range []struct {
		region, service string
		served          bool
		requested       string // in aws:RequestedRegion
	}{
		{"eu-west-1", "cognito-idp", true, "eu-west-1"}, {"us-west-2", "cognito-idp", true, "us-west-2"}, {"us-west-2", "logs", true, "us-west-2"},
		{"us-east-1", "cognito-idp", false, ""}, {"us-east-1", "logs", false, ""}, {"ap-south-1", "iam", false, ""},
		{"us-west-2", "iam", true, "us-east-1"}, {"us-east-1", "iam", true, "us-east-1"}, {"us-west-2", "sts", true, "us-west-2"}, {"us-east-1", "sts", true, "us-east-1"},
	} {
		who, err := f.authenticator.Authenticate(signed(t, f.key.ID, f.secret, c.region, c.service), []byte(testBody), c.service)
		if !c.served {
			isRefused(t, !who.Known(), err, apicore.WrongSignature, "this server's regions are two.")
			continue
		}
		noError(t, err)
		q := &inquiry{f.authorizer(), who}
		if got := q.requestContext(c.service+":X", "*")["aws:RequestedRegion"]; who.Region != c.region || len(got) != 1 || got[0] != c.requested {
			t.Errorf("%s for %s: the call is for %s, and policies see %v", c.service, c.region, who.Region, got)
		}
		if c.service != "cognito-idp" {
			continue
		}
		about, err := f.authorizer().Authorize(t.Context(), who, cognitoapi.ListUsers.OperationInfo, &cognitoapi.ListUsersRequest{UserPoolId: pool})
		if want := "arn:aws:cognito-idp:" + c.region + ":" + account + ":userpool/" + pool; about.Resource != want {
			t.Errorf("a call for %s is about %s, %v, want %s", c.region, about.Resource, err, want)
		}
	}
}

// TestHostHints: a proxy changes the host, so the signature is wrong and the request is
// refused. A client with the right secret gets the hint in the message. For other requests
// through a proxy the log has the hint.
func TestHostHints(t *testing.T) {
	f := newFixture(t)
	f.authenticator.Hosts = proxies.Hosts{Public: "pool.example.com"}
	for name, c := range map[string]struct {
		secret, host  string
		header        string // of a proxy, "" for none
		message, hint string // parts; "" for none
	}{
		"as it was sent":                {"wrong", "pool.example.com", "", "", ""},
		"a proxy, as it was sent":       {"wrong", "pool.example.com", "X-Forwarded-For", "", ""},
		"another host":                  {f.secret, "127.0.0.1:9229", "", "valid for the host 'pool.example.com', and the request came with the host '127.0.0.1:9229'", "valid for the host"},
		"a proxy, another host":         {f.secret, "poolhouse", "Via", "proxy_set_header Host $http_host", "valid for the host"},
		"another host and secret":       {"wrong", "127.0.0.1:9229", "", "", ""},
		"a proxy, another host, secret": {"wrong", "127.0.0.1:9229", "X-Forwarded-For", "", "came through a proxy"},
	} {
		r := signed(t, f.key.ID, c.secret, region, "logs")
		r.Host = c.host
		if c.header != "" {
			r.Header.Set(c.header, "203.0.113.5")
		}
		who, err := f.authenticator.Authenticate(r, []byte(testBody), "logs")
		isRefused(t, !who.Known(), err, apicore.WrongSignature, "does not match")
		refusal, _ := errors.AsType[*apicore.Refusal](err)
		if refusal == nil || (refusal.Hint != "") != (c.hint != "") || !strings.Contains(refusal.Hint, c.hint) ||
			strings.Contains(refusal.Message, "host") != (c.message != "") || !strings.Contains(refusal.Message, c.message) {
			t.Errorf("%s: %+v", name, refusal)
		}
	}
}
