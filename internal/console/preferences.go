package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	_ "time/tzdata" // the zones of viewers, where the machine has none
)

// preferences are how a browser shows things. They are in its cookies.
type preferences struct {
	Theme  string         // system, light or dark
	Zone   string         // a name of the time zone database, "" where it is not known
	zone   *time.Location // that, or UTC
	region string         // "" for the default
}

// aYear is for how long a browser keeps a preference, in seconds.
const aYear = 365 * 24 * 60 * 60

func (c *Console) preferencesOf(r *http.Request) preferences {
	p := preferences{Theme: "system", zone: time.UTC}
	if theme := valueOf(r, cookieTheme); isTheme(theme) {
		p.Theme = theme
	}
	if zone, ok := zoneNamed(valueOf(r, cookieZone)); ok {
		p.Zone, p.zone = zone.String(), zone
	}
	p.region = valueOf(r, cookieRegion)
	return p
}

func valueOf(r *http.Request, cookie string) string {
	c, err := r.Cookie(cookie)
	if err != nil {
		return ""
	}
	value, err := url.QueryUnescape(c.Value)
	if err != nil {
		return ""
	}
	return value
}

func isTheme(s string) bool { return s == "system" || s == "light" || s == "dark" }

// zoneNamed finds a time zone by its name. Local is the server's, and means
// nothing to a browser.
func zoneNamed(name string) (*time.Location, bool) {
	const longest = 64
	if name == "" || name == "Local" || len(name) > longest {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

// setPreferences keeps the preferences that a form names, and goes back.
func setPreferences(_ context.Context, v *visit) (*page, error) {
	p := &page{redirect: inConsole(v.r.PostFormValue("back"))}
	if theme := v.r.PostFormValue("theme"); isTheme(theme) {
		p.cookies = append(p.cookies, v.cookie(cookieTheme, theme, aYear))
	}
	if region := strings.TrimSpace(v.r.PostFormValue("region")); region != "" {
		if !v.Regions.Serves(region) {
			return leave(p.redirect, "err", "This server does not serve the region {}.", clipped(region)), nil
		}
		p.cookies = append(p.cookies, v.cookie(cookieRegion, region, aYear))
		p.redirect = pathTo("pools") // what was shown is in another region
	}
	p.cookies = append(p.cookies, v.zoneCookie()...)
	return p, nil
}

// zoneCookie returns the cookie of the zone that a form names, if it does.
func (v *visit) zoneCookie() []*http.Cookie {
	zone, ok := zoneNamed(v.r.PostFormValue("zone"))
	if !ok {
		return nil
	}
	return []*http.Cookie{v.cookie(cookieZone, url.QueryEscape(zone.String()), aYear)}
}

// clipped returns the beginning of a text that could be of any length.
func clipped(s string) string {
	const longest = 60
	if r := []rune(s); len(r) > longest {
		return string(r[:longest]) + "…"
	}
	return s
}

func preferencesAction() action {
	return action{path: "/preferences", open: true, of: "/pools", act: setPreferences}
}
