package policy

import (
	"slices"
	"strings"
)

// Context is what is known of a request besides its action and resource: the
// values of condition keys, like aws:SourceIp. Keys are the same in any case,
// tags' names behind a slash included (Condition element). A key without
// values is not present; one whose only value is "" is present and null. A
// value for BinaryEquals is the bytes themselves.
//
// Nothing in a context may come from the client unchecked.
type Context map[string][]string

// keys is a context with its keys as foldCase returns them.
type keys map[string][]string

// newKeys brings a context into the form for lookups. What differs only in
// case becomes one key with the values of all.
func newKeys(c Context) keys {
	k := make(keys, len(c)+4)
	for name, values := range c {
		folded := foldCase(name)
		if before := k[folded]; before != nil {
			values = slices.Concat(before, values)
		}
		k[folded] = values
	}
	return k
}

// fill gives a key a value if it has none.
func (k keys) fill(key, value string) {
	if value != "" && len(k[key]) == 0 {
		k[key] = []string{value}
	}
}

// fillTags gives each tag of a principal its key, aws:PrincipalTag/team and the
// like, if that has no value yet.
func (k keys) fillTags(tags map[string]string) {
	given := keys{}
	for name, value := range tags {
		key := foldCase("aws:PrincipalTag/" + name)
		given[key] = append(given[key], value)
	}
	for key, values := range given {
		if len(k[key]) == 0 {
			k[key] = values
		}
	}
}

// isNull reports whether a key is not present or has only empty values
// (Condition element, the request context).
func (k keys) isNull(key string) bool {
	for _, v := range k[key] {
		if v != "" {
			return false
		}
	}
	return true
}

// isKey reports whether a text has the form of a condition key: a service's
// prefix or that of an identity provider, a colon and a name.
func isKey(s string) bool {
	prefix, name, _ := strings.Cut(s, ":")
	return madeOf(prefix, "-._/") && name != ""
}
