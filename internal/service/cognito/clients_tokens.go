package cognitoservice

import (
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// Units of token lives, in seconds. A life is counted in seconds, because the API's largest
// number of nanoseconds would overflow.
const (
	minute = 60
	hour   = 60 * minute
	day    = 24 * hour
)

// defaultRefreshLife is the life of refresh tokens if a request names none.
const defaultRefreshLife = 30 * day

// fillRefreshLife sets the default if the life is 0 (API Reference, RefreshTokenValidity), in
// the client's unit.
func fillRefreshLife(s *userpool.ClientSettings) {
	if s.RefreshTokenValidity == 0 {
		s.RefreshTokenValidity = int32(defaultRefreshLife / s.Units.Refresh.Or(userpool.Days).Seconds())
	}
}

// checkTokenLives checks the bounds of token lives ("Quotas in Amazon Cognito").
func checkTokenLives(s *userpool.ClientSettings) error {
	for _, token := range []struct {
		member    string
		life      *int32
		unit      int64
		low, high int64
		may       string
	}{
		{"AccessTokenValidity", s.AccessTokenValidity, s.Units.Access.Or(userpool.Hours).Seconds(), 5 * minute, day, "5 minutes to 1 day"},
		{"IdTokenValidity", s.IDTokenValidity, s.Units.ID.Or(userpool.Hours).Seconds(), 5 * minute, day, "5 minutes to 1 day"},
		{"RefreshTokenValidity", &s.RefreshTokenValidity, s.Units.Refresh.Or(userpool.Days).Seconds(), hour, 3650 * day, "1 hour to 3650 days"},
	} {
		if life := int64(service.Value(token.life)) * token.unit; token.life != nil && (life < token.low || life > token.high) {
			return userpool.Errorf(userpool.InvalidParameter, "Invalid range for token validity.").
				Detailed("%s may be %s; it is %d seconds", token.member, token.may, life)
		}
	}
	return nil
}
