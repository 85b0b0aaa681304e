package console

import (
	"strings"
	"time"
)

// Where returns the region and the account, as the top bar shows them.
func (v *visit) Where() string { return v.who.Region + " · " + v.Account }

// Region returns the region that calls are for.
func (v *visit) Region() string { return v.who.Region }

// ARN returns who is signed in.
func (v *visit) ARN() string { return v.who.ARN }

// ShortName returns the name of who is signed in.
func (v *visit) ShortName() string {
	switch {
	case v.who.IsRoot():
		return "root"
	case v.who.UserName != "":
		return v.who.UserName
	}
	name := v.who.UserID[strings.LastIndex(v.who.UserID, ":")+1:] // of the session of a role
	return name
}

// ShortKey returns the access key's id without its middle.
func (v *visit) ShortKey() string {
	const ends = 4
	id := v.who.AccessKeyID
	if len(id) <= 2*ends {
		return id
	}
	return id[:ends] + "…" + id[len(id)-ends:]
}

// Ends returns when the session ends at the latest.
func (v *visit) Ends() time.Time {
	if v.session == nil {
		return time.Time{}
	}
	return v.session.Ends
}

// Here returns the address of the page, at which it can be asked for.
func (v *visit) Here() string {
	if v.action.of != "" {
		return v.pageOf(v.action)
	}
	return v.r.URL.RequestURI()
}

// Themes returns the themes that one may choose from.
func (v *visit) Themes() []entry {
	return []entry{{Key: "system", Text: "System"}, {Key: "light", Text: "Light"}, {Key: "dark", Text: "Dark"}}
}

// ChoosesRegion reports whether there is more than one region.
func (v *visit) ChoosesRegion() bool { return len(v.Regions.Names()) != 1 }
