package dispatch_test

import (
	"bytes"
	"net/url"
	"strings"
	"testing"

	"poolhouse/internal/awsjson"
	"poolhouse/internal/iam"
)

const listTarget = "AWSCognitoIdentityProviderService.ListUserImportJobs"

func implicit(action, resource string) string {
	return "User: " + adaARN + " is not authorized to perform: " + action + " on resource: " + resource +
		" because no identity-based policy allows the " + action + " action"
}

// TestWholeWay takes a call through all steps in both protocols.
func TestWholeWay(t *testing.T) {
	f := newFixture(t)
	list := func() string {
		pools, _ := f.handlers()
		return answer(pools, f.signed(t, "cognito-idp", awsjson.ContentType, listTarget, `{"UserPoolId":"`+pool+`","MaxResults":1}`))
	}
	user := func() string {
		_, entities := f.handlers()
		form := url.Values{"Action": {"GetUser"}, "Version": {"2010-05-08"}}.Encode()
		return answer(entities, f.signed(t, "iam", "application/x-www-form-urlencoded", "", form))
	}
	secret := f.signer.Secret
	expect := func(got string, want ...string) {
		t.Helper()
		for _, text := range want {
			if !strings.Contains(got, text) {
				t.Errorf("%s lacks %s", got, text)
			}
		}
		if strings.Contains(got+f.logged.String(), secret) || strings.Contains(got+f.logged.String(), string(testRoot.Secret)) {
			t.Error("a secret is in an answer or in the log")
		}
	}
	expect(list(), "400 ", `"AccessDeniedException"`, implicit("cognito-idp:ListUserImportJobs", poolARN))
	expect(user(), "403 ", "<Code>AccessDenied</Code>", implicit("iam:GetUser", adaARN))
	f.put(t, watcher)
	expect(list(), "200 ", `{"PaginationToken":"`+pool+`"}`)
	f.put(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetUser","Resource":"arn:aws:iam::123456789012:user/*${aws:username}"}]}`)
	expect(user(), "200 ", "<UserName>Ada</UserName>")
	expect(list(), "400 ", `"AccessDeniedException"`)
	f.signer.Secret = "guessed"
	expect(list(), "400 ", `"InvalidSignatureException"`)
	expect(user(), "403 ", "<Code>SignatureDoesNotMatch</Code>")
	f.signer.Secret = secret
	other, err := iam.NewSealer(bytes.Repeat([]byte{2}, iam.SealerKeySize))
	noError(t, err)
	f.open(t, other)
	expect(list(), "500 ", "Internal error.")
	expect(user(), "500 ", "Internal error.")
	if text := f.logged.String(); strings.Count(text, iam.ErrSealed.Error()) != 2 {
		t.Errorf("the log does not say twice why the secret cannot be opened:\n%s", text)
	}
}
