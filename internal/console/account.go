package console

import (
	"strings"
	"time"
)

// Where returns the region and the account for the top bar.
func (v *visit) Where() string { return v.who.Region + " · " + v.Account }

// Region returns the region of the visit's calls.
func (v *visit) Region() string { return v.who.Region }

// ARN returns the ARN of the principal who is signed in.
func (v *visit) ARN() string { return v.who.ARN }

// ShortName returns the short name of the principal who is signed in.
func (v *visit) ShortName() string {
	switch {
	case v.who.IsRoot():
		return "root"
	case v.who.UserName != "":
		return v.who.UserName
	}
	name := v.who.UserID[strings.LastIndex(v.who.UserID, ":")+1:] // of a role's session
	return name
}

// ShortKey returns the access key's ID without its middle.
func (v *visit) ShortKey() string {
	const ends = 4
	id := v.who.AccessKeyID
	if len(id) <= 2*ends {
		return id
	}
	return id[:ends] + "…" + id[len(id)-ends:]
}

// Ends returns the latest time at which the session ends.
func (v *visit) Ends() time.Time {
	if v.session == nil {
		return time.Time{}
	}
	return v.session.Ends
}

// Here returns the page's address for a GET request.
func (v *visit) Here() string {
	if v.action.of != "" {
		return v.pageOf(v.action)
	}
	return v.r.URL.RequestURI()
}

// Themes returns the themes to choose from.
func (v *visit) Themes() []entry {
	return []entry{{Key: "system", Text: "System"}, {Key: "light", Text: "Light"}, {Key: "dark", Text: "Dark"}}
}

// ChoosesRegion reports whether there is more than one region.
func (v *visit) ChoosesRegion() bool { return len(v.Regions.Names()) != 1 }
