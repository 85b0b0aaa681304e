package userpool

// EmailSettings say how a pool sends email.
type EmailSettings struct {
	SourceARN           string `json:"sourceARN,omitzero"`
	ReplyToEmailAddress string `json:"replyToEmailAddress,omitzero"`
	SendingAccount      string `json:"sendingAccount,omitzero"` // COGNITO_DEFAULT or DEVELOPER
	From                string `json:"from,omitzero"`
	ConfigurationSet    string `json:"configurationSet,omitzero"`
}

// SMSSettings say how a pool sends text messages.
type SMSSettings struct {
	SNSCallerARN string       `json:"snsCallerARN,omitzero"`
	ExternalID   string       `json:"externalID,omitzero"`
	SNSRegion    string       `json:"snsRegion,omitzero"`
	EUM          *EUMSettings `json:"eum,omitzero"`
}

// EUMSettings say how a pool sends text messages through AWS End User Messaging.
type EUMSettings struct {
	CallerARN            string `json:"callerARN,omitzero"`
	ExternalID           string `json:"externalID,omitzero"`
	OriginationIdentity  string `json:"originationIdentity,omitzero"`
	ConfigurationSetName string `json:"configurationSetName,omitzero"`
	InEntityID           string `json:"inEntityID,omitzero"`
	InTemplateID         string `json:"inTemplateID,omitzero"`
	Region               string `json:"region,omitzero"`
}

// MFASettings are the second factors of a pool besides text messages, and its passkeys. A
// factor that the pool does not have is nil.
type MFASettings struct {
	SoftwareToken *SoftwareToken   `json:"softwareToken,omitzero"`
	Email         *EmailMessage    `json:"email,omitzero"`
	Passkeys      *PasskeySettings `json:"passkeys,omitzero"`
}

// SoftwareToken says whether an authenticator app is a second factor.
type SoftwareToken struct {
	Enabled *bool `json:"enabled,omitzero"`
}

// EmailMessage is the text of an email.
type EmailMessage struct {
	Message string `json:"message,omitzero"`
	Subject string `json:"subject,omitzero"`
}

// PasskeySettings are a pool's requirements for passkeys.
type PasskeySettings struct {
	RelyingPartyID      string `json:"relyingPartyID,omitzero"`
	UserVerification    string `json:"userVerification,omitzero"`    // required or preferred
	FactorConfiguration string `json:"factorConfiguration,omitzero"` // whether a passkey counts as two factors
}

// AddOns are a pool's threat protection.
type AddOns struct {
	AdvancedSecurityMode string           `json:"advancedSecurityMode"` // OFF, AUDIT or ENFORCED
	AdditionalFlows      *AdditionalFlows `json:"additionalFlows,omitzero"`
}

// AdditionalFlows are threat protection in custom authentication.
type AdditionalFlows struct {
	CustomAuthMode string `json:"customAuthMode,omitzero"` // AUDIT or ENFORCED
}

// KeySettings say which key encrypts a pool.
type KeySettings struct {
	Type      string `json:"type,omitzero"`
	KMSKeyARN string `json:"kmsKeyARN,omitzero"`
}

// IssuerSettings say which issuer a pool's tokens have.
type IssuerSettings struct {
	Type string `json:"type,omitzero"`
}

// RegistrationSettings are for dynamic client registration.
type RegistrationSettings struct {
	Status                  string   `json:"status,omitzero"` // Enabled or Disabled
	Open                    *bool    `json:"open,omitzero"`
	AuthenticatedGrantTypes []string `json:"authenticatedGrantTypes,omitzero"`
	OpenGrantTypes          []string `json:"openGrantTypes,omitzero"`
	AllowedScopes           []string `json:"allowedScopes,omitzero"`
}
