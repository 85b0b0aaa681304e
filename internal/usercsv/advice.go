package usercsv

import (
	"cmp"

	"poolhouse/internal/userpool"
)

// advice says how to correct rows that fail with one code.
type advice struct {
	flaws map[userpool.Flaw]string // what was wrong
	cure  string                   // what to write; also used without a known flaw
	cures map[userpool.Flaw]string // used instead of cure
}

// Advice says what was wrong with a row that failed with a code and a flaw in a column,
// and what to write instead. The reason stored with the row is often Cognito's and tells
// neither. The text is made on request and stored nowhere. It is "" for an unknown code.
//
// The text contains no value of the row.
func Advice(column, code string, flaw userpool.Flaw) string {
	a, ok := advices[code]
	if !ok {
		return ""
	}
	text := cmp.Or(a.cures[flaw], a.cure)
	if what := a.flaws[flaw]; what != "" {
		text = what + " " + text
	}
	if column != "" {
		text = column + ": " + text
	}
	return text
}

const dayFirstCure = "A birthdate of this file is written dd/mm/yyyy, for example 31/01/1980, or yyyy-mm-dd, for example 1980-01-31."

// advices has the codes in the order of the package's documentation.
var advices = map[string]advice{
	CodeFieldCount: {
		cure: "Each column needs a value, even if it is empty.",
		cures: map[userpool.Flaw]string{
			FlawTooManyValues: `A comma inside a value is written \, or the value is put into quotation marks.`,
			FlawTooFewValues:  `Each column needs a value, even if it is empty; a value with a line break is put into quotation marks.`,
			FlawSeveralRows:   "The text must be one row. Take the line break out, or put the value that has it into quotation marks.",
			FlawCommaInValue: `Each column needs a value, even if it is empty; ` +
				`a value that ends with a backslash is put into quotation marks, because a backslash before a comma makes the comma part of the value.`,
		},
	},
	CodeEncoding:   {cure: "The file must be UTF-8. Save it in that encoding."},
	CodeRowTooLong: {cure: "The row is too long. Shorten its values, or leave columns out."},
	CodeQuote: {
		cure:  "Close the quotation mark at the end of the value, or begin the value with something else.",
		cures: map[userpool.Flaw]string{FlawEscapeOpen: `A backslash that is part of a value is written twice: \\.`},
	},
	CodeStrayQuote: {cure: `A quotation mark inside a quoted value is written twice: "".`},

	userpool.CodeUsernameMissing: {cure: "Each user needs a username. Fill the column."},
	userpool.CodeUsernameInvalid: {
		cure: "A username has at most 128 characters, without spaces, tabs and control characters.",
	},
	userpool.CodeUsernameNotAlias: {
		cure: "This user pool names its users by email address or phone number. Write one of them into the column.",
		cures: map[userpool.Flaw]string{
			userpool.FlawEmail: "This user pool names its users by email address. Write the user's address into the column, for example jane@example.com.",
			userpool.FlawPhone: "This user pool names its users by phone number. Write the user's number into the column, for example +14325551212.",
		},
	},
	userpool.CodeUsernameIsAlias: {
		cure: "Users of this pool sign in with such a value besides the username. Choose a username of another form.",
		cures: map[userpool.Flaw]string{
			userpool.FlawEmail: "Users of this pool sign in with their email address besides the username. Choose a username that is not an email address.",
			userpool.FlawPhone: "Users of this pool sign in with their phone number besides the username. Choose a username that is not a phone number.",
		},
	},
	CodeUsernameMismatch: {cure: "The column must have the same value as cognito:username. Make both equal, or leave this column empty."},

	userpool.CodeInvalidBoolean: {cure: "The value must be true or false. Other words are accepted only if all values of the column belong to one pair, such as yes and no."},
	userpool.CodeInvalidBirthdate: {
		flaws: map[userpool.Flaw]string{
			FlawDayFirst:    "The day is before the month.",
			FlawMonthFirst:  "The month is before the day; the file's other birthdates have the day first.",
			FlawNotDayFirst: "The value is not a date in the form of the file's other birthdates.",
			FlawShortDate:   "Month and day need two digits each, the year four.",
			FlawNoSuchDay:   "The calendar has no such day.",
		},
		cures: map[userpool.Flaw]string{FlawMonthFirst: dayFirstCure, FlawNotDayFirst: dayFirstCure},
		cure:  "A birthdate is written mm/dd/yyyy, for example 01/31/1980, or yyyy-mm-dd, for example 1980-01-31.",
	},
	userpool.CodeInvalidPhone: {
		flaws: map[userpool.Flaw]string{
			userpool.FlawRounded:       "A spreadsheet rounded the number, and its digits are lost. Format the column as text before you save the file.",
			userpool.FlawDoubleZero:    "The number begins with 00 in place of +.",
			userpool.FlawNoPlus:        "The number does not begin with +.",
			userpool.FlawLeadingZero:   "A zero follows the +, but no country code begins with one.",
			userpool.FlawNoDigit:       "The number has a space, a hyphen, a bracket or another character that is not a digit.",
			userpool.FlawTooFewDigits:  "The number has too few digits.",
			userpool.FlawTooManyDigits: "The number has more than 15 digits.",
		},
		cure: "A number begins with + and the country code, then digits only, for example +14325551212.",
	},
	userpool.CodeInvalidEmail: {
		flaws: map[userpool.Flaw]string{
			userpool.FlawNoAt:        "The address has no @.",
			userpool.FlawTwoAts:      "The address has more than one @: only one address may be in the column.",
			userpool.FlawNoLocalPart: "Nothing is before the @.",
			userpool.FlawTooLong:     "The address is too long: it may have 64 bytes before the @, and 254 in all.",
			userpool.FlawDots:        "The part before the @ begins or ends with a dot, or has two in a row.",
			userpool.FlawCharacter:   "The address has a space, a comma, a quotation mark, a bracket or another character that is not allowed.",
			userpool.FlawNoDomainDot: "The part after the @ has no dot.",
			userpool.FlawDomain:      "The part after the @ is not a domain: letters, digits and hyphens, with single dots between them.",
		},
		cure: "An address has a name, one @ and a domain, for example jane@example.com.",
	},
	userpool.CodeInvalidNumber: {cure: "A number is written with digits, and with a point before decimals, for example 12.50 or -3; " +
		"updated_at is in seconds since 1970."},
	userpool.CodeInvalidDateTime:  {cure: "A date and time is written as 2026-11-21T10:00:00Z, as 2026-11-21, or in seconds since 1970."},
	userpool.CodeInvalidCharacter: {cure: "The value must not have a NUL character. Take it out."},
	userpool.CodeTooLong:          {cure: "The value must be shorter."},
	userpool.CodeTooShort:         {cure: "The value must be longer. It may be empty if the user pool does not require the attribute."},
	userpool.CodeTooLarge:         {cure: "The number must be smaller. The attribute's bounds are in the pool's schema (DescribeUserPool)."},
	userpool.CodeTooSmall:         {cure: "The number must be greater. The attribute's bounds are in the pool's schema (DescribeUserPool)."},
	userpool.CodeAttributeMissing: {cure: "The user pool requires the attribute of every user. Fill the column."},
	userpool.CodeVerifiedNoValue: {cure: "A verified attribute needs a value. Fill the column, or write false into the column of the flag.",
		cures: map[userpool.Flaw]string{
			FlawFlagAlone: "A verified attribute needs a value. Write false, or fill the attribute that the flag belongs to.",
		}},
	CodeNoVerified: {
		cure: "The user pool accepts an imported user only if this is true. Write true, and fill the column of the attribute that is verified.",
		cures: map[userpool.Flaw]string{
			FlawEitherFlag: "The user pool accepts an imported user only if email_verified or phone_number_verified is true. " +
				"Write true into one of them, and fill the column of the attribute that is verified.",
		},
	},
	CodeMFA:          {cure: "Leave the column empty: then it is what the user pool requires."},
	CodePasswordHash: {cure: `The hash must have the form of the job's PasswordHashingAlgorithm and stay below its ceilings; a comma in it is written \,`},
	CodeHashHidden: {cure: "A result file has " + Hidden + " in place of each password hash. Retry the job that the file is from " +
		"(RetryUserImportJob with the UploadId of this file), which takes the hashes that are kept, or write the hash into the column."},
	CodeExternalID: {cure: "An external id has 1 to 256 characters, none of them a control character. Correct it, or empty the cell."},

	userpool.CodeUsernameExists: {cure: "A user with this name exists, or an earlier row of the file created one. " +
		"An import does not change existing users."},
	userpool.CodeAliasExists: {cure: "Another user of the pool signs in with this value. Write another one, or write false into the column of its flag."},
	CodeInternal:             {cure: "Import the row again in another job. The server's log says what happened."},
}
