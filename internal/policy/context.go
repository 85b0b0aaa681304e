package policy

import (
	"slices"
	"strings"
)

// Context has the values of condition keys, like aws:SourceIp: the facts of a request
// besides its action and resource. The case of keys does not count, also in the names of
// tags behind a slash (Condition element). A key without values is not present. A key
// whose only value is "" is present and null. A value for BinaryEquals is the bytes
// themselves.
//
// The caller checks all values that come from the client.
type Context map[string][]string

// keys is a context with its keys as foldCase returns them.
type keys map[string][]string

// newKeys folds the keys of a context. Keys that differ only in case become one key with
// all of their values.
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

// fill sets a key unless it has a value.
func (k keys) fill(key, value string) {
	if value != "" && len(k[key]) == 0 {
		k[key] = []string{value}
	}
}

// fillTags sets a key for each tag of a principal, like aws:PrincipalTag/team, unless the
// key has a value.
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
