package usercsv

import (
	"slices"
	"strings"
	"unicode"
)

// suggest finds the likely meaning of unknown columns. A name must mean a certain column,
// and no other unknown column may mean the same. The values seen must also be possible
// for that column.
func (t *textSurvey) suggest(columns []ColumnSeen, cures map[int]cure) {
	meant := map[string][]int{}
	for i, u := range cures {
		if u.column != "" && u.clear && t.columns.names[i] != "" {
			meant[u.column] = append(meant[u.column], i)
		}
	}
	for column, from := range meant {
		taken := slices.ContainsFunc(columns, func(c ColumnSeen) bool { return c.ReadAs == column })
		if i := from[0]; len(from) == 1 && !taken && fits(column, t.watch.seen[i]) {
			columns[i].Meant = column
		}
	}
}

// fits reports whether the values seen are possible for a column of the pool's files. A
// column without values fits.
func fits(column string, v *columnValues) bool {
	if v == nil || len(v.samples) == 0 {
		return v != nil
	}
	fits := fitting[column]
	return fits == nil || !slices.ContainsFunc(v.samples, func(sample string) bool { return !fits(sample) })
}

// fitting has, by column, a test for possible values.
var fitting = map[string]func(string) bool{
	"email":                 func(s string) bool { return strings.Count(s, "@") == 1 && !strings.ContainsFunc(s, unicode.IsSpace) },
	"phone_number":          isPhone,
	"email_verified":        isWord,
	"phone_number_verified": isWord,
	ColumnMFA:               isWord,
	"birthdate":             isDate,
	"given_name":            isName,
	"family_name":           isName,
	"middle_name":           isName,
	"name":                  isName,
	"nickname":              func(s string) bool { return !strings.Contains(s, "@") },
	"address":               func(s string) bool { return !strings.Contains(s, "@") && strings.ContainsFunc(s, unicode.IsLetter) },
	"gender":                func(s string) bool { return len(s) <= 32 && !strings.Contains(s, "@") },
	"locale":                func(s string) bool { return len(s) <= 32 && !strings.ContainsFunc(s, unicode.IsDigit) },
	"zoneinfo":              func(s string) bool { return strings.Contains(s, "/") || s == "UTC" || s == "GMT" },
	"website":               func(s string) bool { return strings.Contains(s, ".") && !strings.ContainsFunc(s, unicode.IsSpace) },
	"updated_at":            func(s string) bool { return strings.Trim(s, "0123456789.") == "" },
	ColumnPasswordHash:      func(s string) bool { return strings.Contains(s, "$") },
	ColumnUsername:          func(s string) bool { return !strings.ContainsFunc(s, unicode.IsSpace) },
}

// isPhone reports whether a value has enough digits, and otherwise only separators of
// digits.
func isPhone(s string) bool {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !unicode.IsSpace(r) && !strings.ContainsRune("+-./()", r):
			return false
		}
	}
	return digits >= 6
}

func isWord(s string) bool { return isBoolean([]byte(s)) || pairsOfWord([]byte(s)) != pairs{} }

func isDate(s string) bool {
	_, ok := readDate(s)
	return ok
}

// isName reports whether a value has letters, and no digits and no @.
func isName(s string) bool {
	return strings.ContainsFunc(s, unicode.IsLetter) && !strings.ContainsFunc(s, func(r rune) bool { return r == '@' || unicode.IsDigit(r) })
}
