package usercsv

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"poolhouse/internal/password"
	"poolhouse/internal/usercsv/dialect"
	"poolhouse/internal/userpool"
)

// Codes of what Poolhouse accepts in a file and Amazon Cognito does not, in the order in
// which a Report lists them.
const (
	RefusedPacking       = "CompressedFile"
	RefusedEncoding      = "Encoding"
	RefusedByteOrderMark = "ByteOrderMark"
	RefusedLineEnds      = "LineEnds"
	RefusedBefore        = "LineBeforeHeader"
	RefusedSeparator     = "Separator"
	RefusedNames         = "ColumnNames"
	RefusedColumns       = "ColumnsNotImported"
	RefusedOwnColumns    = "ColumnsOfPoolhouse"
	RefusedTooLarge      = "FileTooLarge"
	RefusedTooManyRows   = "TooManyRows"
	RefusedRowTooLong    = "RowTooLong"
	RefusedQuotes        = "QuotedValues"
	RefusedApostrophes   = "Apostrophes"
	RefusedEscapes       = "Escapes"
	RefusedNoValue       = "WordsForNoValue"
	RefusedShortRows     = "RowsEndEarly"
	RefusedLongRows      = "ExtraEmptyValue"
	RefusedNumberedRows  = "RowNumbers"
	RefusedLineBreaks    = "LineBreaksInValues"
	RefusedBirthdates    = "BirthdateYearFirst"
	RefusedBirthdateForm = "BirthdateForm"
	RefusedBooleans      = "BooleanWords"
	RefusedHashes        = "PasswordHashAboveCeiling"
)

// refusals are the codes in their order, with their texts. [Format.Refusals] has the
// texts about the format.
var refusals = [...]Refusal{
	{Code: RefusedPacking}, {Code: RefusedEncoding},
	{Code: RefusedByteOrderMark, Message: "The file begins with a byte order mark. Amazon Cognito accepts UTF-8 without it: " +
		"with it, the name of the first column is wrong."},
	{Code: RefusedLineEnds}, {Code: RefusedBefore}, {Code: RefusedSeparator}, {Code: RefusedNames}, {Code: RefusedColumns},
	{Code: RefusedOwnColumns, Message: "The file has columns that only Poolhouse knows. Amazon Cognito accepts only the columns that GetCSVHeader lists."},
	{Code: RefusedTooLarge, Message: fmt.Sprintf("The file has more than %d bytes, the limit of Amazon Cognito.", DefaultBytes)},
	{Code: RefusedTooManyRows, Message: fmt.Sprintf("The file has more than %d users, the limit of Amazon Cognito.", DefaultRows)},
	{Code: RefusedRowTooLong, Message: fmt.Sprintf("Rows have more than %d characters, the limit of Amazon Cognito.", DefaultRowChars)},
	{Code: RefusedQuotes, Message: `Values are in quotation marks. For Amazon Cognito the marks are part of the value: write none, and \, for a comma in a value.`},
	{Code: RefusedApostrophes}, {Code: RefusedEscapes}, {Code: RefusedNoValue}, {Code: RefusedShortRows}, {Code: RefusedLongRows}, {Code: RefusedNumberedRows},
	{Code: RefusedLineBreaks, Message: "Values have line breaks. For Amazon Cognito each line is a row."},
	{Code: RefusedBirthdates, Message: "Birthdates are written yyyy-mm-dd. Amazon Cognito accepts mm/dd/yyyy."},
	{Code: RefusedBirthdateForm}, {Code: RefusedBooleans},
	{Code: RefusedHashes, Message: "Password hashes are above the ceilings of Amazon Cognito: a BCRYPT cost of 12, SCRYPT with N=65536, r=8 and p=1, " +
		"ARGON2ID with m=19456, t=2 and p=1, 600000 iterations of PBKDF2_SHA256."},
}

// refuse adds refusals, each code once, in their order.
func (l *Report) refuse(more ...Refusal) {
	for _, r := range more {
		i := slices.IndexFunc(l.Refusals, func(o Refusal) bool { return o.Code == r.Code })
		if i >= 0 {
			l.Refusals[i].Rows += r.Rows
			l.Refusals[i].Line = min(l.Refusals[i].Line, r.Line)
			continue
		}
		l.Refusals = append(l.Refusals, r)
	}
	slices.SortFunc(l.Refusals, func(a, b Refusal) int { return placeOf(a.Code) - placeOf(b.Code) })
}

