package userpool

// PoolSettings are choices of the pool's owner that no rule of the domain reads yet. They
// say who sends messages and with which text, which functions run, and how devices and
// lost passwords are handled. Their meaning is in the API Reference, CreateUserPool. A
// missing setting is its zero value. Settings for which empty and missing differ are
// pointers.
type PoolSettings struct {
	Triggers Triggers `json:"triggers,omitzero"`

	// The texts of messages that verify an email address or a phone number. The API has
	// them twice, here and in the template.
	SMSVerificationMessage   string               `json:"smsVerificationMessage,omitzero"`
	EmailVerificationMessage string               `json:"emailVerificationMessage,omitzero"`
	EmailVerificationSubject string               `json:"emailVerificationSubject,omitzero"`
	VerificationTemplate     VerificationTemplate `json:"verificationTemplate,omitzero"`

	SMSAuthenticationMessage string                `json:"smsAuthenticationMessage,omitzero"`
	Invitation               *MessageTemplate      `json:"invitation,omitzero"`
	Email                    EmailSettings         `json:"email,omitzero"`
	SMS                      *SMSSettings          `json:"sms,omitzero"`
	AttributeUpdates         *AttributeUpdates     `json:"attributeUpdates,omitzero"`
	Devices                  *DeviceSettings       `json:"devices,omitzero"`
	AddOns                   *AddOns               `json:"addOns,omitzero"`
	Recovery                 *AccountRecovery      `json:"recovery,omitzero"`
	Key                      *KeySettings          `json:"key,omitzero"`
	Issuer                   *IssuerSettings       `json:"issuer,omitzero"`
	Registration             *RegistrationSettings `json:"registration,omitzero"`
	// Levels maps authentication levels to their names.
	Levels map[string]string `json:"levels,omitzero"`
}

// Triggers are the Lambda functions of a pool, by ARN; "" for none.
type Triggers struct {
	PreSignUp                   string             `json:"preSignUp,omitzero"`
	CustomMessage               string             `json:"customMessage,omitzero"`
	PostConfirmation            string             `json:"postConfirmation,omitzero"`
	PreAuthentication           string             `json:"preAuthentication,omitzero"`
	PostAuthentication          string             `json:"postAuthentication,omitzero"`
	DefineAuthChallenge         string             `json:"defineAuthChallenge,omitzero"`
	CreateAuthChallenge         string             `json:"createAuthChallenge,omitzero"`
	VerifyAuthChallengeResponse string             `json:"verifyAuthChallengeResponse,omitzero"`
	PreTokenGeneration          string             `json:"preTokenGeneration,omitzero"`
	UserMigration               string             `json:"userMigration,omitzero"`
	PreTokenGenerationConfig    *VersionedFunction `json:"preTokenGenerationConfig,omitzero"`
	CustomSMSSender             *VersionedFunction `json:"customSMSSender,omitzero"`
	CustomEmailSender           *VersionedFunction `json:"customEmailSender,omitzero"`
	InboundFederation           *VersionedFunction `json:"inboundFederation,omitzero"`
	KMSKeyID                    string             `json:"kmsKeyID,omitzero"`
}

// VersionedFunction is a Lambda function and the version of its event, such as V2_0.
type VersionedFunction struct {
	ARN     string `json:"arn"`
	Version string `json:"version"`
}

// VerificationTemplate has the texts of messages that verify an address.
type VerificationTemplate struct {
	SMSMessage         string `json:"smsMessage,omitzero"`
	EmailMessage       string `json:"emailMessage,omitzero"`
	EmailSubject       string `json:"emailSubject,omitzero"`
	EmailMessageByLink string `json:"emailMessageByLink,omitzero"`
	EmailSubjectByLink string `json:"emailSubjectByLink,omitzero"`
	DefaultEmailOption string `json:"defaultEmailOption,omitzero"` // CONFIRM_WITH_CODE or CONFIRM_WITH_LINK
}

// MessageTemplate has the texts of the message to a user that an administrator created.
type MessageTemplate struct {
	SMSMessage   string `json:"smsMessage,omitzero"`
	EmailMessage string `json:"emailMessage,omitzero"`
	EmailSubject string `json:"emailSubject,omitzero"`
}

// AttributeUpdates say how users may change their attributes.
type AttributeUpdates struct {
	VerifyFirst []string `json:"verifyFirst,omitzero"` // of email, phone_number: the old value stays until the new one is verified
}

// DeviceSettings say how a pool remembers the devices of its users.
type DeviceSettings struct {
	ChallengeRequiredOnNewDevice     *bool `json:"challengeRequiredOnNewDevice,omitzero"`
	DeviceOnlyRememberedOnUserPrompt *bool `json:"deviceOnlyRememberedOnUserPrompt,omitzero"`
}

// AccountRecovery says how a user with a lost password is contacted.
type AccountRecovery struct {
	Mechanisms []RecoveryMechanism `json:"mechanisms,omitzero"`
}

// RecoveryMechanism is one way of recovery, such as verified_email. The lowest number
// comes first.
type RecoveryMechanism struct {
	Name     string `json:"name"`
	Priority int32  `json:"priority"`
}
