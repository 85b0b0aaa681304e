package usercsv

import "poolhouse/internal/userpool"

// Codes of what can be wrong with a row besides the rules for users, whose
// codes are package userpool's. They are stable: result files and scripts may
// rely on them. The package's documentation lists all codes of a row and what
// mends each.
const (
	// CodeFieldCount: the row has not as many values as the header has columns.
	CodeFieldCount = "WrongNumberOfValues"
	// CodeEncoding: the row is not UTF-8.
	CodeEncoding = "NotUTF8"
	// CodeRowTooLong: the row has more characters than [Limits] allow.
	CodeRowTooLong = "RowTooLong"
	// CodeQuote: a value begins with a quotation mark that is not closed.
	CodeQuote = "QuoteNotClosed"
	// CodeStrayQuote: text follows the closing quotation mark of a value.
	CodeStrayQuote = "TextAfterQuote"
	// CodeNoVerified: no attribute that the pool verifies by itself is flagged.
	CodeNoVerified = "NoVerifiedAttribute"
	// CodeMFA: cognito:mfa_enabled contradicts the pool's MFA setting.
	CodeMFA = "InvalidMFA"
	// CodePasswordHash: the hash lacks the algorithm's form, or costs too much.
	CodePasswordHash = "InvalidPasswordHash"
	// CodeHashHidden: the hash is a result file's mark for one.
	CodeHashHidden = "PasswordHashHidden"
	// CodeExternalID: the external id is too long, or has a control character.
	CodeExternalID = "ExternalIdInvalid"
	// CodeUsernameMismatch: cognito:username and the attribute that it is
	// differ.
	CodeUsernameMismatch = "UsernameNotTheAttribute"
	// CodeInternal: the row failed for a reason of ours.
	CodeInternal = "InternalError"
)

// Flaws of a row besides those of values that are package userpool's.
const (
	FlawTooFewValues  userpool.Flaw = "TooFewValues"
	FlawCommaInValue  userpool.Flaw = "CommaInValue" // too few values, and one has a comma
	FlawTooManyValues userpool.Flaw = "TooManyValues"
	FlawDayFirst      userpool.Flaw = "DayBeforeMonth"
	FlawMonthFirst    userpool.Flaw = "MonthBeforeDay" // in a file whose birthdates have the day first
	FlawNotDayFirst   userpool.Flaw = "NotDayFirst"    // another value in such a file
	FlawShortDate     userpool.Flaw = "ShortDate"      // 1/31/1980, 01/31/80
	FlawNoSuchDay     userpool.Flaw = "NoSuchDay"      // 02/30/1980
	FlawEitherFlag    userpool.Flaw = "EitherFlag"     // one of both flags must be true
	FlawFlagAlone     userpool.Flaw = "FlagAlone"      // a flag is true without a value, and the user can do without it
	FlawSeveralRows   userpool.Flaw = "SeveralRows"
	FlawEscapeOpen    userpool.Flaw = "BackslashAtEnd" // the file ends with a backslash that escapes what follows
)

// Codes of what can be wrong with a file as a whole.
const (
	// CodeFileEmpty: the file has no header.
	CodeFileEmpty = "FileEmpty"
	// CodeFileNoUsers: the file has a header and nothing else.
	CodeFileNoUsers = "FileWithoutUsers"
	// CodeFileTooManyRows: the file has more rows than [Limits] allow.
	CodeFileTooManyRows = "TooManyRows"
	// CodeFileTooLarge: the file has more bytes than [Limits] allow.
	CodeFileTooLarge = "FileTooLarge"
	// CodeFileHeader: the header names what the pool does not know, or twice,
	// or a column without a name.
	CodeFileHeader = "UnexpectedHeader"
	// CodeFileMissingColumn: a column without which no row could be imported is
	// not there.
	CodeFileMissingColumn = "MissingColumn"
	// CodeFileHashAlgorithm: there are password hashes, but the job does not
	// say of which algorithm.
	CodeFileHashAlgorithm = "NoHashAlgorithm"
	// CodeFileForm: the file is something else than a CSV file.
	CodeFileForm = "NotCSV"
	// CodeFileEncoding: the file is not UTF-8.
	CodeFileEncoding = "FileNotUTF8"
	// CodeFileBirthdates: the birthdates are in another form than the file's.
	CodeFileBirthdates = "BirthdatesDayFirst"
	// CodeFileTwoReadings: the file can be read in two ways that make different users.
	CodeFileTwoReadings = "TwoReadings"
	// CodeFileMap: the job's map does not fit the file or the pool.
	CodeFileMap = "MapDoesNotFit"
	// CodeFileHeaderUnusable: the header row itself cannot be split.
	CodeFileHeaderUnusable = "HeaderNotReadable"
)
