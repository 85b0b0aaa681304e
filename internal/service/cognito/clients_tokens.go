package cognitoservice

import (
	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

// The units of token lives, in seconds. A life is counted in seconds: in
// nanoseconds a number that the API takes would not fit.
const (
	second = 1
	minute = 60 * second
	hour   = 60 * minute
	day    = 24 * hour
)

// units are the durations of TokenValidityUnits, in seconds.
var units = map[cognitoapi.TimeUnitsType]int64{
	cognitoapi.TimeUnitsTypeSeconds: second, cognitoapi.TimeUnitsTypeMinutes: minute, cognitoapi.TimeUnitsTypeHours: hour, cognitoapi.TimeUnitsTypeDays: day,
}

// unitOr is how long a unit is, in seconds; that of the otherwise for "".
func unitOr(unit, otherwise cognitoapi.TimeUnitsType) int64 {
	if unit == "" {
		unit = otherwise
	}
	return units[unit]
}

// defaultRefreshLife is how long refresh tokens live unless a request says it.
const defaultRefreshLife = 30 * day

// fillRefreshLife sets the default, which 0 asks for too (API Reference,
// RefreshTokenValidity), in the unit that the client has.
func fillRefreshLife(s *cognitoapi.UserPoolClientType) {
	if service.Value(s.RefreshTokenValidity) == 0 {
		unit := unitOr(service.Value(s.TokenValidityUnits).RefreshToken, cognitoapi.TimeUnitsTypeDays)
		s.RefreshTokenValidity = new(int32(defaultRefreshLife / unit))
	}
}

// checkTokenLives demands that tokens live as long as tokens may ("Quotas in
// Amazon Cognito").
func checkTokenLives(s *cognitoapi.UserPoolClientType) error {
	u := service.Value(s.TokenValidityUnits)
	for _, token := range []struct {
		member    string
		life      *int32
		unit      int64
		low, high int64
		may       string
	}{
		{"AccessTokenValidity", s.AccessTokenValidity, unitOr(u.AccessToken, cognitoapi.TimeUnitsTypeHours), 5 * minute, day, "5 minutes to 1 day"},
		{"IdTokenValidity", s.IdTokenValidity, unitOr(u.IdToken, cognitoapi.TimeUnitsTypeHours), 5 * minute, day, "5 minutes to 1 day"},
		{"RefreshTokenValidity", s.RefreshTokenValidity, unitOr(u.RefreshToken, cognitoapi.TimeUnitsTypeDays), hour, 3650 * day, "1 hour to 3650 days"},
	} {
		if life := int64(service.Value(token.life)) * token.unit; token.life != nil && (life < token.low || life > token.high) {
			return userpool.Errorf(userpool.InvalidParameter, "Invalid range for token validity.").
				Detailed("%s may be %s; it is %d seconds", token.member, token.may, life)
		}
	}
	return nil
}
