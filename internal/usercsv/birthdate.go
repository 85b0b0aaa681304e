package usercsv

import (
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/userpool"
)

// birthdate accepts the guide's mm/dd/yyyy, and yyyy-mm-dd, which cannot be
// mistaken for it: that is how users are listed, so that an export imports. A
// value that is too short or too long for the attribute a is refused in
// Cognito's words, as it is in the API.
func birthdate(a *userpool.SchemaAttribute, value string) (string, *RowError) {
	if _, err := time.Parse(time.DateOnly, value); err == nil {
		return value, nil
	}
	at, err := time.Parse("01/02/2006", value)
	if err == nil {
		return at.Format(time.DateOnly), nil
	}
	problem := rowError(a.CheckValue(value))
	if problem.Code != userpool.CodeTooShort && problem.Code != userpool.CodeTooLong {
		problem.Reason = "The birthdate must be a date of the form mm/dd/yyyy or yyyy-mm-dd."
	}
	problem.Code, problem.Flaw = userpool.CodeInvalidBirthdate, birthdateFlaw(value)
	return "", problem
}

// birthdateFlaw says what keeps a value from being a birthdate, if it is one
// of the usual things.
func birthdateFlaw(value string) userpool.Flaw {
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == '/' || r == '-' || r == '.' })
	var numbers [3]int
	if len(parts) != len(numbers) {
		return ""
	}
	for i, part := range parts {
		n, err := strconv.Atoi(part)
		if err != nil {
			return ""
		}
		numbers[i] = n
	}
	month, day, year := numbers[0], numbers[1], numbers[2]
	if len(parts[0]) == 4 {
		year, month, day = month, day, year
	}
	switch {
	case month > 12 && month <= 31 && day <= 12:
		return FlawDayFirst
	case month < 1 || month > 12 || time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Day() != day:
		return FlawNoSuchDay
	case len(value) < len(time.DateOnly):
		return FlawShortDate
	}
	return ""
}
