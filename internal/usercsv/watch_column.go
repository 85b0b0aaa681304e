package usercsv

import (
	"bytes"
	"fmt"
)

// dates counts what the birthdates look like.
type dates struct {
	filled int64
	days   int64 // whose first number is above 12, so that it is a day
	months int64 // whose second number is above 12: the first is a month, as it has to be
}

// least is how many values of a kind show that it is no slip.
const least = 3

func (d *dates) add(value []byte) {
	if len(value) == 0 {
		return
	}
	d.filled++
	first, rest, ok := number(value)
	if !ok {
		return
	}
	second, rest, ok := number(rest)
	if year := len(rest); !ok || year != 4 {
		return
	}
	if first > 12 {
		d.days++
	}
	if second > 12 {
		d.months++
	}
}

// number reads a number of one or two digits and the slash behind it.
func number(value []byte) (n int, rest []byte, ok bool) {
	end := bytes.IndexByte(value, '/')
	if end < 1 || end > 2 {
		return 0, nil, false
	}
	for _, b := range value[:end] {
		if b < '0' || b > '9' {
			return 0, nil, false
		}
		n = 10*n + int(b-'0')
	}
	return n, value[end+1:], true
}

// verdict refuses dates of the form dd/mm/yyyy. Those with a day up to the
// twelfth would be imported with day and month swapped.
func (d *dates) verdict() *FileError {
	if d.days < least || 100*d.days <= d.filled || d.months > 0 {
		return nil
	}
	return &FileError{Code: CodeFileBirthdates,
		Reason: "The column birthdate has dd/mm/yyyy: days and months would be swapped. Write mm/dd/yyyy or yyyy-mm-dd.",
		Detail: fmt.Sprintf("The column birthdate has dd/mm/yyyy: of %d dates, %d begin with a number above 12 and none has one in second place. "+
			"Days and months would be swapped. Write mm/dd/yyyy or yyyy-mm-dd.", d.filled, d.days)}
}

// texts counts the rows that tell the file's encoding.
type texts struct {
	utf8  bool  // there is a row of UTF-8 that is not ASCII
	eight int64 // rows that are no UTF-8, but could be text of an 8-bit encoding
}

func (t *texts) add(r *Reader, s span) {
	switch {
	case s.problem != nil && s.problem.Code == CodeEncoding:
		if eightBit(r.in.rest()[:s.size]) {
			t.eight++
		}
	case s.wide:
		t.utf8 = true
	}
}

// eightBit reports whether a row has a letter of an 8-bit encoding: a byte
// above 127 beside another letter. No text has the bytes 254 and 255 alone.
func eightBit(row []byte) bool {
	high := func(b byte) bool { return b >= 0x80 && b < 0xfe }
	for i, b := range row {
		if high(b) && (i > 0 && (isLetter(row[i-1]) || high(row[i-1])) || i+1 < len(row) && (isLetter(row[i+1]) || high(row[i+1]))) {
			return true
		}
	}
	return false
}

// verdict refuses a file in an 8-bit encoding: one that has no proper UTF-8
// beyond ASCII, and in which more than one row in a hundred would fail. In
// other files such rows fail alone.
func (t *texts) verdict(rows int64) *FileError {
	if t.utf8 || 100*t.eight <= rows {
		return nil
	}
	return otherEncoding()
}
