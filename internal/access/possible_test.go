package access

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
)

// TestPossible: what Possible refuses, Authorize refuses with every input. Possible refuses
// nothing that policies allow on some resource.
func TestPossible(t *testing.T) {
	deny := `{"Effect":"Deny","Action":"*","Resource":"*"}`
	for policy, want := range map[string]string{
		"":                                "none",
		watcher:                           "DescribeUserImportJob ListUserImportJobs",
		statements(allowAll):              "all",
		statements(allowAll + "," + deny): "all", // the input's names decide
		statements(deny):                  "none",
	} {
		f := newFixture(t)
		if policy != "" {
			f.put(t, policy)
		}
		who, a := f.verified(t, "cognito-idp"), f.authorizer()
		var possible []string
		for _, op := range cognitoapi.Operations() {
			if !op.Signed {
				continue
			}
			err := a.Possible(t.Context(), who, op)
			if err == nil {
				possible = append(possible, op.Name)
				continue
			}
			refused := a.may(who, op, inputOf(op.Needs, map[string]string{"UserPoolId": pool, "ResourceArn": poolARN}))
			if refused == nil {
				t.Errorf("%s is refused too early", op.Name)
				continue
			}
			if said := message(t, err); said != implicit("cognito-idp:"+op.Name, "*") && (len(op.Needs.Members()) > 0 || said != message(t, refused)) {
				t.Errorf("%s: %s", op.Name, said)
			}
			if err := a.Possible(t.Context(), Request{Identity: Root(account), Region: region}, op); err != nil {
				t.Errorf("%s by root: %v", op.Name, err)
			}
		}
		got := strings.Join(possible, " ")
		if want == "none" && got != "" || want == "all" && len(possible) < 90 || want != "none" && want != "all" && got != want {
			t.Errorf("%s: possible are %s", policy, got)
		}
	}
	f := newFixture(t)
	who, a := f.verified(t, "sts"), f.authorizer()
	for _, op := range []apicore.OperationInfo{stsapi.GetCallerIdentity.OperationInfo, stsapi.AssumeRole.OperationInfo} {
		if err := a.Possible(t.Context(), who, op); err != nil { // a trust policy may allow it
			t.Errorf("%s: %v", op.Name, err)
		}
	}
}

// TestManyTags: a call with more tags than a resource can have is refused before the policies
// are evaluated.
func TestManyTags(t *testing.T) {
	f := newFixture(t)
	f.put(t, statements(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"ForAllValues:StringLike":{"aws:TagKeys":"k*"}}}`))
	a := f.authorizer()
	for _, n := range []int{50, 51} {
		tags, keys, entries := map[string]string{}, []string{}, []iamapi.Tag{}
		for i := range n {
			key := fmt.Sprintf("k%d", i)
			tags[key], keys, entries = "v", append(keys, key), append(entries, iamapi.Tag{Key: key, Value: "v"})
		}
		creation := &cognitoapi.CreateUserPoolRequest{}
		creation.UserPoolTags = tags
		for name, err := range map[string]error{
			"CreateUserPool": a.may(f.verified(t, "cognito-idp"), cognitoapi.CreateUserPool.OperationInfo, creation),
			"TagResource":    a.may(f.verified(t, "cognito-idp"), cognitoapi.TagResource.OperationInfo, &cognitoapi.TagResourceRequest{ResourceArn: poolARN, Tags: tags}),
			"UntagResource":  a.may(f.verified(t, "cognito-idp"), cognitoapi.UntagResource.OperationInfo, &cognitoapi.UntagResourceRequest{ResourceArn: poolARN, TagKeys: keys}),
			"TagUser":        a.may(f.verified(t, "iam"), iamapi.TagUser.OperationInfo, &iamapi.TagUserRequest{UserName: "Ada", Tags: entries}),
		} {
			refusal, ok := errors.AsType[*apicore.Refusal](err)
			if n <= 50 && err != nil || n > 50 && (!ok || refusal.Reason != apicore.Invalid || !strings.Contains(refusal.Message, "51 tags")) {
				t.Errorf("%s with %d tags: %v", name, n, err)
			}
		}
	}
}

// TestPossibleByAnotherAction: an operation that needs another action than its own is possible
// for callers with that action only.
func TestPossibleByAnotherAction(t *testing.T) {
	tried := 0
	for _, op := range poolhouseapi.Operations() {
		if op.Needs.Action == "" {
			continue
		}
		tried++
		for action, possible := range map[string]bool{op.Needs.Action: true, op.Action(): false} {
			f := newFixture(t)
			f.put(t, statements(`{"Effect":"Allow","Action":"`+action+`","Resource":"*"}`))
			if err := f.authorizer().Possible(t.Context(), f.verified(t, "cognito-idp"), op); (err == nil) != possible {
				t.Errorf("%s by who may %s: %v", op.Action(), action, err)
			}
		}
	}
	if tried == 0 {
		t.Error("no operation needs another action")
	}
}
