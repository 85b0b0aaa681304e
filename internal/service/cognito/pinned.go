package cognitoservice

import (
	"crypto/subtle"
	"regexp"
	"slices"
	"strings"

	"poolhouse/internal/userpool"
)

// Tests need ids that are known beforehand. These forms pin them. They are ours, or those of
// other emulators; at Amazon each is an ordinary tag or URL.

// poolIDTags are the tags that pin a new pool's id.
var poolIDTags = []string{"poolhouse:pool-id", "_custom_id_", "ms-custom-id"}

// maxPoolID is the longest id of a pool in characters (API Reference, UserPoolIdType).
const maxPoolID = 55

// pinnedPoolID returns the id that the tags of a region's new pool pin, "" if none does.
func pinnedPoolID(region string, tags map[string]string) (id string, err error) {
	from := ""
	for _, tag := range poolIDTags {
		pinned, ok := tags[tag]
		switch {
		case !ok:
			continue
		case !isPoolID(region, pinned):
			return "", userpool.Errorf(userpool.InvalidParameter,
				"The tag %s gives the user pool its id, and %q cannot be one. An id is the region that the call is signed for, an underscore, and letters and digits, such as %s_local1; it has %d characters at most.",
				tag, pinned, region, maxPoolID)
		case from != "" && pinned != id:
			return "", userpool.Errorf(userpool.InvalidParameter,
				"The tags %s and %s give the user pool two ids, %s and %s. Give it one.", from, tag, id, pinned)
		}
		id, from = pinned, tag
	}
	return id, nil
}

// isPoolID reports whether a pool of the region can have the id.
func isPoolID(region, id string) bool {
	name, ok := strings.CutPrefix(id, region+"_")
	return ok && name != "" && len(id) <= maxPoolID && !strings.ContainsFunc(name, func(r rune) bool {
		return !strings.ContainsRune(digits+lowerLetters+upperLetters, r)
	})
}

// pinScheme is the scheme of LogoutURLs that pin something of an app client.
const pinScheme = "poolhouse:"

// The forms after the scheme, with the allowed values (API Reference, ClientIdType and
// ClientSecretType).
const (
	pinClientID     = "client-id="
	pinClientSecret = "client-secret="
)

var (
	clientIDForm     = regexp.MustCompile(`^[0-9A-Za-z_+]{1,128}$`)
	clientSecretForm = regexp.MustCompile(`^[0-9A-Za-z_+]{24,64}$`)
)

// pins are the pins in an app client's LogoutURLs; "" for none.
type pins struct{ id, secret string }

// pinsOf reads the pins in URLs. Its errors have no secret.
func pinsOf(logoutURLs []string) (p pins, err error) {
	for _, url := range logoutURLs {
		if !isPin(url) {
			continue
		}
		form := url[len(pinScheme):]
		if id, ok := strings.CutPrefix(form, pinClientID); ok {
			err = p.pin(&p.id, id, pinClientID, clientIDForm, "1 to 128")
		} else if secret, ok := strings.CutPrefix(form, pinClientSecret); ok {
			err = p.pin(&p.secret, secret, pinClientSecret, clientSecretForm, "24 to 64")
		} else {
			err = userpool.Errorf(userpool.InvalidParameter,
				"A LogoutURLs entry begins with %s and pins nothing. Write %s%sID or %s%sSECRET.", pinScheme, pinScheme, pinClientID, pinScheme, pinClientSecret)
		}
		if err != nil {
			return pins{}, err
		}
	}
	return p, nil
}

// isPin reports whether a URL has the pins' scheme.
func isPin(url string) bool {
	return len(url) >= len(pinScheme) && strings.EqualFold(url[:len(pinScheme)], pinScheme)
}

// pin sets the value of a form, at most once.
func (p *pins) pin(to *string, value, form string, allowed *regexp.Regexp, length string) error {
	switch {
	case *to != "":
		return userpool.Errorf(userpool.InvalidParameter, "The LogoutURLs have %s%s twice. Write it once.", pinScheme, form)
	case !allowed.MatchString(value):
		return userpool.Errorf(userpool.InvalidParameter,
			"What follows %s%s in LogoutURLs must be %s letters, digits, underscores and plus signs.", pinScheme, form, length)
	}
	*to = value
	return nil
}

// check demands that the pins match the app client, because its id and secret cannot change.
func (p pins) check(c *userpool.Client) error {
	wrong := func(form string) error {
		return userpool.Errorf(userpool.InvalidParameter,
			"The LogoutURLs pin with %s%s what app client %s does not have, and an update cannot change it. Leave the entry as it was, or make a new client.", pinScheme, form, c.ID)
	}
	switch {
	case p.id != "" && p.id != c.ID:
		return wrong(pinClientID)
	case p.secret != "" && subtle.ConstantTimeCompare([]byte(p.secret), []byte(c.Secret)) == 0:
		return wrong(pinClientSecret)
	}
	return nil
}

// checkNoPins refuses pins in callback URLs, where they have no effect.
func checkNoPins(callbackURLs []string) error {
	if slices.ContainsFunc(callbackURLs, isPin) {
		return userpool.Errorf(userpool.InvalidParameter, "A CallbackURLs entry begins with %s. An entry that pins an id or a secret belongs in LogoutURLs.", pinScheme)
	}
	return nil
}
