package iam

import (
	"encoding/json"
	"path"
	"strings"
)

// NamesAccount reports whether a policy would change its meaning if the account's id changed
// from one to another. It would if one of its texts has the old id, or is a pattern that
// matches the old id and not the new one. It returns true for a document that it cannot parse.
func NamesAccount(document, from, to string) bool {
	if !json.Valid([]byte(document)) {
		return true
	}
	d := json.NewDecoder(strings.NewReader(document))
	d.UseNumber()
	for {
		token, err := d.Token()
		if err != nil {
			return false // the end of the document
		}
		switch value := token.(type) {
		case string:
			if textNames(value, from, to) {
				return true
			}
		case json.Number:
			if value.String() == from {
				return true
			}
		}
	}
}

// textNames reports whether a text of a policy names an account. It does if it has the digits
// with no other digit beside them. It also does if it, or the account of its ARN, is a pattern
// for them.
func textNames(text, from, to string) bool {
	isDigit := func(at int) bool { return at >= 0 && at < len(text) && text[at] >= '0' && text[at] <= '9' }
	for at := 0; ; at++ {
		next := strings.Index(text[at:], from)
		if next < 0 {
			break
		}
		if at += next; !isDigit(at-1) && !isDigit(at+len(from)) {
			return true
		}
	}
	parts := strings.SplitN(text, ":", 6) // an ARN may end early, in *
	pattern := parts[0]
	if len(parts) > 4 {
		pattern = parts[4]
	}
	return strings.ContainsAny(pattern, "*?") && matches(pattern, from) && !matches(pattern, to)
}

// matches reports whether a pattern with * and ? matches an account id, which has no slash.
func matches(pattern, account string) bool {
	literal := strings.NewReplacer(`[`, `\[`, `\`, `\\`).Replace(pattern)
	ok, err := path.Match(literal, account)
	return ok && err == nil
}
