package userpool

import "time"

// Client is an app client: an application in which users of a pool sign in.
type Client struct {
	PoolID   string         `json:"-"`
	ID       string         `json:"-"`
	Name     string         `json:"name"`
	Secret   string         `json:"secret,omitempty"`
	Created  time.Time      `json:"created"`
	Modified time.Time      `json:"modified"`
	Settings ClientSettings `json:"settings,omitzero"`
}

// MaxClients bounds the app clients of a pool ("Quotas in Amazon Cognito").
const MaxClients = 1000

// ClientSettings are the choices of the pool's owner for an app client (API Reference,
// CreateUserPoolClient). A missing setting is its zero value. Settings for which empty
// and missing differ are pointers.
type ClientSettings struct {
	// The lives of tokens, in the units after them.
	RefreshTokenValidity int32      `json:"refreshTokenValidity,omitzero"`
	AccessTokenValidity  *int32     `json:"accessTokenValidity,omitzero"`
	IDTokenValidity      *int32     `json:"idTokenValidity,omitzero"`
	Units                TokenUnits `json:"units,omitzero"`

	ReadAttributes    []string `json:"readAttributes,omitzero"`
	WriteAttributes   []string `json:"writeAttributes,omitzero"`
	AuthFlows         []string `json:"authFlows,omitzero"`
	IdentityProviders []string `json:"identityProviders,omitzero"`

	CallbackURLs       []string `json:"callbackURLs,omitzero"`
	LogoutURLs         []string `json:"logoutURLs,omitzero"`
	DefaultRedirectURI string   `json:"defaultRedirectURI,omitzero"`
	OAuth              bool     `json:"oauth,omitzero"` // whether the client uses OAuth 2.0
	OAuthFlows         []string `json:"oauthFlows,omitzero"`
	OAuthScopes        []string `json:"oauthScopes,omitzero"`

	Analytics                  *Analytics       `json:"analytics,omitzero"`
	PreventUserExistenceErrors string           `json:"preventUserExistenceErrors,omitzero"` // ENABLED or LEGACY
	TokenRevocation            bool             `json:"tokenRevocation,omitzero"`
	PropagateUserContext       bool             `json:"propagateUserContext,omitzero"`
	AuthSessionMinutes         int32            `json:"authSessionMinutes,omitzero"`
	RefreshRotation            *RefreshRotation `json:"refreshRotation,omitzero"`
}

// TimeUnit is a unit of the lives of tokens; "" means the default of the token.
type TimeUnit string

// The units of the API.
const (
	Seconds TimeUnit = "seconds"
	Minutes TimeUnit = "minutes"
	Hours   TimeUnit = "hours"
	Days    TimeUnit = "days"
)

// TokenUnits are the units of the lives of a client's tokens.
type TokenUnits struct {
	Access  TimeUnit `json:"access,omitzero"`
	ID      TimeUnit `json:"id,omitzero"`
	Refresh TimeUnit `json:"refresh,omitzero"`
}

// The flows of AllowedOAuthFlows.
const (
	OAuthCode              = "code"
	OAuthImplicit          = "implicit"
	OAuthClientCredentials = "client_credentials"
)

// FlowUserAuth is the entry of AuthFlows that lets users choose how they sign in.
const FlowUserAuth = "ALLOW_USER_AUTH"

// Analytics says where a client's figures are sent.
type Analytics struct {
	ApplicationID  string `json:"applicationID,omitzero"`
	ApplicationARN string `json:"applicationARN,omitzero"`
	RoleARN        string `json:"roleARN,omitzero"`
	ExternalID     string `json:"externalID,omitzero"`
	UserDataShared *bool  `json:"userDataShared,omitzero"`
}

// RefreshRotation says whether a refresh token is used only once.
type RefreshRotation struct {
	Feature           string `json:"feature"`                    // ENABLED or DISABLED
	RetryGraceSeconds *int32 `json:"retryGraceSeconds,omitzero"` // how long the old token stays valid
}
