package usercsv

// Codes of what can be wrong with a row besides the rules for users, whose
// codes are package userpool's.
const (
	CodeFieldCount         = "WrongNumberOfValues"     // give each row a value, if an empty one, for each column
	CodeEncoding           = "NotUTF8"                 // save the file as UTF-8
	CodeRowTooLong         = "RowTooLong"              // shorten the row's values
	CodeQuote              = "QuoteNotClosed"          // close the quotation mark, or do not begin a value with one
	CodeNoVerified         = "NoVerifiedAttribute"     // set email_verified or phone_number_verified to true
	CodeMFA                = "InvalidMFA"              // leave cognito:mfa_enabled blank
	CodePasswordHash       = "InvalidPasswordHash"     // bring the hash into the form that the job's algorithm has
	CodeUsernameMismatch   = "UsernameNotTheAttribute" // make cognito:username and the attribute's column equal
	CodeFileEmpty          = "FileEmpty"               // the file has no header
	CodeFileNoUsers        = "FileWithoutUsers"        // the file has a header and nothing else
	CodeFileTooManyRows    = "TooManyRows"             // split the file
	CodeFileHeader         = "UnexpectedHeader"        // the header names what the pool does not know, or twice
	CodeFileMissingColumn  = "MissingColumn"           // a column that every row needs is not there
	CodeFileHashAlgorithm  = "NoHashAlgorithm"         // name a PasswordHashingAlgorithm when creating the job
	CodeFileHeaderUnusable = "HeaderNotReadable"       // the header row itself cannot be split
)

// Columns that are not attributes.
const (
	ColumnUsername     = "cognito:username"
	ColumnMFA          = "cognito:mfa_enabled"
	ColumnPasswordHash = "password_hash"
)
