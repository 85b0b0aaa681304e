package service

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"poolhouse/internal/api"
	"poolhouse/internal/userpool"
)

// poolRequest is what CreateUserPool and UpdateUserPool have in common and a
// rule of the domain reads.
type poolRequest struct {
	Policies                    *api.UserPoolPolicyType
	DeletionProtection          api.DeletionProtectionType
	AutoVerifiedAttributes      []string
	MfaConfiguration            api.UserPoolMfaType
	UserPoolTags                map[string]string
	UserPoolTier                api.UserPoolTierType
	AdminCreateUserConfig       *api.AdminCreateUserConfigType
	UserAttributeUpdateSettings *struct{ AttributesRequireVerificationBeforeUpdate []string }
}

// poolSettings is what they have in common and this server keeps and returns
// as it is.
type poolSettings struct {
	LambdaConfig                *api.LambdaConfigType                `json:",omitzero"`
	SmsVerificationMessage      string                               `json:",omitzero"`
	EmailVerificationMessage    string                               `json:",omitzero"`
	EmailVerificationSubject    string                               `json:",omitzero"`
	VerificationMessageTemplate *api.VerificationMessageTemplateType `json:",omitzero"`
	SmsAuthenticationMessage    string                               `json:",omitzero"`
	UserAttributeUpdateSettings *api.UserAttributeUpdateSettingsType `json:",omitzero"`
	DeviceConfiguration         *api.DeviceConfigurationType         `json:",omitzero"`
	EmailConfiguration          *api.EmailConfigurationType          `json:",omitzero"`
	SmsConfiguration            *api.SmsConfigurationType            `json:",omitzero"`
	AdminCreateUserConfig       *api.AdminCreateUserConfigType       `json:",omitzero"`
	UserPoolAddOns              *api.UserPoolAddOnsType              `json:",omitzero"`
	AccountRecoverySetting      *api.AccountRecoverySettingType      `json:",omitzero"`
	KeyConfiguration            *api.KeyConfigurationType            `json:",omitzero"`
	IssuerConfiguration         *api.IssuerConfigurationType         `json:",omitzero"`
}

// configure sets what a request to create or update a pool asks for, and the
// defaults for what it leaves out.
func configure(p *userpool.UserPool, in any) error {
	r, err := convert[poolRequest](in)
	if err != nil {
		return err
	}
	p.AutoVerified = r.AutoVerifiedAttributes
	p.MFA = userpool.MFA(valueOrText(string(r.MfaConfiguration), string(userpool.MFAOff)))
	p.Tier = valueOrText(string(r.UserPoolTier), string(api.UserPoolTierTypeEssentials))
	p.DeletionProtected = r.DeletionProtection == api.DeletionProtectionTypeActive
	if p.Tags, err = tags(r.UserPoolTags); err != nil {
		return err
	}
	if err := setPolicies(p, &r); err != nil {
		return err
	}
	for _, a := range value(r.UserAttributeUpdateSettings).AttributesRequireVerificationBeforeUpdate {
		if !p.AutoVerifies(a) {
			return userpool.Errorf(userpool.InvalidParameter,
				"AttributesRequireVerificationBeforeUpdate has %s, which must be in AutoVerifiedAttributes as well.", a)
		}
	}
	settings, err := convert[poolSettings](in)
	if err != nil {
		return err
	}
	p.Settings, err = json.Marshal(settings)
	return err
}

func setPolicies(p *userpool.UserPool, r *poolRequest) error {
	policies := value(r.Policies)
	p.PasswordPolicy = userpool.DefaultPasswordPolicy()
	p.FirstFactors = []string{userpool.FactorPassword}
	p.UnusedAccountDays = 7
	given := policies.PasswordPolicy
	if given != nil {
		p.PasswordPolicy = userpool.PasswordPolicy{
			MinimumLength:    valueOr(given.MinimumLength, p.PasswordPolicy.MinimumLength),
			RequireUppercase: value(given.RequireUppercase), RequireLowercase: value(given.RequireLowercase),
			RequireNumbers: value(given.RequireNumbers), RequireSymbols: value(given.RequireSymbols),
			HistorySize:   value(given.PasswordHistorySize),
			TemporaryDays: valueOr(given.TemporaryPasswordValidityDays, p.PasswordPolicy.TemporaryDays),
		}
	}
	if policies.SignInPolicy != nil && policies.SignInPolicy.AllowedFirstAuthFactors != nil {
		p.FirstFactors = strs(policies.SignInPolicy.AllowedFirstAuthFactors)
	}
	if err := checkFirstFactors(p); err != nil {
		return err
	}
	admin := value(r.AdminCreateUserConfig)
	p.AdminCreateUserOnly = value(admin.AllowAdminCreateUserOnly)
	if days := admin.UnusedAccountValidityDays; days != nil && *days != 0 {
		if given != nil && given.TemporaryPasswordValidityDays != nil && *given.TemporaryPasswordValidityDays != *days {
			return userpool.Errorf(userpool.InvalidParameter,
				"Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays")
		}
		p.PasswordPolicy.TemporaryDays = *days
	}
	p.UnusedAccountDays = p.PasswordPolicy.TemporaryDays
	return nil
}

