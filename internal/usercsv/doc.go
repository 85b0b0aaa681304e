// Package usercsv is the file of a user import job: which columns a pool's
// file may have, how the file is split into rows, and what user a row
// describes; what a file is that is no such file; and what is wrong with a row
// and what would be right.
//
// It owns Cognito's dialect and how other ones are found out, the positions that reading can be continued from, the
// rules that only rows have (flags, birthdates, the auto-verified attribute),
// what makes a file unfit as a whole, the look at a file before it is imported
// ([LookAt]), and how rows are written ([FormatRow], [Neutralise]). The rules for
// users as such are the pool's (package userpool), the forms of password hashes
// are package password's. It keeps nothing and knows nothing of jobs.
//
// # Cognito's dialect
//
// This is the dialect of a file that nothing shows to be in another one, and the only one
// where files are read strictly. As the Developer Guide has it ("Formatting the CSV file"):
//
//   - The first row is the header; columns may stand in any order. It names
//     cognito:username, the flag of an attribute that the pool verifies by
//     itself and the attributes that the pool requires. Other columns may be
//     missing: the guide's own examples lack most.
//   - Values are separated by commas. A comma inside a value is written \, ;
//     a backslash before anything else is a backslash, also before another
//     one: exporters for this format escape commas and nothing else. A value
//     that ends with a backslash therefore has to be quoted.
//   - White space around a value is dropped.
//   - Booleans are true or false, in any case; birthdates are mm/dd/yyyy and
//     are kept as yyyy-mm-dd, the form of the OpenID Connect claim, which is
//     taken too; updated_at is in seconds since 1970; phone numbers are + and
//     digits.
//   - The file is UTF-8. A row has at most 16,000 characters, a file at most
//     500,000 rows besides the header ("Quotas in Amazon Cognito").
//
// What spreadsheets write is understood as well, where it cannot be mistaken:
// a byte order mark, CR LF, and quoted values as in RFC 4180. A value that
// begins with a quotation mark and is closed properly, by a mark that a comma
// or the line's end follows, is quoted: commas and line breaks inside belong
// to it, two marks stand for one, a backslash for itself, also before a comma.
// A mark anywhere else in a value is a character like others. A value that
// begins with a mark and is not closed properly, or not within the longest
// row allowed, fails the row that begins on its line, and reading goes on with
// the next line, so that a stray mark costs one row and not the rest of the
// file. Lines that hold nothing but white space are not rows. NUL and Ctrl-Z
// at the end of the file belong to no row, and nothing is missing where the
// last row has no line end; a line of nothing else is no row either.
//
// Lines are numbered as an editor numbers them: the header is on line 1. A
// row that spans several lines has the number of its first.
//
// # Other formats
//
// A [Format] says how a file is written that is in another form, and a reader of that
// format ([Format.NewReader]) reads it by the same rules: what is a row, what fails alone,
// what the limits are, and that reading can go on from the end of each row. All positions
// are those of the text in UTF-8, which [Format.OpenText] opens at any of them. Package
// dialect says where values begin and end; this package splits rows of Cognito's form by
// itself, and more quickly.
//
// Where backslashes escape, a line that ends with one goes on in the next line, and a row
// of such lines that is too long fails as one row. In PostgreSQL's text format a last line
// of \. alone is no row. A byte that is no character in the file's encoding is no UTF-8 in
// the text, and fails its row.
//
// # Columns and values
//
// What follows is not so where a file is read strictly, and of rows that are run again,
// which have the columns and the conversions of their first file.
//
// A column is read as the one of the pool's files that has its name, or the very same
// name written in another way: in another case, with spaces, underscores, hyphens, dots or
// colons in other places, with characters that cannot be seen. Two columns that would be
// read as one make the file unfit. A map ([Mapped]) says for some columns what they are read
// as, or that they are not imported. Of the columns that the pool does not know, those are
// not imported that have no value in the whole file, or the numbers of the rows, from 0 or
// 1 on; any other one makes the file unfit, until a map says what it is.
//
// Birthdates are read by what the whole column shows. Of those with slashes the first
// number is the month, unless at least three and more than one in a hundred show that it is
// the day, and none that it is not. With hyphens they are read only if the day is shown to
// come first. Dots have the day first, and are not read where they show nothing and others
// of the column have the month first. The year first, the month as a word and a time of
// midnight are understood. A year of two digits is not. What cannot be read in that form
// is read in none.
//
// The values of flags, of cognito:mfa_enabled and of the pool's attributes of the type
// Boolean are converted if all that are not true and false are words of one pair, such as
// t and f, 1 and 0, ja and nein, VRAI and FAUX.
//
// # The codes of a row
//
// Those with a star are package userpool's: they are rules for every user. What
// a row's error says is Cognito's text, where that is known. What was wrong and
// what to write instead is made of the code, the column and the flaw when the
// result log is read (Advice).
//
//	WrongNumberOfValues      give the row a value, if an empty one, for each column;
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
// Nothing that a row's error says holds a value of the row.
//
// # Findings and suggestions
//
// [Decoder.Findings] tells all that is wrong with a row, [Decoder.Decode] the first of
// it. Both are one path: what reads the row gives each problem to a collector, which
// says whether to stop. What only follows from another finding is none: a required
// attribute in a form that is not taken is not missing.
//
// A suggestion is a value that could stand in the cell. It is made by rules, out of the
// cell, the row and the pool, and is told only if the row, read with it, has the finding
// no more and its cell no new one. What can be read in several ways has a suggestion for
// each, with the name of the reading; what cannot be known has none: the country code of
// a phone number, the century of a year, the letter that is missing in an address.
//
// # Columns of ours
//
// A file may have poolhouse:external_id, which becomes [userpool.User].ExternalID, and
// the columns of result files, out of which nothing is read. A file with poolhouse:line
// and poolhouse:verdict is a result file: each of its values is what [Restore] makes of
// the cell. The answer of GetCSVHeader ([Header]) has none of these columns.
//
// # The file as a whole
//
// [Survey] reads a file once before any of its users is made. It judges the
// header first, and then goes on to find all that is wrong with the file as a
// whole. A *FileError has one of the codes that begin with CodeFile, a text that
// fits a completion message, and the whole text. The texts name columns, but
// nothing of a line that is not a header for sure: it would be a user's values.
//
// Unless it is to be read strictly, or has rows of another file, it is found out how the
// file is written ([Format]). Its first bytes tell how it is packed and often how it is
// encoded, and its beginning how it seems to be written. In that form it is read once, which
// counts its rows, while all of its bytes go by package filetext, which tells the encoding,
// and all of its text by package usercsv/dialect, which tells the dialect. If the whole file
// shows something else than its beginning, its rows are counted again in the form that it
// has. A file in Cognito's dialect, and nearly every other one, is read once.
//
// What a choice fixes is not found out ([Choice]). A file that can be read in two ways which
// make different users has the problem [CodeFileTwoReadings], the rows that differ, and no
// other problem: nothing else can be known of it.
//
// A file whose header names no column of the pool in any dialect may be something else, and
// is named if it can be recognised: a workbook, an archive, JSON, a path. Where files are
// read strictly, that holds for the tables of other programs as well; there, encodings of one byte
// a character and birthdates that begin with the day are looked for in the rows. Password
// hashes in a job without an algorithm are looked for everywhere.
package usercsv
