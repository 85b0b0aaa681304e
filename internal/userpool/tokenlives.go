package userpool

import (
	"slices"
	"strings"
	"time"
)

// The allowed lives of tokens ("Quotas in Amazon Cognito"), and the default ones.
const (
	ShortestToken   = 5 * time.Minute // an ID or access token
	LongestToken    = 24 * time.Hour
	ShortestRefresh = time.Hour
	LongestRefresh  = 3650 * 24 * time.Hour

	defaultTokenLife   = time.Hour
	defaultRefreshLife = 30 * 24 * time.Hour
)

// TokenLives says how long the tokens of an app client are valid.
type TokenLives struct{ ID, Access, Refresh time.Duration }

// TokenLives returns how long the client's tokens are valid, by its settings and their
// units, within the bounds of the service.
func (s *ClientSettings) TokenLives() TokenLives {
	var refresh *int32
	if s.RefreshTokenValidity != 0 {
		refresh = &s.RefreshTokenValidity
	}
	return TokenLives{
		ID:      tokenLife(s.IDTokenValidity, s.Units.ID.Or(Hours), defaultTokenLife, ShortestToken, LongestToken),
		Access:  tokenLife(s.AccessTokenValidity, s.Units.Access.Or(Hours), defaultTokenLife, ShortestToken, LongestToken),
		Refresh: tokenLife(refresh, s.Units.Refresh.Or(Days), defaultRefreshLife, ShortestRefresh, LongestRefresh),
	}
}

// tokenLife returns a number of units, within bounds. It counts in seconds, because not
// every number of the API fits in nanoseconds.
func tokenLife(n *int32, unit TimeUnit, otherwise, least, most time.Duration) time.Duration {
	if n == nil {
		return otherwise
	}
	seconds := int64(*n) * unit.Seconds()
	return time.Duration(min(max(seconds, int64(least/time.Second)), int64(most/time.Second))) * time.Second
}

// Or returns the unit, and otherwise if it is "".
func (u TimeUnit) Or(otherwise TimeUnit) TimeUnit {
	if u == "" {
		return otherwise
	}
	return u
}

// Seconds returns the length of the unit, 0 for an unknown one.
func (u TimeUnit) Seconds() int64 {
	switch u {
	case Seconds:
		return 1
	case Minutes:
		return 60
	case Hours:
		return 60 * 60
	case Days:
		return 24 * 60 * 60
	}
	return 0
}

// MayRead reports whether users who sign in with the client may read this attribute, in
// tokens and with GetUser. It must be one of ReadAttributes. If that is empty, it may be
// any attribute except developer-only ones.
func (s *ClientSettings) MayRead(attribute string) bool {
	if len(s.ReadAttributes) == 0 {
		return !strings.HasPrefix(attribute, "dev:")
	}
	return slices.Contains(s.ReadAttributes, attribute)
}
