package worldcsv

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// compare says which value of a user is not as it should be, "" for none.
func compare(name string, is, should map[string]string) string {
	for _, column := range slices.Sorted(maps.Keys(should)) {
		if a, b := plain(column, is[column]), plain(column, should[column]); a != b {
			return fmt.Sprintf("%q %s is %q and should be %q", name, column, a, b)
		}
	}
	return ""
}

var lineEnds = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// plain is a value in the form in which it is compared: without the spaces around it, with
// LF at the ends of lines, flags in small letters, and birthdates as yyyy-mm-dd.
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
