package propertytest

import (
	"fmt"
	"strings"

	"poolhouse/internal/importjob"
)

// rowKind says what is special about a row or its user.
type rowKind string

const (
	goodRow    rowKind = "good"
	againRow   rowKind = "again"   // has the username of an earlier row
	presentRow rowKind = "present" // has the username of a user that existed before the job
	takenRow   rowKind = "taken"   // has the email address that another user signs in with

	unverifiedRow rowKind = "unverified"
	badEmailRow   rowKind = "bad email"
	badFlagRow    rowKind = "bad flag"
	badMFARow     rowKind = "bad mfa"
	namelessRow   rowKind = "nameless"
	fewValuesRow  rowKind = "few values"
	notTextRow    rowKind = "not text"
	longRow       rowKind = "long"    // longer than allowed
	endlessRow    rowKind = "endless" // longer than the reader reads of any row
	strayTextRow  rowKind = "stray text"
	openMarkRow   rowKind = "open mark"
)

var rowKinds = []rowKind{goodRow, againRow, presentRow, takenRow, unverifiedRow, badEmailRow, badFlagRow, badMFARow,
	namelessRow, fewValuesRow, notTextRow, longRow, endlessRow, strayTextRow, openMarkRow}

// rowChars is the longest row that the engines of a case allow.
const rowChars = 200

// refusals has the outcomes of invalid rows, in the words of the documentation and
// independent of the code under test.
var refusals = map[rowKind]importjob.Outcome{
	unverifiedRow: {Column: "email_verified", Code: "NoVerifiedAttribute",
		Reason: "The User Record does not set any of the auto verified attributes to verified. " +
			"(Example: email_verified to true)."},
	badEmailRow: {Column: "email", Code: "InvalidEmail", Flaw: "NoAtSign", Reason: "Invalid email address format."},
	badFlagRow:  {Column: "email_verified", Code: "InvalidBoolean", Reason: "email_verified must be true or false."},
	badMFARow: {Column: "cognito:mfa_enabled", Code: "InvalidMFA",
		Reason: "cognito:mfa_enabled must be false or blank: the user pool has MFA off."},
	namelessRow: {Column: "cognito:username", Code: "UsernameMissing", Reason: "The username is missing."},
	fewValuesRow: {Code: "WrongNumberOfValues", Flaw: "TooFewValues",
		Reason: "The number of values in the row is 2, but the number of columns in the header is 5."}, // or 6
	notTextRow:   {Code: "NotUTF8", Reason: "The row is not valid UTF-8."},
	longRow:      {Code: "RowTooLong", Reason: "The row is longer than 200 characters."},
	endlessRow:   {Code: "RowTooLong", Reason: "The row is longer than 200 characters."},
	strayTextRow: {Code: "TextAfterQuote", Reason: "Text follows the closing quotation mark of a value."},
	openMarkRow:  {Code: "QuoteNotClosed", Reason: "A value begins with a quotation mark that is not closed."},
}

// alreadyTaken is the outcome of a row with the email address of another user.
var alreadyTaken = importjob.Outcome{Column: "email", Code: "AliasExists", Reason: "An account with the given email already exists."}

// takenAddress is the email address that an existing user signs in with.
const takenAddress = "taken@example.com"

// form is how the values of a row are written.
type form string

const (
	plainForm   form = "plain"
	escapedForm form = "escaped" // a comma in a value has a backslash before it
	quotedForm  form = "quoted"  // a value is in quotation marks, and has some inside
	brokenForm  form = "broken"  // a value in quotation marks continues on the next line
)

var forms = []form{plainForm, escapedForm, quotedForm, brokenForm}

// value returns a text with this beginning, and its written form.
func (f form) value(begin, pad string) (value, written string) {
	switch f {
	case escapedForm:
		return begin + ",x" + pad, begin + `\,x` + pad
	case quotedForm:
		return begin + `,"x"` + pad, `"` + begin + `,""x""` + pad + `"`
	case brokenForm:
		return begin + "\nx" + pad, ` "` + begin + "\nx" + pad + `"`
	}
	return begin + " x" + pad, begin + "  x"[1:] + pad + " "
}

// rowValues has the values of a row before it is written.
type rowValues struct {
	username, email, name string
	written               string // the name as it stands in the file
	born, bornWritten     string // the birthdate, and as it stands in the file; "" for none
}

// kept returns the row as a job keeps it. It is the row of the file; of an endless row it is
// one byte more than the longest row may have. A row of another format is kept in Cognito's
// format. A row that cannot be split is kept as a single value.
func (r *specRow) kept(w way) string {
	text := r.text[:min(len(r.text), 4*rowChars+2)]
	switch {
	case !w.foreign:
		return text
	case r.kind == fewValuesRow:
		return keptForm(r.username, r.email)
	case r.unsplit():
		return keptForm(text)
	}
	return keptForm(r.fields(r.kind, r.name)...)
}

// unsplit reports whether the row cannot be split into values.
func (r *specRow) unsplit() bool {
	switch r.kind {
	case notTextRow, longRow, endlessRow, strayTextRow, openMarkRow:
		return true
	}
	return false
}

// foreignLine returns the row in the file's format, which is not Cognito's.
func (v rowValues) foreignLine(kind rowKind, w way) string {
	switch kind {
	case fewValuesRow:
		return w.value(v.username) + w.separator + w.value(v.email)
	case notTextRow:
		return v.username + w.separator + "\xff" + v.email
	case longRow:
		return v.username + w.separator + strings.Repeat("ö", rowChars)
	case endlessRow:
		return v.username + w.separator + strings.Repeat("x", 5*rowChars)
	case strayTextRow:
		return `"` + v.username + `"x` + w.separator + v.email
	case openMarkRow:
		return `"` + v.username + w.separator + v.email
	}
	values := v.fields(kind, v.name)
	for i, value := range values {
		values[i] = w.value(value)
	}
	return strings.Join(values, w.separator)
}

// line returns the row in Cognito's format, without its line end.
func (v rowValues) line(kind rowKind) string {
	switch kind {
	case fewValuesRow:
		return v.username + "," + v.email
	case notTextRow:
		return v.username + ",\xff" + v.email + ",true,x,"
	case longRow:
		return v.username + "," + strings.Repeat("ö", rowChars)
	case endlessRow:
		return v.username + "," + strings.Repeat("x", 5*rowChars)
	case strayTextRow:
		return fmt.Sprintf(`"%s"x,%s,true,x,`, v.username, v.email)
	case openMarkRow:
		return fmt.Sprintf(`"%s,%s,true,x,`, v.username, v.email)
	}
	return strings.Join(v.fields(kind, v.written), ",")
}

// fields returns the values of a row that can be split, with the given form of the name.
func (v rowValues) fields(kind rowKind, name string) []string {
	flag, mfa, email := "TRUE", "", v.email
	switch kind {
	case unverifiedRow:
		flag = "false"
	case badFlagRow:
		flag = "maybe"
	case badEmailRow:
		email = "nowhere"
	case badMFARow:
		mfa = "true"
	}
	values := []string{v.username, email, flag, name, mfa}
	if v.bornWritten != "" {
		values = append(values, v.bornWritten)
	}
	return values
}
