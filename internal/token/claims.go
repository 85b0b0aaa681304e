package token

import (
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/userpool"
)

// The values of the claim token_use.
const (
	useID     = "id"
	useAccess = "access"
)

// scopeAPI allows a token to be used with the operations for signed-in users.
const scopeAPI = "aws.cognito.signin.user.admin"

// subject is what the claims of tokens are made from.
type subject struct {
	issuer  string
	client  *userpool.Client
	user    *userpool.User
	session Session
	now     time.Time
}

// idClaims are the claims of an ID token: who the user is (Developer Guide, understanding the
// identity token).
func (s subject) idClaims(life time.Duration) map[string]any {
	claims := map[string]any{}
	for _, a := range s.user.Attributes {
		if a.Value != "" && s.client.Settings.MayRead(a.Name) {
			claims[a.Name] = attributeClaim(a)
		}
	}
	claims["aud"], claims["token_use"], claims["cognito:username"] = s.client.ID, useID, s.user.Username
	s.addCommon(claims, life)
	return claims
}

// attributeClaim is the claim of an attribute. Verified flags are booleans, an address is an object
// with one member (as clients have seen), everything else is a string.
func attributeClaim(a userpool.Attribute) any {
	switch a.Name {
	case "email_verified", "phone_number_verified":
		return a.Value == "true"
	case "address":
		return map[string]string{"formatted": a.Value}
	}
	return a.Value
}

// accessClaims are the claims of an access token: what the user may do (Developer Guide,
// understanding the access token).
func (s subject) accessClaims(life time.Duration) map[string]any {
	claims := map[string]any{"client_id": s.client.ID, "token_use": useAccess, "scope": scopeAPI, "username": s.user.Username}
	s.addCommon(claims, life)
	return claims
}

// addCommon adds the claims of both tokens. With token revocation, the token also has an id of its
// own and the id of its session, which stands for the refresh token (Developer Guide, revoking
// tokens).
func (s subject) addCommon(claims map[string]any, life time.Duration) {
	claims["sub"], claims["iss"], claims["event_id"] = s.user.Sub, s.issuer, s.session.ID
	claims["auth_time"], claims["iat"], claims["exp"] = s.session.AuthTime.Unix(), s.now.Unix(), s.now.Unix()+int64(life/time.Second)
	if len(s.session.Groups) > 0 {
		claims["cognito:groups"] = s.session.Groups
	}
	if s.client.Settings.TokenRevocation {
		claims["jti"], claims["origin_jti"] = uuid.NewString(), s.session.ID
	}
}