func checkFirstFactors(p *userpool.UserPool) error {
	switch {
	case !slices.Contains(p.FirstFactors, userpool.FactorPassword):
		return userpool.Errorf(userpool.InvalidParameter, "AllowedFirstAuthFactors must contain PASSWORD.")
	case len(p.FirstFactors) > 1 && p.Tier == string(api.UserPoolTierTypeLite):
		return userpool.Errorf(userpool.FeatureUnavailable,
			"The user pool's tier LITE has no passwordless sign-in: set UserPoolTier to ESSENTIALS or PLUS, or allow PASSWORD only.")
	}
	return nil
}

func valueOrText(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// tags applies the rules for tags that the model does not state.
func tags(given map[string]string) (userpool.Tags, error) {
	const most = 50
	if len(given) > most {
		return nil, userpool.Errorf(userpool.TaggingRefused, "A user pool can have %d tags at most.", most)
	}
	for key, v := range given {
		switch {
		case strings.HasPrefix(strings.ToLower(key), "aws:"):
			return nil, userpool.Errorf(userpool.TaggingRefused, "The tag key %s begins with aws:, which is reserved.", key)
		case utf8.RuneCountInString(key) > 128, utf8.RuneCountInString(v) > 256:
			return nil, userpool.Errorf(userpool.TaggingRefused, "A tag's key can have 128 characters at most, its value 256.")
		}
	}
	return given, nil
}

// userPool tells of a pool. Settings that were not given are left out, save
// those for which the real service answers a default.
func userPool(p *userpool.UserPool) (*api.UserPoolType, error) {
	out, err := convert[api.UserPoolType](p.Settings)
	if err != nil {
		return nil, err
	}
	out.Id, out.Name, out.Arn = p.ID, p.Name, p.ARN
	out.CreationDate, out.LastModifiedDate = timestamp(p.Created), timestamp(p.Modified)
	out.SchemaAttributes = wireSchema(p.Schema)
	out.AutoVerifiedAttributes = enums[api.VerifiedAttributeType](p.AutoVerified)
	out.AliasAttributes = enums[api.AliasAttributeType](p.AliasAttributes)
	out.UsernameAttributes = enums[api.UsernameAttributeType](p.UsernameAttributes)
	if p.UsernameConfigured {
		out.UsernameConfiguration = &api.UsernameConfigurationType{CaseSensitive: !p.CaseInsensitive}
	}
	out.Policies = wirePolicies(p)
	out.MfaConfiguration = api.UserPoolMfaType(p.MFA)
	out.UserPoolTier = api.UserPoolTierType(p.Tier)
	out.EstimatedNumberOfUsers = new(int32(p.Users))
	out.DeletionProtection = api.DeletionProtectionTypeInactive
	if p.DeletionProtected {
		out.DeletionProtection = api.DeletionProtectionTypeActive
	}
	out.UserPoolTags = p.Tags
	fillDefaults(p, &out)
	return &out, nil
}

func wirePolicies(p *userpool.UserPool) *api.UserPoolPolicyType {
	policy := p.PasswordPolicy
	password := &api.PasswordPolicyType{
		MinimumLength: &policy.MinimumLength, RequireUppercase: &policy.RequireUppercase,
		RequireLowercase: &policy.RequireLowercase, RequireNumbers: &policy.RequireNumbers,
		RequireSymbols: &policy.RequireSymbols, TemporaryPasswordValidityDays: &policy.TemporaryDays,
	}
	if policy.HistorySize > 0 {
		password.PasswordHistorySize = &policy.HistorySize
	}
	return &api.UserPoolPolicyType{
		PasswordPolicy: password,
		SignInPolicy:   &api.SignInPolicyType{AllowedFirstAuthFactors: enums[api.AuthFactorType](p.FirstFactors)},
	}
}

func fillDefaults(p *userpool.UserPool, out *api.UserPoolType) {
	if out.LambdaConfig == nil {
		out.LambdaConfig = new(api.LambdaConfigType)
	}
	if out.UserPoolTags == nil {
		out.UserPoolTags = map[string]string{}
	}
	if out.EmailConfiguration == nil {
		out.EmailConfiguration = new(api.EmailConfigurationType)
	}
	if out.EmailConfiguration.EmailSendingAccount == "" {
		out.EmailConfiguration.EmailSendingAccount = api.EmailSendingAccountTypeCognitoDefault
	}
	if out.VerificationMessageTemplate == nil {
		out.VerificationMessageTemplate = new(api.VerificationMessageTemplateType)
	}
	if out.VerificationMessageTemplate.DefaultEmailOption == "" {
		out.VerificationMessageTemplate.DefaultEmailOption = api.DefaultEmailOptionTypeConfirmWithCode
	}
	if out.AdminCreateUserConfig == nil {
		out.AdminCreateUserConfig = new(api.AdminCreateUserConfigType)
	}
	out.AdminCreateUserConfig.AllowAdminCreateUserOnly = &p.AdminCreateUserOnly
	out.AdminCreateUserConfig.UnusedAccountValidityDays = &p.UnusedAccountDays
}
