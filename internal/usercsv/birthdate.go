package usercsv

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/userpool"
)

// birthdate accepts the guide's mm/dd/yyyy, and yyyy-mm-dd, which cannot be mistaken for
// it. Users are listed with yyyy-mm-dd, so an export can be imported. In a file with
// another form, values are already converted here, and a value that could not be
// converted is refused. A value that is too short or too long for the attribute a is
// refused in Cognito's words, as in the API.
func birthdate(a *userpool.SchemaAttribute, form Birthdates, value string) (string, *RowError) {
	if _, err := time.Parse(time.DateOnly, value); err == nil {
		return value, nil
	}
	if form == "" {
		if at, err := time.Parse("01/02/2006", value); err == nil {
			return at.Format(time.DateOnly), nil
		}
	}
	problem := rowError(a.CheckValue(value))
	if problem.Code != userpool.CodeTooShort && problem.Code != userpool.CodeTooLong {
		problem.Reason = fmt.Sprintf("The birthdate must be a date of the form %s or yyyy-mm-dd.", form.orders())
	}
	problem.Code, problem.Flaw = userpool.CodeInvalidBirthdate, birthdateFlaw(value)
	if form.dayFirst() {
		problem.Flaw = dayFirstFlaw(value)
	}
	return "", problem
}

// orders returns the form of dates with slashes, in lower case. For a file with hyphens
// it returns the form with hyphens.
func (b Birthdates) orders() string {
	if b.dayFirst() {
		return strings.ToLower(string(b))
	}
	return "mm/dd/yyyy"
}

// dayFirstFlaw returns the flaw of a value in a file whose birthdates have the day first.
func dayFirstFlaw(value string) userpool.Flaw {
	if d, ok := readDate(value); ok && d.order == unclear && d.first <= 12 && d.second > 12 && d.second <= 31 {
		return FlawMonthFirst
	}
	return FlawNotDayFirst
}

// birthdateFlaw returns the flaw of a value that is not a birthdate, if it is a common
// one.
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
