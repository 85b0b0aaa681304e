package cognitoservice

import (
	"cmp"
	"context"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/apicore"
	"poolhouse/internal/dispatch"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// maxPools is the most user pools of a region ("Quotas in Amazon Cognito").
const maxPools = 1000

func (s *Service) registerPools(d *dispatch.Dispatcher) {
	dispatch.HandleCall(d, cognitoapi.CreateUserPool, s.createUserPool)
	dispatch.Handle(d, cognitoapi.DescribeUserPool, s.describeUserPool)
	dispatch.Handle(d, cognitoapi.UpdateUserPool, s.updateUserPool)
	dispatch.Handle(d, cognitoapi.DeleteUserPool, s.deleteUserPool)
	dispatch.HandleCall(d, cognitoapi.ListUserPools, s.listUserPools)
	dispatch.Handle(d, cognitoapi.AddCustomAttributes, s.addCustomAttributes)
	dispatch.Handle(d, cognitoapi.GetUserPoolMfaConfig, s.getUserPoolMfaConfig)
	dispatch.Handle(d, cognitoapi.SetUserPoolMfaConfig, s.setUserPoolMfaConfig)
}

func (s *Service) createUserPool(ctx context.Context, call *dispatch.Call, in *cognitoapi.CreateUserPoolRequest) (*cognitoapi.CreateUserPoolResponse, error) {
	p, err := newUserPool(call, in)
	if err != nil {
		return nil, err
	}
	changes, err := schemaAttributes(in.Schema)
	if err != nil {
		return nil, err
	}
	if p.Schema, err = userpool.StandardSchema().With(changes); err != nil {
		return nil, err
	}
	if err := checkSignInNames(p); err != nil {
		return nil, err
	}
	if err := configure(p, &in.UserPoolSettings); err != nil {
		return nil, err
	}
	if err := s.Store.CreatePool(ctx, p, maxPools); err != nil {
		return nil, err
	}
	return &cognitoapi.CreateUserPoolResponse{UserPool: userPool(p)}, nil
}

// newUserPool returns a pool of the call's region. It sets what creation fixes, and the
// defaults of settings that an update keeps.
func newUserPool(call *dispatch.Call, in *cognitoapi.CreateUserPoolRequest) (*userpool.UserPool, error) {
	pinned, err := pinnedPoolID(call.From.Region, in.UserPoolTags)
	if err != nil {
		return nil, err
	}
	now := wallClock()
	p := &userpool.UserPool{
		ID: cmp.Or(pinned, call.From.Region+"_"+randomText(9, digits+lowerLetters+upperLetters)), Name: in.PoolName, Created: now, Modified: now,
		UsernameAttributes: service.Strings(in.UsernameAttributes), AliasAttributes: service.Strings(in.AliasAttributes),
		PasswordPolicy: userpool.DefaultPasswordPolicy(), FirstFactors: []string{userpool.FactorPassword},
		MFA: userpool.MFAOff, Tier: string(cognitoapi.UserPoolTierTypeEssentials),
	}
	p.ARN = poolARN(call, p.ID)
	if in.UsernameConfiguration != nil {
		p.UsernameConfigured, p.CaseInsensitive = true, !in.UsernameConfiguration.CaseSensitive
	}
	return p, nil
}

// checkSignInNames applies the rules for users' sign-in names (Developer Guide, customizing
// sign-in attributes).
func checkSignInNames(p *userpool.UserPool) error {
	if len(p.UsernameAttributes) > 0 && len(p.AliasAttributes) > 0 {
		return userpool.Errorf(userpool.InvalidParameter, "Only one of the aliasAttributes or usernameAttributes can be set in a user pool.")
	}
	for _, alias := range p.AliasAttributes {
		if a, _ := p.Schema.Find(alias); alias == "preferred_username" && a.Required {
			return userpool.Errorf(userpool.InvalidParameter, "preferred_username cannot be both a required attribute and an alias.")
		}
	}
	return nil
}

func (s *Service) describeUserPool(ctx context.Context, in *cognitoapi.DescribeUserPoolRequest) (*cognitoapi.DescribeUserPoolResponse, error) {
	p, err := s.Store.Pool(ctx, in.UserPoolId)
	if err != nil {
		return nil, err
	}
	return &cognitoapi.DescribeUserPoolResponse{UserPool: userPool(p)}, nil
}

func (s *Service) updateUserPool(ctx context.Context, in *cognitoapi.UpdateUserPoolRequest) (*cognitoapi.UpdateUserPoolResponse, error) {
	_, err := s.Store.UpdatePool(ctx, in.UserPoolId, func(p *userpool.UserPool, importing bool) error {
		if err := refuseWhileImporting(p, importing); err != nil {
			return err
		}
		// Observed on the real service: SetUserPoolMfaConfig can turn MFA on, UpdateUserPool
		// cannot.
		if in.MfaConfiguration == cognitoapi.UserPoolMfaTypeOn && p.MFA != userpool.MFAOn {
			return userpool.Errorf(userpool.InvalidParameter, "Cannot turn MFA functionality ON, once the user pool has been created.")
		}
		if in.PoolName != "" {
			p.Name = in.PoolName
		}
		p.Modified = wallClock()
		return configure(p, &in.UserPoolSettings)
	})
	return nil, err
}

// refuseWhileImporting refuses to change what a running import relies on (API Reference:
// UserImportInProgressException).
func refuseWhileImporting(p *userpool.UserPool, importing bool) error {
	if !importing {
		return nil
	}
	return userpool.Errorf(userpool.ImportInProgress,
		"User pool %s has an active import job: wait for its end, or stop it.", p.ID)
}

func (s *Service) deleteUserPool(ctx context.Context, in *cognitoapi.DeleteUserPoolRequest) (*apicore.Empty, error) {
	err := s.Store.DeletePool(ctx, in.UserPoolId, func(p *userpool.UserPool, importing bool) error {
		if p.DeletionProtected {
			return userpool.Errorf(userpool.InvalidParameter,
				"The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
		}
		return refuseWhileImporting(p, importing)
	})
	if err != nil {
		return nil, err
	}
	s.Engine.Wake() // which deletes the pool's remains
	return nil, nil
}
