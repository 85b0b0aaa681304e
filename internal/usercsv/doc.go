// Package usercsv reads the file of a user import job. It knows which columns a pool's file
// may have, how the file is split into rows, and which user a row describes. It recognises
// other kinds of files. It says what is wrong with a row, and what would be right.
//
// It owns Cognito's dialect, the detection of other ones, and the positions from which
// reading can continue. It owns the rules that only rows have: flags, birthdates, the
// attribute that is verified automatically. It decides what makes a file as a whole unfit.
// It checks a file before the import ([Check]), and it writes rows ([FormatRow],
// [Neutralise]). The rules for users are in package userpool, and the forms of password
// hashes in package password. This package stores nothing and does not know jobs.
//
// # Cognito's dialect
//
// A file has this dialect unless something shows that it has another one. A strict reading
// knows no other dialect. The Developer Guide ("Formatting the CSV file") defines it:
//
//   - The first row is the header. Columns may stand in any order. The header names
//     cognito:username, the flag of an attribute that the pool verifies automatically, and
//     the attributes that the pool requires. Other columns may be missing: the guide's own
//     examples lack most of them.
//   - Values are separated by commas. A comma inside a value is written \, . A backslash
//     before any other character is plain text, also before another backslash. Exporters for
//     this format escape commas and nothing else. So a value that ends with a backslash
//     must be quoted.
//   - White space around a value is dropped.
//   - Booleans are true or false, in any case. Birthdates are mm/dd/yyyy. They are stored as
//     yyyy-mm-dd, the form of the OpenID Connect claim, and that form is accepted, too.
//     updated_at is in seconds since 1970. Phone numbers are + and digits.
//   - The file is UTF-8. A row has at most 16,000 characters, and a file at most 500,000
//     rows besides the header ("Quotas in Amazon Cognito").
//
// What spreadsheets write is also understood, if it is unambiguous: a byte order mark,
// CR LF, and quoted values as in RFC 4180. A value is quoted if it begins with a quotation
// mark and a closing mark stands before a comma or the line's end. Commas and line breaks
// inside belong to the value. Two marks mean one, and a backslash is plain text, also before
// a comma. A mark at any other place in a value is plain text. The closing mark may be
// missing, or may come only after the longest allowed row. Then the row that begins on this
// line fails, and reading continues on the next line. So a stray mark costs one row and not
// the rest of the file. Lines with nothing but white space are not rows. NUL and Ctrl-Z at
// the end of the file belong to no row, and a line of nothing else is no row either. The
// last row needs no line end.
//
// Lines have the numbers that an editor shows: the header is on line 1. A row that spans
// several lines has the number of its first line.
//
// # Other formats
//
// A [Format] describes a file in another form. A reader of that format ([Format.NewReader])
// follows the same rules: what is a row, what fails by itself, what the limits are, and that
// reading can continue after each row. All positions count bytes of the text in UTF-8, and
// [Format.OpenText] opens the text at any of them. Package dialect finds where values begin
// and end. For Cognito's form, this package splits rows with its own, faster code.
//
// In dialects with backslash escapes, a line that ends with one continues on the next line.
// A row of such lines that is too long fails as one row. In PostgreSQL's text format, a last
// line \. is no row. A byte that is no character in the file's encoding becomes invalid UTF-8
// in the text, and fails its row.
//
// # Columns and values
//
// This section does not apply to a strict reading, nor to child jobs. The rows of a child
// job have the columns and the conversions of their first file.
//
// A column of the pool's files is recognised by its name. The name may be written
// differently: in another case, with spaces, underscores, hyphens, dots or colons in other
// places, with invisible characters. Two columns that would be read as one make the file
// unfit. A map ([Mapped]) says for some columns how they are read, or that they are not
// imported. A column that the pool does not know is not imported if it has no value in the
// whole file, or only row numbers from 0 or 1 on. Any other unknown column makes the file
// unfit until a map says what it is.
//
// The whole column decides how birthdates are read. In dates with slashes, the month is
// first. The day is first only if at least three values, and more than one in a hundred,
// show it, and no value shows the opposite. Dates with hyphens are read only if values show
// that the day is first. Dates with dots have the day first. They are not read if they show
// nothing and other values of the column have the month first. A year at the beginning, a
// month as a word and a time of midnight are understood. A year of two digits is not. A
// value that does not fit the form of its column is not read in another form.
//
// Flags, cognito:mfa_enabled and the pool's attributes of type Boolean are converted if all
// values other than true and false are words of one pair. Such pairs are t and f, 1 and 0,
// ja and nein, VRAI and FAUX.
//
// # The codes of a row
//
// Codes with a star come from package userpool: they are rules for every user. The text of
// a row's error is Cognito's where that is known. What was wrong and what to write instead
// is derived from code, column and flaw when the result log is read (Advice).
//
//	WrongNumberOfValues      give the row a value for each column, even if it is empty;
//	                         write a comma inside a value as \,
//	NotUTF8                  save the file as UTF-8
//	RowTooLong               shorten the row's values
//	QuoteNotClosed           close the quotation mark, or begin the value with
//	                         something else
//	TextAfterQuote           write a mark inside a quoted value twice
//	UsernameMissing *        fill cognito:username
//	UsernameInvalid *        take spaces, tabs and control characters out of
//	                         cognito:username; at most 128 characters
//	UsernameNotEmailOrPhone *  the pool's users are named by email address or phone
//	                         number: put one into cognito:username
//	UsernameLooksLikeAlias * the pool's users sign in with an email address or phone
//	                         number besides the username: choose another username
//	UsernameNotTheAttribute  make cognito:username and the attribute's column equal,
//	                         or leave the attribute's column empty
//	InvalidBoolean *         write true or false, or fill the whole column with words of one pair
//	InvalidBirthdate *       write mm/dd/yyyy or yyyy-mm-dd, or dd/mm/yyyy where the file has that
//	InvalidPhoneNumber *     write + and up to 15 digits, nothing else
//	InvalidEmail *           correct the email address
//	InvalidNumber *          write a decimal number such as 12.50 or 1e3; updated_at is in
//	                         seconds since 1970
//	InvalidDateTime *        write a date and time such as 2026-11-21T10:00:00Z
//	InvalidCharacter *       take the NUL character out
//	ValueTooLong *, ValueTooShort *, ValueTooLarge *, ValueTooSmall *
//	                         keep to the bounds of the attribute in the pool's schema
//	AttributeMissing *       fill the attribute, which the pool requires
//	VerifiedWithoutValue *   fill the attribute, or set its flag to false
//	NoVerifiedAttribute      set email_verified or phone_number_verified to true,
//	                         whichever the pool verifies
//	InvalidMFA               leave cognito:mfa_enabled blank: then it is what the pool
//	                         requires
//	InvalidPasswordHash      bring the hash into the form and below the ceilings of the
//	                         job's algorithm; write its commas as \,
//	PasswordHashHidden       retry the job that the result file is from, which takes the
//	                         hashes that are kept, or write the hash
//	ExternalIdInvalid        1 to 256 characters without control characters, or nothing
//
// No text of a row's error contains a value of the row.
//
// # Findings and suggestions
//
// [Decoder.Findings] returns all that is wrong with a row, and [Decoder.Decode] the first
// thing. Both use the same code: it gives each problem to a collector, which says whether to
// stop. A problem that only follows from another finding is not a finding. For example, a
// required attribute in an invalid form is not missing.
//
// A suggestion is a value that could stand in the cell. Rules derive it from the cell, the
// row and the pool. It is made only if the row, read with it, loses the finding and its cell
// gets no new one. A cell that can be read in several ways has a suggestion for each, with
// the name of the reading. What cannot be known has none: the country code of a phone
// number, the century of a year, the letter that is missing in an address.
//
// # Columns of Poolhouse
//
// A file may have poolhouse:external_id, which becomes [userpool.User].ExternalID. It may
// also have the columns of result files, which are ignored. A file with poolhouse:line and
// poolhouse:verdict is a result file: [Restore] is applied to each of its values. The answer
// of GetCSVHeader ([Header]) has none of these columns.
//
// # The file as a whole
//
// [Survey] reads a file once before any of its users is made. It judges the header first,
// and then finds all that is wrong with the file as a whole. A *FileError has a code that
// begins with CodeFile, a text that fits a completion message, and the whole text. The texts
// name columns. They contain nothing of a line that may not be a header, because that could
// be a user's values.
//
// Survey detects the format of the file ([Format]), except for strict readings and child
// jobs. The first bytes show the compression and often the encoding. The beginning of the
// text gives a guess of the format. The file is read once with this guess to count its rows.
// In that pass, package filetext gets all bytes and detects the encoding, and package
// usercsv/dialect gets the whole text and detects the dialect. If the whole file contradicts
// the guess, its rows are counted again in the right format. A file in Cognito's dialect,
// and nearly every other file, is read once.
//
// What a choice fixes is not detected ([Choice]). If a file can be read in two ways that give
// different users, its only problem is [CodeFileTwoReadings], with the rows that differ:
// nothing else can be known about it.
//
// A file whose header has no column of the pool in any dialect may be of another kind. It is
// named if it is recognised: a workbook, an archive, JSON, a path. In strict readings, this
// includes the tables of other programs; and the rows are searched for single-byte encodings
// and for birthdates with the day first. Password hashes in a job without an algorithm are
// always searched for.
//
// # Files
//
// reader.go, split.go, buffer.go and row.go split a file in Cognito's dialect into rows;
// formatreader.go and fileopen.go do it for other formats. header.go and the files that begin
// with columns have the columns, and map.go their map. decoder.go and decode.go make users.
// birthdate.go, birthdate_written.go, booleans.go and convert.go read values in other forms.
// finding.go, codes.go, advice.go and setting.go say what is wrong; those that begin with suggest
// say what would be right. survey.go and detection.go read a whole file, with watch.go and
// watch_column.go for its columns, sniff.go for other kinds of files, and readings.go for a second
// reading. fileformat.go and choice_words.go have the format and the choices, notes.go its
// description, and refusal.go what Amazon Cognito would refuse. look.go checks a file before an
// import. keeper.go, hide.go, format.go, formatrow.go and neutralise.go write rows.
package usercsv
