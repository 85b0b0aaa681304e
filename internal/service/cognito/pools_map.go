package cognitoservice

import (
	"cmp"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// poolSettings returns those settings of a request that no rule reads. apply sets the others.
func poolSettings(in *cognitoapi.UserPoolSettings) userpool.PoolSettings {
	return userpool.PoolSettings{
		Triggers:                 triggers(service.Value(in.LambdaConfig)),
		SMSVerificationMessage:   in.SmsVerificationMessage,
		EmailVerificationMessage: in.EmailVerificationMessage,
		EmailVerificationSubject: in.EmailVerificationSubject,
		VerificationTemplate:     verificationTemplate(service.Value(in.VerificationMessageTemplate)),
		SMSAuthenticationMessage: in.SmsAuthenticationMessage,
		Invitation:               (*userpool.MessageTemplate)(service.Value(in.AdminCreateUserConfig).InviteMessageTemplate),
		Email:                    emailSettings(service.Value(in.EmailConfiguration)),
		SMS:                      mapped(in.SmsConfiguration, smsSettings),
		AttributeUpdates:         mapped(in.UserAttributeUpdateSettings, attributeUpdates),
		Devices:                  (*userpool.DeviceSettings)(in.DeviceConfiguration),
		AddOns:                   mapped(in.UserPoolAddOns, addOns),
		Recovery:                 mapped(in.AccountRecoverySetting, accountRecovery),
		Key:                      mapped(in.KeyConfiguration, keySettings),
		Issuer:                   mapped(in.IssuerConfiguration, issuerSettings),
		Registration:             mapped(in.DcrConfiguration, registrationSettings),
		Levels:                   levels(in.AcrConfiguration),
	}
}

// wirePoolSettings returns a pool's settings in the API's form. It leaves out settings that
// were not given, unless the real service answers a default.
func wirePoolSettings(p *userpool.UserPool) cognitoapi.UserPoolSettings {
	s := &p.Settings
	out := cognitoapi.UserPoolSettings{
		Policies:                    wirePolicies(p),
		DeletionProtection:          cognitoapi.DeletionProtectionTypeInactive,
		LambdaConfig:                wireTriggers(s.Triggers),
		AutoVerifiedAttributes:      service.Enums[cognitoapi.VerifiedAttributeType](p.AutoVerified),
		SmsVerificationMessage:      s.SMSVerificationMessage,
		EmailVerificationMessage:    s.EmailVerificationMessage,
		EmailVerificationSubject:    s.EmailVerificationSubject,
		VerificationMessageTemplate: wireVerificationTemplate(s.VerificationTemplate),
		SmsAuthenticationMessage:    s.SMSAuthenticationMessage,
		MfaConfiguration:            cognitoapi.UserPoolMfaType(p.MFA),
		UserAttributeUpdateSettings: mapped(s.AttributeUpdates, wireAttributeUpdates),
		DeviceConfiguration:         (*cognitoapi.DeviceConfigurationType)(s.Devices),
		EmailConfiguration:          wireEmailSettings(s.Email),
		SmsConfiguration:            mapped(s.SMS, wireSMSSettings),
		UserPoolTags:                p.Tags,
		AdminCreateUserConfig: &cognitoapi.AdminCreateUserConfigType{
			AllowAdminCreateUserOnly: &p.AdminCreateUserOnly, UnusedAccountValidityDays: &p.UnusedAccountDays,
			InviteMessageTemplate: (*cognitoapi.MessageTemplateType)(s.Invitation),
		},
		UserPoolAddOns:         mapped(s.AddOns, wireAddOns),
		DcrConfiguration:       mapped(s.Registration, wireRegistrationSettings),
		AccountRecoverySetting: mapped(s.Recovery, wireAccountRecovery),
		UserPoolTier:           cognitoapi.UserPoolTierType(p.Tier),
		KeyConfiguration:       mapped(s.Key, wireKeySettings),
		IssuerConfiguration:    mapped(s.Issuer, wireIssuerSettings),
		AcrConfiguration:       wireLevels(s.Levels),
	}
	if p.DeletionProtected {
		out.DeletionProtection = cognitoapi.DeletionProtectionTypeActive
	}
	if out.UserPoolTags == nil {
		out.UserPoolTags = map[string]string{}
	}
	return out
}

func verificationTemplate(in cognitoapi.VerificationMessageTemplateType) userpool.VerificationTemplate {
	return userpool.VerificationTemplate{
		SMSMessage: in.SmsMessage, EmailMessage: in.EmailMessage, EmailSubject: in.EmailSubject,
		EmailMessageByLink: in.EmailMessageByLink, EmailSubjectByLink: in.EmailSubjectByLink,
		DefaultEmailOption: string(in.DefaultEmailOption),
	}
}

func wireVerificationTemplate(t userpool.VerificationTemplate) *cognitoapi.VerificationMessageTemplateType {
	return &cognitoapi.VerificationMessageTemplateType{
		SmsMessage: t.SMSMessage, EmailMessage: t.EmailMessage, EmailSubject: t.EmailSubject,
		EmailMessageByLink: t.EmailMessageByLink, EmailSubjectByLink: t.EmailSubjectByLink,
		DefaultEmailOption: cmp.Or(cognitoapi.DefaultEmailOptionType(t.DefaultEmailOption), cognitoapi.DefaultEmailOptionTypeConfirmWithCode),
	}
}

func attributeUpdates(in cognitoapi.UserAttributeUpdateSettingsType) userpool.AttributeUpdates {
	return userpool.AttributeUpdates{VerifyFirst: service.Strings(in.AttributesRequireVerificationBeforeUpdate)}
}

func wireAttributeUpdates(u userpool.AttributeUpdates) cognitoapi.UserAttributeUpdateSettingsType {
	return cognitoapi.UserAttributeUpdateSettingsType{
		AttributesRequireVerificationBeforeUpdate: service.Enums[cognitoapi.VerifiedAttributeType](u.VerifyFirst),
	}
}

func accountRecovery(in cognitoapi.AccountRecoverySettingType) userpool.AccountRecovery {
	return userpool.AccountRecovery{Mechanisms: mappedList(in.RecoveryMechanisms, func(o cognitoapi.RecoveryOptionType) userpool.RecoveryMechanism {
		return userpool.RecoveryMechanism{Name: string(o.Name), Priority: o.Priority}
	})}
}

func wireAccountRecovery(r userpool.AccountRecovery) cognitoapi.AccountRecoverySettingType {
	return cognitoapi.AccountRecoverySettingType{RecoveryMechanisms: mappedList(r.Mechanisms, func(m userpool.RecoveryMechanism) cognitoapi.RecoveryOptionType {
		return cognitoapi.RecoveryOptionType{Name: cognitoapi.RecoveryOptionNameType(m.Name), Priority: m.Priority}
	})}
}