// placeOf returns the place of a code in refusals.
func placeOf(code string) int {
	return slices.IndexFunc(refusals[:], func(r Refusal) bool { return r.Code == code })
}

// refusal returns the refusal for a code: the number of rows, and the first line.
func refusal(code string, rows, line int64) Refusal {
	r := refusals[placeOf(code)]
	r.Rows, r.Line = rows, line
	return r
}

// fileRefusals is about the file as a whole. The limits of this server may be wider than
// Cognito's.
func fileRefusals(size, rows int64) (out []Refusal) {
	if size > DefaultBytes {
		out = append(out, refusal(RefusedTooLarge, 0, 1))
	}
	if rows > DefaultRows {
		out = append(out, refusal(RefusedTooManyRows, 0, 1))
	}
	return out
}

// headerRefusals is about the first line.
func headerRefusals(mark bool, header Record) (out []Refusal) {
	if mark {
		out = append(out, refusal(RefusedByteOrderMark, 0, 1))
	}
	if slices.ContainsFunc(header.Fields, func(name string) bool { return name == ColumnExternalID || ignored(name) }) {
		out = append(out, refusal(RefusedOwnColumns, 0, header.Line))
	}
	if quotes(header.Text) {
		out = append(out, refusal(RefusedQuotes, 0, header.Line))
	}
	return out
}

// signs counts the rows with something that Cognito does not accept, by the place of its
// code in refusals.
type signs [len(refusals)]struct{ rows, line int64 }

func (s *signs) note(code string, line int64) {
	i := placeOf(code)
	if s[i].rows++; s[i].line == 0 {
		s[i].line = line
	}
}

// add examines a row; its user is nil if it breaks a rule. A row that cannot be split
// adds nothing.
func (s *signs) add(d *Decoder, record Record, u *userpool.User) {
	if record.Err != nil {
		return
	}
	if len(record.Text) > DefaultRowChars && (Limits{RowChars: DefaultRowChars}).exceeded([]byte(record.Text)) {
		s.note(RefusedRowTooLong, record.Line)
	}
	if d.quotes(record.Text) {
		s.note(RefusedQuotes, record.Line)
	}
	if strings.Contains(record.Text, "\n") {
		s.note(RefusedLineBreaks, record.Line)
	}
	if i := d.birthdate; i != none && i < len(record.Fields) && len(record.Fields) == d.columns && yearFirst(record.Fields[i]) {
		s.note(RefusedBirthdates, record.Line)
	}
	if u != nil && u.Credential.Secret != "" && d.ceilings != (password.Ceilings{}) &&
		password.CheckHash(d.algorithm, u.Credential.Secret, password.Ceilings{}) != nil {
		s.note(RefusedHashes, record.Line)
	}
}

// merge adds the counts of later rows.
func (s *signs) merge(more signs) {
	for i := range s {
		if s[i].rows == 0 {
			s[i].line = more[i].line
		}
		s[i].rows += more[i].rows
	}
}

func (s *signs) refusals() (out []Refusal) {
	for i, sign := range s {
		if sign.rows > 0 {
			out = append(out, refusal(refusals[i].Code, sign.rows, sign.line))
		}
	}
	return out
}

// quotes reports whether a valid row has a quoted value, in the file's format.
func (d *Decoder) quotes(row string) bool {
	if d.format == nil || d.format.IsCognito() {
		return strings.Contains(row, `"`) && quotes(row)
	}
	in := d.format.dialect()
	if in.Quote != '"' || !strings.Contains(row, `"`) {
		return false
	}
	cuts, _, _ := in.CutRow([]byte(row), true, nil)
	return slices.ContainsFunc(cuts, func(c dialect.Cut) bool { return c.Quoted })
}

// quotes reports whether a valid row has a quoted value. It stops at the first one.
func quotes(row string) bool {
	data := []byte(row)
	for at := 0; ; at++ {
		if at = skipBlanks(data, at); at < len(data) && data[at] == '"' {
			return true
		}
		if at = endOfPlain(data, at); at == len(data) {
			return false
		}
	}
}

// yearFirst reports whether a value is a date of the form yyyy-mm-dd.
func yearFirst(value string) bool {
	if len(value) != len(time.DateOnly) || value[4] != '-' {
		return false
	}
	_, err := time.Parse(time.DateOnly, value)
	return err == nil
}
