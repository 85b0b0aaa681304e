package service

import (
	"errors"
	"fmt"
	"strings"

	"poolhouse/internal/apicore"
	"poolhouse/internal/apineeds"
	"poolhouse/internal/awsarn"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/resultlog"
	"poolhouse/internal/userpool"
)

// CheckRegion refuses a call that names a user pool of another region, or the log group of one. In the
// call's region that pool does not exist, even if the other region has it. CheckRegion is asked about
// every operation; the operation's table says what its input names. An unsigned call has the
// region of what it names.
func CheckRegion(call *dispatch.Call, input any) error {
	region, needs := call.From.Region, call.Operation.Needs
	if region == "" || needs == nil {
		return nil
	}
	named, err := needs.Resource.Of(input)
	if missing, ok := errors.AsType[*apineeds.MissingError](err); ok {
		return &apicore.Refusal{Reason: apicore.Invalid, Message: missing.Error()}
	}
	if err != nil {
		return err
	}
	switch named.Kind {
	case apineeds.UserPool:
		return poolHere(region, named.Name)
	case apineeds.ARN:
		return arnHere(region, named.Name)
	case apineeds.LogGroup:
		if !groupHere(region, named.Name) || !groupHere(region, named.Identifier) {
			return NoLogGroup()
		}
		return nil
	case apineeds.Nothing, apineeds.Any, apineeds.LogGroups,
		apineeds.User, apineeds.UserOrCaller, apineeds.NewUser, apineeds.MovedUser, apineeds.Role, apineeds.NewRole,
		apineeds.RoleARN, apineeds.TrustingRole, apineeds.Policy, apineeds.NewPolicy,
		apineeds.Users, apineeds.Roles, apineeds.Policies, apineeds.MFADevices, apineeds.AccessKey: // IAM has no regions
		return nil
	}
	return fmt.Errorf("service: there is no rule for the region of resources of the kind %q", named.Kind)
}

func poolHere(region, id string) error {
	if userpool.RegionOf(id) == region {
		return nil
	}
	return userpool.NoPool(id)
}

// arnHere checks the ARN of a user pool, which names its region twice. The operation handles
// any other ARN.
func arnHere(region, arn string) error {
	a, ok := awsarn.Parse(arn)
	id, isPool := strings.CutPrefix(a.Resource, "userpool/")
	if !ok || a.Service != "cognito-idp" || !isPool {
		return nil
	}
	if a.Region != region {
		return userpool.NoPool(id)
	}
	return poolHere(region, id)
}

// groupHere reports whether a log group, by name or ARN, can be in the region. An unknown name
// counts as being in every region.
func groupHere(region, identifier string) bool {
	name := identifier
	if a, ok := awsarn.Parse(identifier); ok && a.Service == "logs" {
		if a.Region != region {
			return false
		}
		name = strings.TrimPrefix(a.Resource, "log-group:")
	}
	id := resultlog.PoolOf(name)
	return id == "" || userpool.RegionOf(id) == region
}

// NoLogGroup is CloudWatch Logs' refusal for a log group that does not exist.
func NoLogGroup() error {
	return userpool.Errorf(userpool.ResourceNotFound, "The specified log group does not exist.")
}
