package cognitoservice_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPinnedPoolID(t *testing.T) {
	f := newFixture(t)
	for tag, id := range map[string]string{"poolhouse:pool-id": "us-east-1_local1", "_custom_id_": "us-east-1_A", "ms-custom-id": "us-east-1_" + strings.Repeat("9", 45)} {
		tags := object{tag: id, "team": "blue"}
		out := f.Do("CreateUserPool", object{"PoolName": "people", "UserPoolTags": tags})["UserPool"].(object)
		if out["Id"] != id || out["Arn"] != "arn:aws:cognito-idp:us-east-1:000000000000:userpool/"+id || !cmp.Equal(out["UserPoolTags"], tags) {
			t.Errorf("%s: %v", tag, out)
		}
		if got := f.described(id); got["Name"] != "people" {
			t.Errorf("%s: described as %v", id, got)
		}
		f.Refused("CreateUserPool", object{"PoolName": "other", "UserPoolTags": tags}, "InvalidParameterException", "There is a user pool "+id+" already.")
		f.Do("UpdateUserPool", object{"UserPoolId": id, "UserPoolTags": object{tag: "us-east-1_other"}}) // has an effect at creation only
		f.Do("DeleteUserPool", object{"UserPoolId": id})
		f.Do("CreateUserPool", object{"PoolName": "again", "UserPoolTags": tags})
	}
	for _, id := range []string{"", "local1", "us-east-1", "us-east-1_", "us-east-1_a_b", "us-east-1_a-b", "us-east-1_é", "eu-west-1_local1", "US-EAST-1_a",
		" us-east-1_a", "us-east-1_a/../b", "us-east-1_" + strings.Repeat("9", 46)} {
		for _, tag := range []string{"poolhouse:pool-id", "_custom_id_", "ms-custom-id"} {
			f.Refused("CreateUserPool", object{"PoolName": "x", "UserPoolTags": object{tag: id}}, "InvalidParameterException", "The tag "+tag+" gives the user pool its id")
		}
	}
	f.Do("CreateUserPool", object{"PoolName": "x", "UserPoolTags": object{"poolhouse:pool-id": "us-east-1_same", "_custom_id_": "us-east-1_same"}})
	f.Refused("CreateUserPool", object{"PoolName": "x", "UserPoolTags": object{"poolhouse:pool-id": "us-east-1_one", "ms-custom-id": "us-east-1_two"}},
		"InvalidParameterException", "two ids, us-east-1_one and us-east-1_two")
}

func TestPinnedClient(t *testing.T) {
	f := newFixture(t)
	pool, other := f.Pool(nil), f.Pool(nil)
	const secret = "a_secret_of_the_owners_own_choice"
	urls := []any{"https://example.com/out", "poolhouse:client-id=web+1", "poolhouse:client-secret=" + secret}
	in := object{"UserPoolId": pool, "ClientName": "web", "LogoutURLs": urls}
	created := f.Do("CreateUserPoolClient", in)["UserPoolClient"].(object)
	if created["ClientId"] != "web+1" || created["ClientSecret"] != secret || !cmp.Equal(created["LogoutURLs"], any(urls)) {
		t.Errorf("created %v", created)
	}
	key := object{"UserPoolId": pool, "ClientId": "web+1"}
	if diff := cmp.Diff(created, f.Do("DescribeUserPoolClient", key)["UserPoolClient"]); diff != "" {
		t.Errorf("described otherwise:\n%s", diff)
	}
	for _, pool := range []string{pool, other} {
		in["UserPoolId"] = pool
		f.Refused("CreateUserPoolClient", in, "InvalidParameterException", "There is an app client web+1 already.")
	}
	f.Do("UpdateUserPoolClient", with(key, object{"LogoutURLs": urls}))
	for _, tt := range []struct{ url, text string }{
		{"poolhouse:client-id=web2", "an update cannot change it"}, {"poolhouse:client-secret=" + strings.Repeat("x", 33), "an update cannot change it"},
	} {
		f.Refused("UpdateUserPoolClient", with(key, object{"LogoutURLs": []any{tt.url}}), "InvalidParameterException", tt.text)
	}
	f.Do("UpdateUserPoolClient", key)
	if got := f.Do("DescribeUserPoolClient", key)["UserPoolClient"].(object); got["ClientSecret"] != secret {
		t.Errorf("an update without the entries changed the secret: %v", got)
	}
	f.Do("DeleteUserPoolClient", key)
	if got := f.Do("CreateUserPoolClient", in)["UserPoolClient"].(object); got["ClientId"] != "web+1" || got["UserPoolId"] != other {
		t.Errorf("made anew as %v", got)
	}
}

// TestWrongPins: each error says what is wrong, and none has a secret.
func TestWrongPins(t *testing.T) {
	f := newFixture(t)
	pool := f.Pool(nil)
	pins := func(urls ...any) object { return object{"LogoutURLs": urls} }
	for _, tt := range []struct {
		in   object
		text string
	}{
		{pins("poolhouse:client-id="), "1 to 128"}, {pins("poolhouse:client-id=a-b"), "letters, digits, underscores and plus signs"}, {pins("poolhouse:client-id=" + strings.Repeat("x", 129)), "1 to 128"},
		{pins("poolhouse:client-secret=hunter2"), "24 to 64"}, {pins("poolhouse:client-secret=hunter2" + strings.Repeat("x", 58)), "24 to 64"},
		{pins("poolhouse:client-secret=hunter2!hunter2!hunter2!hunter2"), "letters, digits, underscores and plus signs"},
		{pins("poolhouse:client-id=a", "poolhouse:client-id=a"), "twice"}, {pins("poolhouse:client=hunter2"), "pins nothing"}, {pins("poolhouse://client-id=hunter2"), "pins nothing"},
		{pins("PoolHouse:Client-ID=hunter2"), "pins nothing"},
		{object{"CallbackURLs": []any{"poolhouse:client-id=a"}}, "belongs in LogoutURLs"},
		{with(pins("poolhouse:client-secret="+strings.Repeat("hunter2", 4)), object{"GenerateSecret": true}), "cannot be used together"},
		{with(pins("poolhouse:client-secret="+strings.Repeat("hunter2", 4)), object{"ClientSecret": strings.Repeat("x", 24)}), "cannot be used together"},
	} {
		in := with(object{"UserPoolId": pool, "ClientName": "x"}, tt.in)
		f.Refused("CreateUserPoolClient", in, "InvalidParameterException", tt.text)
		if _, _, message := f.Try("CreateUserPoolClient", in); strings.Contains(message, "hunter2") {
			t.Errorf("%v: the message repeats the secret: %s", tt.in, message)
		}
	}
}
