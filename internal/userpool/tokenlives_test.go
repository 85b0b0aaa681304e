package userpool

import (
	"math"
	"testing"
	"time"
)

// TestTokenLives: tokens are valid as long as the client says, in its units, and always
// within the service's bounds.
func TestTokenLives(t *testing.T) {
	t.Parallel()
	n := func(v int32) *int32 { return &v }
	hour, day := time.Hour, 24*time.Hour
	for _, c := range []struct {
		settings ClientSettings
		want     TokenLives
	}{
		{ClientSettings{}, TokenLives{hour, hour, 30 * day}},
		{ClientSettings{IDTokenValidity: n(2), AccessTokenValidity: n(3), RefreshTokenValidity: 4}, TokenLives{2 * hour, 3 * hour, 4 * day}},
		{ClientSettings{IDTokenValidity: n(300), AccessTokenValidity: n(10), RefreshTokenValidity: 90, Units: TokenUnits{ID: Seconds, Access: Minutes, Refresh: Minutes}},
			TokenLives{5 * time.Minute, 10 * time.Minute, 90 * time.Minute}},
		{ClientSettings{IDTokenValidity: n(1), AccessTokenValidity: n(24), RefreshTokenValidity: 3650, Units: TokenUnits{ID: Days, Access: Hours, Refresh: Days}},
			TokenLives{day, day, 3650 * day}},
		{ClientSettings{IDTokenValidity: n(1), AccessTokenValidity: n(math.MaxInt32), RefreshTokenValidity: math.MaxInt32, Units: TokenUnits{ID: Seconds, Access: Days, Refresh: Days}},
			TokenLives{5 * time.Minute, day, 3650 * day}},
		{ClientSettings{IDTokenValidity: n(0), AccessTokenValidity: n(-1), RefreshTokenValidity: -1}, TokenLives{5 * time.Minute, 5 * time.Minute, hour}},
	} {
		if got := c.settings.TokenLives(); got != c.want {
			t.Errorf("%+v: %+v, want %+v", c.settings, got, c.want)
		}
	}
}

// TestMayRead: a client reads the attributes on its list, and without a list all except
// developer-only ones.
func TestMayRead(t *testing.T) {
	t.Parallel()
	all, some := ClientSettings{}, ClientSettings{ReadAttributes: []string{"email", "dev:custom:rank"}}
	for name, want := range map[string][2]bool{
		"email": {true, true}, "name": {true, false}, "custom:team": {true, false}, "dev:custom:rank": {false, true}, "dev:custom:other": {false, false},
	} {
		if got := [2]bool{all.MayRead(name), some.MayRead(name)}; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}
