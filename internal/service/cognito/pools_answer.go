package cognitoservice

import (
	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// userPool returns a pool in the API's form.
func userPool(p *userpool.UserPool) *cognitoapi.UserPoolType {
	out := &cognitoapi.UserPoolType{
		UserPoolSettings: wirePoolSettings(p),
		Id:               p.ID, Name: p.Name, Arn: p.ARN, CreationDate: service.Timestamp(p.Created), LastModifiedDate: service.Timestamp(p.Modified),
		SchemaAttributes:       wireSchema(p.Schema),
		AliasAttributes:        service.Enums[cognitoapi.AliasAttributeType](p.AliasAttributes),
		UsernameAttributes:     service.Enums[cognitoapi.UsernameAttributeType](p.UsernameAttributes),
		EstimatedNumberOfUsers: new(int32(p.Users)),
	}
	if p.UsernameConfigured {
		out.UsernameConfiguration = &cognitoapi.UsernameConfigurationType{CaseSensitive: !p.CaseInsensitive}
	}
	return out
}

func wirePolicies(p *userpool.UserPool) *cognitoapi.UserPoolPolicyType {
	policy := p.PasswordPolicy
	password := &cognitoapi.PasswordPolicyType{
		MinimumLength: &policy.MinimumLength, RequireUppercase: &policy.RequireUppercase,
		RequireLowercase: &policy.RequireLowercase, RequireNumbers: &policy.RequireNumbers,
		RequireSymbols: &policy.RequireSymbols, TemporaryPasswordValidityDays: &policy.TemporaryDays,
	}
	if policy.HistorySize > 0 {
		password.PasswordHistorySize = &policy.HistorySize
	}
	return &cognitoapi.UserPoolPolicyType{
		PasswordPolicy: password,
		SignInPolicy:   &cognitoapi.SignInPolicyType{AllowedFirstAuthFactors: service.Enums[cognitoapi.AuthFactorType](p.FirstFactors)},
	}
}
