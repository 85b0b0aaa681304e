package usercsv

import "poolhouse/internal/userpool"

// Codes of row errors. The codes of the rules for users are in package userpool. Codes
// are stable: result files and scripts may rely on them. The package's documentation
// lists all codes of a row and the correction for each.
const (
	// CodeFieldCount: the number of values differs from the number of columns.
	CodeFieldCount = "WrongNumberOfValues"
	// CodeEncoding: the row is not UTF-8.
	CodeEncoding = "NotUTF8"
	// CodeRowTooLong: the row has more characters than [Limits] allow.
	CodeRowTooLong = "RowTooLong"
	// CodeQuote: a value begins with a quotation mark that is not closed.
	CodeQuote = "QuoteNotClosed"
	// CodeStrayQuote: text follows the closing quotation mark of a value.
	CodeStrayQuote = "TextAfterQuote"
	// CodeNoVerified: no attribute that the pool verifies automatically is flagged.
	CodeNoVerified = "NoVerifiedAttribute"
	// CodeMFA: cognito:mfa_enabled contradicts the pool's MFA setting.
	CodeMFA = "InvalidMFA"
	// CodePasswordHash: the hash has not the algorithm's form, or costs too much.
	CodePasswordHash = "InvalidPasswordHash"
	// CodeHashHidden: the hash is the placeholder for hashes in result files.
	CodeHashHidden = "PasswordHashHidden"
	// CodeExternalID: the external id is too long, or has a control character.
	CodeExternalID = "ExternalIdInvalid"
	// CodeUsernameMismatch: cognito:username differs from the attribute that users of the
	// pool are named by.
	CodeUsernameMismatch = "UsernameNotTheAttribute"
	// CodeInternal: the row failed because of a fault in Poolhouse.
	CodeInternal = "InternalError"
)

// Flaws of a row. Those of single values are in package userpool.
const (
	FlawTooFewValues  userpool.Flaw = "TooFewValues"
	FlawCommaInValue  userpool.Flaw = "CommaInValue" // too few values, and one has a comma
	FlawTooManyValues userpool.Flaw = "TooManyValues"
	FlawDayFirst      userpool.Flaw = "DayBeforeMonth"
	FlawMonthFirst    userpool.Flaw = "MonthBeforeDay" // in a file whose birthdates have the day first
	FlawNotDayFirst   userpool.Flaw = "NotDayFirst"    // another invalid value in such a file
	FlawShortDate     userpool.Flaw = "ShortDate"      // 1/31/1980, 01/31/80
	FlawNoSuchDay     userpool.Flaw = "NoSuchDay"      // 02/30/1980
	FlawEitherFlag    userpool.Flaw = "EitherFlag"     // one of the two flags must be true
	FlawFlagAlone     userpool.Flaw = "FlagAlone"      // a flag is true without a value, and the user does not need the attribute
	FlawSeveralRows   userpool.Flaw = "SeveralRows"
	FlawEscapeOpen    userpool.Flaw = "BackslashAtEnd" // the file ends with a backslash that escapes nothing
)

// Codes of errors of a file as a whole.
const (
	// CodeFileEmpty: the file has no header.
	CodeFileEmpty = "FileEmpty"
	// CodeFileNoUsers: the file has a header and no rows.
	CodeFileNoUsers = "FileWithoutUsers"
	// CodeFileTooManyRows: the file has more rows than [Limits] allow.
	CodeFileTooManyRows = "TooManyRows"
	// CodeFileTooLarge: the file has more bytes than [Limits] allow.
	CodeFileTooLarge = "FileTooLarge"
	// CodeFileHeader: the header has a column that the pool does not know, a column
	// twice, or one without a name.
	CodeFileHeader = "UnexpectedHeader"
	// CodeFileMissingColumn: a column is missing that every row needs.
	CodeFileMissingColumn = "MissingColumn"
	// CodeFileHashAlgorithm: there are password hashes, but the job names no hash
	// algorithm.
	CodeFileHashAlgorithm = "NoHashAlgorithm"
	// CodeFileForm: the file is not a CSV file.
	CodeFileForm = "NotCSV"
	// CodeFileEncoding: the file is not UTF-8.
	CodeFileEncoding = "FileNotUTF8"
	// CodeFileBirthdates: the birthdates have another form than the reading allows.
	CodeFileBirthdates = "BirthdatesDayFirst"
	// CodeFileTwoReadings: the file can be read in two ways that give different users.
	CodeFileTwoReadings = "TwoReadings"
	// CodeFileMap: the job's map does not fit the file or the pool.
	CodeFileMap = "MapDoesNotFit"
	// CodeFileHeaderUnusable: the header row itself cannot be split.
	CodeFileHeaderUnusable = "HeaderNotReadable"
)
