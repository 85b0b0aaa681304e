package access

import (
	"encoding/json"
	"errors"
	"testing"

	"poolhouse/internal/apicore"
)

// FuzzAbout: for any input of any operation, a user without policies is refused. Root is
// refused only an input that names no resource. Both refusals are errors of the API, not of the
// server.
func FuzzAbout(f *testing.F) {
	fixture := newFixture(f)
	operations := everyOperation(fixture.authorizer())
	for i, body := range []string{
		`{"UserPoolId":"` + pool + `"}`, `{"UserPoolId":"*","Tags":{"a":"b"},"TagKeys":["x"]}`, `{"RoleName":"../x","UserName":"a:b","Path":"/*/"}`,
		`{"LogGroupName":"/aws/cognito/*","LogStreamName":":","LogGroupIdentifier":"arn:aws:logs:x:1:log-group:y"}`, `{"ResourceArn":"arn:aws:cognito-idp:eu-west-1:1:userpool/x"}`,
		`{"RoleArn":"arn:aws:iam::999999999999:role/x","PolicyArn":"arn:aws:iam::aws:policy/x"}`, `{}`,
	} {
		f.Add(uint16(i*20), body)
	}
	noOne := Request{Identity: Identity{ARN: adaARN, Account: account, UserName: "Ada", UserID: "AIDA"}, Region: region}
	root := Request{Identity: Root(account), Region: region}
	f.Fuzz(func(t *testing.T, which uint16, body string) {
		op := operations[int(which)%len(operations)]
		if op.needs == nil || op.needs.Input == nil {
			return
		}
		in := op.needs.Input()
		if json.Unmarshal([]byte(body), in) != nil {
			return
		}
		for _, who := range []Request{noOne, root} {
			err := op.ask(who, in)
			refusal, ok := errors.AsType[*apicore.Refusal](err)
			switch {
			case err == nil && !who.IsRoot() && op.action != "sts:GetCallerIdentity":
				t.Fatalf("%s %s is allowed to a user without policies", op.action, body)
			case err != nil && !ok:
				t.Fatalf("%s %s: %v", op.action, body, err)
			case err != nil && who.IsRoot() && refusal.Reason != apicore.Invalid:
				t.Fatalf("%s %s is refused to root: %v", op.action, body, err)
			}
		}
	})
}
