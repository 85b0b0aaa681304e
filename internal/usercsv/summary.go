package usercsv

import "poolhouse/internal/userpool"

// Summary says in a few words what is wrong with rows that fail with a code, "" for an
// unknown code. Unlike the reason of a row, it is the same for all of them.
func Summary(code string) string { return summaries[code] }

var summaries = map[string]string{
	CodeFieldCount: "Too many or too few values",
	CodeEncoding:   "Not UTF-8",
	CodeRowTooLong: "The row is too long",
	CodeQuote:      "A quotation mark is not closed",
	CodeStrayQuote: "Text after a closing quotation mark",

	userpool.CodeUsernameMissing:  "The username is missing",
	userpool.CodeUsernameInvalid:  "The username is too long or has a character that is not allowed",
	userpool.CodeUsernameNotAlias: "The username is no email address or phone number",
	userpool.CodeUsernameIsAlias:  "The username has the form of an email address or phone number",
	CodeUsernameMismatch:          "Not the same as the username",

	userpool.CodeInvalidBoolean:   "Neither true nor false",
	userpool.CodeInvalidBirthdate: "Not a birthdate",
	userpool.CodeInvalidPhone:     "Invalid phone number format",
	userpool.CodeInvalidEmail:     "Invalid email address format",
	userpool.CodeInvalidNumber:    "Not a number",
	userpool.CodeInvalidDateTime:  "Not a date and time",
	userpool.CodeInvalidCharacter: "A character that is not allowed",
	userpool.CodeTooLong:          "The value is too long",
	userpool.CodeTooShort:         "The value is too short",
	userpool.CodeTooLarge:         "The number is too large",
	userpool.CodeTooSmall:         "The number is too small",
	userpool.CodeAttributeMissing: "A required value is missing",
	userpool.CodeVerifiedNoValue:  "Verified, but without a value",
	CodeNoVerified:                "Neither email address nor phone number is verified",
	CodeMFA:                       "Not the MFA setting of the user pool",
	CodePasswordHash:              "The password hash cannot be used",
	CodeHashHidden:                "The password hash is hidden",
	CodeExternalID:                "The external id is too long or has a control character",

	userpool.CodeUsernameExists: "The user already exists",
	userpool.CodeAliasExists:    "Another user signs in with this value",
	CodeInternal:                "Internal error",
}
