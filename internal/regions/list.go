package regions

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Any is the list of all regions with a valid name.
const Any List = "any"

// fallback is the default region of a server that serves any region.
const fallback = "us-east-1"

// List is the setting: region names with commas between them, or [Any]. A list must pass
// [List.Check] before it serves a region.
type List string

// maxName bounds a region's name, in characters. The ids of user pools begin with it and
// may have 55 characters (API Reference, UserPoolIdType).
const maxName = 32

var form = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$`)

// Valid reports whether a name has the form of a region's name, such as us-east-1.
func Valid(name string) bool { return len(name) <= maxName && form.MatchString(name) }

func (l List) isAny() bool { return strings.TrimSpace(string(l)) == string(Any) }

// Names returns the regions in their order, and none for [Any].
func (l List) Names() []string {
	if l.isAny() {
		return nil
	}
	names := strings.Split(string(l), ",")
	for i := range names {
		names[i] = strings.TrimSpace(names[i])
	}
	return names
}

// Check returns an error for an invalid list. The error says what would be valid.
func (l List) Check() error {
	names := l.Names()
	for i, name := range names {
		switch {
		case name == string(Any):
			return fmt.Errorf("region is %q; any stands alone, for every region", string(l))
		case !Valid(name) && len(names) == 1:
			return fmt.Errorf("region is %q; it must be like us-east-1, or several with commas between them, or any", name)
		case !Valid(name):
			return fmt.Errorf("region is %q; each region must be like us-east-1, and %q is not", string(l), name)
		case slices.Contains(names[:i], name):
			return fmt.Errorf("region is %q; it must name %s once", string(l), name)
		}
	}
	return nil
}

// Default returns the region for clients that choose none: the first one of the list, and
// us-east-1 for [Any].
func (l List) Default() string {
	if l.isAny() {
		return fallback
	}
	return l.Names()[0]
}

// Serves reports whether the list has a region.
func (l List) Serves(region string) bool {
	if l.isAny() {
		return Valid(region)
	}
	for name := range strings.SplitSeq(string(l), ",") { // no slice is built, because every call comes here
		if strings.TrimSpace(name) == region {
			return true
		}
	}
	return false
}

// String returns the list without spaces. Two lists of the same regions in the same order
// have the same text.
func (l List) String() string {
	if l.isAny() {
		return string(Any)
	}
	return strings.Join(l.Names(), ",")
}

// Described returns the end of a sentence about a server: region is 'us-east-1'.
func (l List) Described() string {
	switch names := l.Names(); len(names) {
	case 0:
		return "regions are all whose names are like '" + fallback + "'"
	case 1:
		return "region is '" + names[0] + "'"
	default:
		return "regions are '" + strings.Join(names, "', '") + "'"
	}
}

// UnmarshalYAML reads a list from one text or from a YAML list.
func (l *List) UnmarshalYAML(decode func(any) error) error {
	var names []string
	if decode(&names) == nil {
		*l = List(strings.Join(names, ","))
		return nil
	}
	return decode((*string)(l))
}
