package regions

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Any is the list of every region whose name has the form of one.
const Any List = "any"

// fallback is the default region of a server that serves any.
const fallback = "us-east-1"

// List is the regions that a server serves, as the setting is written: their
// names with commas between them, or [Any]. Only a list that [List.Check] has
// passed serves a region.
type List string

// maxName is how long a region's name may be, in characters. User pools' ids
// begin with it, and may have 55 (API Reference, UserPoolIdType).
const maxName = 32

var form = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$`)

// Valid reports whether a name has the form of a region's, such as us-east-1.
func Valid(name string) bool { return len(name) <= maxName && form.MatchString(name) }

func (l List) isAny() bool { return strings.TrimSpace(string(l)) == string(Any) }

// Names returns the regions in their order, none of any.
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

// Check returns an error for a list that cannot be, which says what would be
// right.
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

// Default returns the region of clients that choose none: the first of the
// list, us-east-1 of any.
func (l List) Default() string {
	if l.isAny() {
		return fallback
	}
	return l.Names()[0]
}

// Serves reports whether a region is one of the list.
func (l List) Serves(region string) bool {
	if l.isAny() {
		return Valid(region)
	}
	for name := range strings.SplitSeq(string(l), ",") { // each call asks, so that no list is made
		if strings.TrimSpace(name) == region {
			return true
		}
	}
	return false
}

// String returns the list without spaces, so that two lists of the same regions
// in the same order are the same text.
func (l List) String() string {
	if l.isAny() {
		return string(Any)
	}
	return strings.Join(l.Names(), ",")
}

// Described says which regions they are, as the end of a sentence about a
// server: region is 'us-east-1'.
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

// UnmarshalYAML reads a list that is written as one text, or as a list of YAML.
func (l *List) UnmarshalYAML(decode func(any) error) error {
	var names []string
	if decode(&names) == nil {
		*l = List(strings.Join(names, ","))
		return nil
	}
	return decode((*string)(l))
}
