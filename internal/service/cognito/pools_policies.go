package cognitoservice

import (
	"slices"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// setPolicies sets the policies that a request has. The others stay unchanged.
func setPolicies(p *userpool.UserPool, in *cognitoapi.UserPoolSettings) error {
	policies := service.Value(in.Policies)
	if policies.PasswordPolicy != nil {
		p.PasswordPolicy = passwordPolicy(policies.PasswordPolicy)
	}
	if policies.SignInPolicy != nil && policies.SignInPolicy.AllowedFirstAuthFactors != nil {
		p.FirstFactors = service.Strings(policies.SignInPolicy.AllowedFirstAuthFactors)
	}
	admin := service.Value(in.AdminCreateUserConfig)
	p.AdminCreateUserOnly = service.Value(admin.AllowAdminCreateUserOnly)
	// The older name of TemporaryPasswordValidityDays takes precedence.
	if days := service.Value(admin.UnusedAccountValidityDays); days != 0 {
		if newer := service.Value(service.Value(policies.PasswordPolicy).TemporaryPasswordValidityDays); newer != 0 && newer != days {
			return userpool.Errorf(userpool.InvalidParameter,
				"Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
		}
		p.PasswordPolicy.TemporaryDays = days
	}
	p.UnusedAccountDays = p.PasswordPolicy.TemporaryDays
	return nil
}

// passwordPolicy reads a policy. Members that it leaves out require nothing.
func passwordPolicy(in *cognitoapi.PasswordPolicyType) userpool.PasswordPolicy {
	out := userpool.PasswordPolicy{
		MinimumLength:    service.ValueOr(in.MinimumLength, userpool.DefaultPasswordPolicy().MinimumLength),
		RequireUppercase: service.Value(in.RequireUppercase), RequireLowercase: service.Value(in.RequireLowercase),
		RequireNumbers: service.Value(in.RequireNumbers), RequireSymbols: service.Value(in.RequireSymbols),
		HistorySize: service.Value(in.PasswordHistorySize), TemporaryDays: service.Value(in.TemporaryPasswordValidityDays),
	}
	if out.TemporaryDays == 0 { // 0 means the default (API Reference, PasswordPolicyType)
		out.TemporaryDays = userpool.DefaultPasswordPolicy().TemporaryDays
	}
	return out
}

// checkTier refuses features of dearer tiers. Here all tiers cost the same, but a pool must not
// do what its owner's pools at Amazon cannot do.
func checkTier(p *userpool.UserPool) error {
	const remedy = "Set UserPoolTier to ESSENTIALS or PLUS."
	switch {
	case p.Tier != string(cognitoapi.UserPoolTierTypeLite):
		return nil
	case slices.ContainsFunc(p.FirstFactors, func(f string) bool { return f != userpool.FactorPassword }):
		return userpool.Errorf(userpool.FeatureUnavailable, "AllowedFirstAuthFactors other than PASSWORD are not available in the LITE tier. %s", remedy)
	case p.PasswordPolicy.HistorySize > 0:
		return userpool.Errorf(userpool.FeatureUnavailable, "PasswordHistorySize is not available in the LITE tier. %s", remedy)
	}
	return nil
}

// checkFirstFactors applies the rules for first factors. The second message is the real
// service's.
func checkFirstFactors(p *userpool.UserPool) error {
	has := func(factor string) bool { return slices.Contains(p.FirstFactors, factor) }
	switch {
	case !has(userpool.FactorPassword):
		return userpool.Errorf(userpool.InvalidParameter, "AllowedFirstAuthFactors must contain PASSWORD.")
	case p.MFA == userpool.MFAOn && (has(userpool.FactorEmailOTP) || has(userpool.FactorSMSOTP)):
		return userpool.Errorf(userpool.InvalidParameter,
			"Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled")
	}
	return nil
}
