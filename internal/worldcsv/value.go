package worldcsv

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// compare returns what is wrong with the first wrong value of a user, "" if all are
// right.
func compare(name string, is, should map[string]string) string {
	for _, column := range slices.Sorted(maps.Keys(should)) {
		if a, b := plain(column, is[column]), plain(column, should[column]); a != b {
			return fmt.Sprintf("%q %s is %q and should be %q", name, column, a, b)
		}
	}
	return ""
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// plain returns a value in the form for comparison: trimmed, with LF line ends, flags in
// lower case, and birthdates as yyyy-mm-dd.
func plain(column, value string) string {
	value = strings.TrimSpace(lineEnds.Replace(value))
	switch column {
	case "email_verified", "phone_number_verified":
		if value == "" {
			return "false"
		}
		return strings.ToLower(value)
	case "birthdate":
		if at, err := time.Parse("01/02/2006", value); err == nil {
			return at.Format(time.DateOnly)
		}
	}
	return value
}
