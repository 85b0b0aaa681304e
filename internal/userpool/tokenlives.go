package userpool

import (
	"slices"
	"strings"
	"time"
)

// The lives that tokens may have ("Quotas in Amazon Cognito"), and those that they have where
// an app client says nothing.
const (
	ShortestToken   = 5 * time.Minute // an ID or access token
	LongestToken    = 24 * time.Hour
	ShortestRefresh = time.Hour
	LongestRefresh  = 3650 * 24 * time.Hour

	defaultTokenLife   = time.Hour
	defaultRefreshLife = 30 * 24 * time.Hour
)

// TokenLives are how long the tokens of an app client live.
type TokenLives struct{ ID, Access, Refresh time.Duration }

// TokenLives returns how long the client's tokens live: what its settings say, in their units,
// within the bounds of the service.
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

// tokenLife is a number of units within bounds. It is counted in seconds: in nanoseconds a number
// that the API takes would not fit.
func tokenLife(n *int32, unit TimeUnit, otherwise, least, most time.Duration) time.Duration {
	if n == nil {
		return otherwise
	}
	seconds := int64(*n) * unit.Seconds()
	return time.Duration(min(max(seconds, int64(least/time.Second)), int64(most/time.Second))) * time.Second
}

// Or is the unit, and otherwise for "".
func (u TimeUnit) Or(otherwise TimeUnit) TimeUnit {
	if u == "" {
		return otherwise
	}
	return u
}

// Seconds is how long the unit is, 0 for one that the API has not.
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

// MayRead reports whether users who sign in with the client may read their attribute of that
// name, in tokens and by GetUser: one of ReadAttributes, or, where there are none, any but those
// that only developers see.
func (s *ClientSettings) MayRead(attribute string) bool {
	if len(s.ReadAttributes) == 0 {
		return !strings.HasPrefix(attribute, "dev:")
	}
	return slices.Contains(s.ReadAttributes, attribute)
}
