package cognitoservice

import (
	"cmp"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/userpool"
)

func triggers(in cognitoapi.LambdaConfigType) userpool.Triggers {
	t := userpool.Triggers{
		PreSignUp: in.PreSignUp, CustomMessage: in.CustomMessage, PostConfirmation: in.PostConfirmation,
		PreAuthentication: in.PreAuthentication, PostAuthentication: in.PostAuthentication,
		DefineAuthChallenge: in.DefineAuthChallenge, CreateAuthChallenge: in.CreateAuthChallenge,
		VerifyAuthChallengeResponse: in.VerifyAuthChallengeResponse, PreTokenGeneration: in.PreTokenGeneration,
		UserMigration: in.UserMigration, KMSKeyID: in.KMSKeyID,
	}
	if f := in.PreTokenGenerationConfig; f != nil {
		t.PreTokenGenerationConfig = &userpool.VersionedFunction{ARN: f.LambdaArn, Version: string(f.LambdaVersion)}
	}
	if f := in.CustomSMSSender; f != nil {
		t.CustomSMSSender = &userpool.VersionedFunction{ARN: f.LambdaArn, Version: string(f.LambdaVersion)}
	}
	if f := in.CustomEmailSender; f != nil {
		t.CustomEmailSender = &userpool.VersionedFunction{ARN: f.LambdaArn, Version: string(f.LambdaVersion)}
	}
	if f := in.InboundFederation; f != nil {
		t.InboundFederation = &userpool.VersionedFunction{ARN: f.LambdaArn, Version: string(f.LambdaVersion)}
	}
	return t
}

func wireTriggers(t userpool.Triggers) *cognitoapi.LambdaConfigType {
	out := &cognitoapi.LambdaConfigType{
		PreSignUp: t.PreSignUp, CustomMessage: t.CustomMessage, PostConfirmation: t.PostConfirmation,
		PreAuthentication: t.PreAuthentication, PostAuthentication: t.PostAuthentication,
		DefineAuthChallenge: t.DefineAuthChallenge, CreateAuthChallenge: t.CreateAuthChallenge,
		VerifyAuthChallengeResponse: t.VerifyAuthChallengeResponse, PreTokenGeneration: t.PreTokenGeneration,
		UserMigration: t.UserMigration, KMSKeyID: t.KMSKeyID,
	}
	if f := t.PreTokenGenerationConfig; f != nil {
		out.PreTokenGenerationConfig = &cognitoapi.PreTokenGenerationVersionConfigType{
			LambdaArn: f.ARN, LambdaVersion: cognitoapi.PreTokenGenerationLambdaVersionType(f.Version),
		}
	}
	if f := t.CustomSMSSender; f != nil {
		out.CustomSMSSender = &cognitoapi.CustomSMSLambdaVersionConfigType{
			LambdaArn: f.ARN, LambdaVersion: cognitoapi.CustomSMSSenderLambdaVersionType(f.Version),
		}
	}
	if f := t.CustomEmailSender; f != nil {
		out.CustomEmailSender = &cognitoapi.CustomEmailLambdaVersionConfigType{
			LambdaArn: f.ARN, LambdaVersion: cognitoapi.CustomEmailSenderLambdaVersionType(f.Version),
		}
	}
	if f := t.InboundFederation; f != nil {
		out.InboundFederation = &cognitoapi.InboundFederationLambdaType{
			LambdaArn: f.ARN, LambdaVersion: cognitoapi.InboundFederationLambdaVersionType(f.Version),
		}
	}
	return out
}

func emailSettings(in cognitoapi.EmailConfigurationType) userpool.EmailSettings {
	return userpool.EmailSettings{
		SourceARN: in.SourceArn, ReplyToEmailAddress: in.ReplyToEmailAddress, SendingAccount: string(in.EmailSendingAccount),
		From: in.From, ConfigurationSet: in.ConfigurationSet,
	}
}

func wireEmailSettings(e userpool.EmailSettings) *cognitoapi.EmailConfigurationType {
	return &cognitoapi.EmailConfigurationType{
		SourceArn: e.SourceARN, ReplyToEmailAddress: e.ReplyToEmailAddress, From: e.From, ConfigurationSet: e.ConfigurationSet,
		EmailSendingAccount: cmp.Or(cognitoapi.EmailSendingAccountType(e.SendingAccount), cognitoapi.EmailSendingAccountTypeCognitoDefault),
	}
}

func smsSettings(in cognitoapi.SmsConfigurationType) userpool.SMSSettings {
	return userpool.SMSSettings{
		SNSCallerARN: in.SnsCallerArn, ExternalID: in.ExternalId, SNSRegion: in.SnsRegion, EUM: mapped(in.EumsSms, eumSettings),
	}
}

func wireSMSSettings(s userpool.SMSSettings) cognitoapi.SmsConfigurationType {
	return cognitoapi.SmsConfigurationType{
		SnsCallerArn: s.SNSCallerARN, ExternalId: s.ExternalID, SnsRegion: s.SNSRegion, EumsSms: mapped(s.EUM, wireEUMSettings),
	}
}

func eumSettings(in cognitoapi.EumsSmsConfigurationType) userpool.EUMSettings {
	return userpool.EUMSettings{
		CallerARN: in.CallerArn, ExternalID: in.ExternalId, OriginationIdentity: in.OriginationIdentity,
		ConfigurationSetName: in.ConfigurationSetName, InEntityID: in.InEntityId, InTemplateID: in.InTemplateId, Region: in.Region,
	}
}

func wireEUMSettings(s userpool.EUMSettings) cognitoapi.EumsSmsConfigurationType {
	return cognitoapi.EumsSmsConfigurationType{
		CallerArn: s.CallerARN, ExternalId: s.ExternalID, OriginationIdentity: s.OriginationIdentity,
		ConfigurationSetName: s.ConfigurationSetName, InEntityId: s.InEntityID, InTemplateId: s.InTemplateID, Region: s.Region,
	}
}

func addOns(in cognitoapi.UserPoolAddOnsType) userpool.AddOns {
	out := userpool.AddOns{AdvancedSecurityMode: string(in.AdvancedSecurityMode)}
	if flows := in.AdvancedSecurityAdditionalFlows; flows != nil {
		out.AdditionalFlows = &userpool.AdditionalFlows{CustomAuthMode: string(flows.CustomAuthMode)}
	}
	return out
}

func wireAddOns(a userpool.AddOns) cognitoapi.UserPoolAddOnsType {
	out := cognitoapi.UserPoolAddOnsType{AdvancedSecurityMode: cognitoapi.AdvancedSecurityModeType(a.AdvancedSecurityMode)}
	if flows := a.AdditionalFlows; flows != nil {
		out.AdvancedSecurityAdditionalFlows = &cognitoapi.AdvancedSecurityAdditionalFlowsType{
			CustomAuthMode: cognitoapi.AdvancedSecurityEnabledModeType(flows.CustomAuthMode),
		}
	}
	return out
}

func keySettings(in cognitoapi.KeyConfigurationType) userpool.KeySettings {
	return userpool.KeySettings{Type: string(in.KeyType), KMSKeyARN: in.KmsKeyArn}
}

func wireKeySettings(k userpool.KeySettings) cognitoapi.KeyConfigurationType {
	return cognitoapi.KeyConfigurationType{KeyType: cognitoapi.EncryptionKeyType(k.Type), KmsKeyArn: k.KMSKeyARN}
}
