package console

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"time"

	_ "time/tzdata" // time zones of viewers, for machines without a database
)

// preferences are display preferences. They are stored in cookies.
type preferences struct {
	Theme  string         // system, light or dark
	Zone   string         // a name of the time zone database, "" if it is not known
	zone   *time.Location // the zone, or UTC
	region string         // "" for the default
}

// aYear is the lifetime of a preference's cookie, in seconds.
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

// zoneNamed finds a time zone by its name. It refuses "Local", which is the server's zone.
func zoneNamed(name string) (*time.Location, bool) {
	const longest = 64
	if name == "" || name == "Local" || len(name) > longest {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

// setPreferences stores the preferences of a form and redirects back.
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
		p.redirect = pathTo("pools") // the shown page belongs to another region
	}
	p.cookies = append(p.cookies, v.zoneCookie()...)
	return p, nil
}

// zoneCookie returns the cookie of the zone in a form, if there is one.
func (v *visit) zoneCookie() []*http.Cookie {
	zone, ok := zoneNamed(v.r.PostFormValue("zone"))
	if !ok {
		return nil
	}
	return []*http.Cookie{v.cookie(cookieZone, url.QueryEscape(zone.String()), aYear)}
}

// clipped returns the beginning of a text of unbounded length.
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
