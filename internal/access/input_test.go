package access

import (
	"errors"
	"slices"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
	iamapi "poolhouse/internal/api/iam"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/apineeds"
)

// asker authorizes calls of one operation of any protocol.
type asker struct {
	action string
	needs  *apineeds.Operation
	ask    func(who Request, in any) error
}

// everyOperation returns all operations that need a signature.
func everyOperation(a *Authorizer) (list []asker) {
	for _, op := range slices.Concat(cognitoapi.Operations(), poolhouseapi.Operations(), logsapi.Operations()) {
		if op.Signed {
			list = append(list, asker{op.Target(), op.Needs, func(who Request, in any) error { return a.may(who, op, in) }})
		}
	}
	for _, op := range slices.Concat(iamapi.Operations(), stsapi.Operations()) {
		if op.Signed {
			list = append(list, asker{op.API.Service + ":" + op.Name, op.Needs, func(who Request, in any) error { return a.may(who, op, in) }})
		}
	}
	return list
}

// nameless are the kinds of resources that need no name.
var nameless = []apineeds.Kind{apineeds.Nothing, apineeds.Any, apineeds.LogGroups, apineeds.UserOrCaller,
	apineeds.Users, apineeds.Roles, apineeds.Policies, apineeds.MFADevices}

// TestCallsThatNameNothing: a call must name its resource, or a Deny statement could not be
// found. An empty input is refused, even for callers who may do everything else.
func TestCallsThatNameNothing(t *testing.T) {
	f := newFixture(t)
	f.put(t, statements(allowAll+`,{"Effect":"Deny","Action":"*","Resource":["arn:aws:cognito-idp:*","arn:aws:logs:*","arn:aws:iam:*:role/*"]}`))
	ada, root := f.verified(t, "cognito-idp"), Request{Identity: Root(account), Region: region}
	refused := 0
	for _, op := range everyOperation(f.authorizer()) {
		if op.needs == nil {
			t.Errorf("the table does not say what %s needs", op.action)
			continue
		}
		if slices.Contains(nameless, op.needs.Resource.Kind) {
			continue
		}
		refused++
		for _, who := range []Request{ada, root} {
			e, ok := errors.AsType[*apicore.Refusal](op.ask(who, op.needs.Input()))
			if !ok || e.Reason != apicore.Invalid || e.Message[:5] != "Give " {
				t.Errorf("%s without a name: %v", op.action, e)
			}
		}
	}
	if refused < 150 {
		t.Errorf("only %d operations name what they are about", refused)
	}
	err := f.authorizer().may(ada, logsapi.DescribeLogStreams.OperationInfo, &logsapi.DescribeLogStreamsRequest{})
	if err == nil || err.Error() != "Give logGroupName or logGroupIdentifier." {
		t.Error(err)
	}
}

// TestFurtherResourcesAreNamed: the resource of a further action must be named, too.
func TestFurtherResourcesAreNamed(t *testing.T) {
	f := newFixture(t)
	f.put(t, statements(allowAll+`,{"Effect":"Deny","Action":"iam:PassRole","Resource":"arn:aws:iam::123456789012:role/*"}`))
	in := &cognitoapi.CreateUserImportJobRequest{UserPoolId: pool, JobName: "j"}
	err := f.authorizer().may(f.verified(t, "cognito-idp"), cognitoapi.CreateUserImportJob.OperationInfo, in)
	if err == nil || err.Error() != "Give CloudWatchLogsRoleArn." {
		t.Errorf("no role is passed, and that is told as %v", err)
	}
}

// TestInputsOfOtherOperations: an input of another operation's type is refused, even for root.
func TestInputsOfOtherOperations(t *testing.T) {
	f := newFixture(t)
	f.put(t, statements(allowAll))
	ada, root := f.verified(t, "cognito-idp"), Request{Identity: Root(account), Region: region}
	for _, op := range everyOperation(f.authorizer()) {
		if op.needs.Resource.Name.Member == "" {
			continue
		}
		for _, in := range []any{nil, &struct{ UserPoolId, UserName, RoleName string }{"x", "x", "x"}} {
			for _, who := range []Request{ada, root} {
				err := op.ask(who, in)
				if _, answer := errors.AsType[*apicore.Refusal](err); err == nil || answer {
					t.Errorf("%s with a %T: %v", op.action, in, err)
				}
			}
		}
	}
}

// TestOperationsWithoutNeeds: an operation without an entry in the table is refused, and so is
// a kind of resource without a rule.
func TestOperationsWithoutNeeds(t *testing.T) {
	f := newFixture(t)
	f.put(t, statements(allowAll))
	ada, root := f.verified(t, "cognito-idp"), Request{Identity: Root(account), Region: region}
	json, query := cognitoapi.ListUserPools.OperationInfo, iamapi.ListUsers.OperationInfo
	json.Needs, query.Needs = nil, nil
	for _, who := range []Request{ada, root} {
		for _, err := range []error{
			f.authorizer().may(who, json, &cognitoapi.ListUserPoolsRequest{}),
			f.authorizer().may(who, query, &iamapi.ListUsersRequest{}),
		} {
			if !errors.Is(err, errNoNeeds) {
				t.Errorf("an operation that says nothing: %v", err)
			}
		}
		json.Needs = &apineeds.Operation{Resource: apineeds.Resource{Kind: "unheard-of", Name: cognitoapi.ListUsers.Needs.Resource.Name}}
		if err := f.authorizer().may(who, json, &cognitoapi.ListUsersRequest{UserPoolId: "x"}); err == nil {
			t.Error("a kind of resource that is not known is allowed")
		}
		json.Needs = nil
	}
}
