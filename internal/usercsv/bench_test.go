package usercsv

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

const benchHeader = "cognito:username,email,email_verified,name,given_name,family_name,phone_number,phone_number_verified,cognito:mfa_enabled,locale,updated_at\n"

// benchFile is a file of typical rows in one format.
func benchFile(format string) []byte {
	var b bytes.Buffer
	b.WriteString(benchHeader)
	for i := range 50_000 {
		fmt.Fprintf(&b, format, i, i, i)
	}
	return b.Bytes()
}

const (
	plainRow   = "user%07d,user%07d@example.com,TRUE,Jane Doe,Jane,Doe,+1425%07d,FALSE,,en_US,1471453471\n"
	escapedRow = `user%07d,user%07d@example.com,TRUE,Doe\, Jane,Jane,Doe,+1425%07d,FALSE,,en_US,1471453471` + "\n"
	quotedRow  = `"user%07d","user%07d@example.com","TRUE","Doe, Jane","Jane","Doe","+1425%07d","FALSE","","en_US","1471453471"` + "\r\n"
)

func BenchmarkReader(b *testing.B) {
	for name, format := range map[string]string{"plain": plainRow, "escaped": escapedRow, "quoted": quotedRow} {
		b.Run(name, func(b *testing.B) {
			file := benchFile(format)
			b.SetBytes(int64(len(file)))
			b.ReportAllocs()
			for b.Loop() {
				r := NewReader(bytes.NewReader(file), Position{}, Limits{})
				for {
					if _, err := r.Next(); errors.Is(err, io.EOF) {
						break
					}
				}
			}
		})
	}
}

func BenchmarkSurvey(b *testing.B) {
	for name, file := range map[string][]byte{
		"plain": benchFile(plainRow), "quoted": benchFile(quotedRow), "escaped": benchFile(escapedRow),
		"plain, watched": watchedFile(plainRow, ",02/01/1985,"), "escaped, watched": watchedFile(escapedRow, ",02/01/1985,"),
		"quoted, watched": watchedFile(quotedRow, `,"02/01/1985",""`),
	} {
		for _, strict := range []bool{true, false} { // the difference is the cost of detection
			b.Run(fmt.Sprintf("%s/strict=%t", name, strict), func(b *testing.B) {
				b.SetBytes(int64(len(file)))
				b.ReportAllocs()
				open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file)), nil }
				for b.Loop() {
					if _, err := Survey(open, Limits{}, Import{Asked: Asked{Strict: strict}}); err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(50_000*b.N), "ns/row")
			})
		}
	}
}

// watchedFile is a file with both columns that a survey reads: birthdate, and
// password_hash without a value.
func watchedFile(format, more string) []byte {
	file := bytes.ReplaceAll(benchFile(format), []byte("\n"), []byte(more+"\n"))
	file = bytes.ReplaceAll(file, []byte("\r"+more), []byte(more+"\r"))
	return bytes.Replace(file, []byte(more), []byte(",birthdate,password_hash"), 1)
}

// BenchmarkStrayQuotes is the worst case for reading ahead: each line opens a quotation
// mark that is not closed.
func BenchmarkStrayQuotes(b *testing.B) {
	file := append([]byte("cognito:username\n"), bytes.Repeat([]byte("\"a\n"), 500_000)...)
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		if _, _, err := surveySource(bytes.NewReader(file), Limits{}, Import{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	benchDecode(b, "plain", "", benchFile(plainRow))
	file := bytes.ReplaceAll(benchFile(plainRow), []byte("\n"), []byte(","+bcrypt+"\n"))
	file = bytes.Replace(file, []byte(bcrypt), []byte(ColumnPasswordHash), 1)
	benchDecode(b, "hash", password.BCrypt, file)
	benchDecode(b, "username is email", "", []byte(benchHeader+"jane@example.com,,TRUE,Jane Doe,Jane,Doe,,,,en_US,1471453471\n"),
		namedBy("email"))
}

func benchDecode(b *testing.B, name, algorithm string, file []byte, change ...func(*userpool.UserPool)) {
	b.Run(name, func(b *testing.B) {
		r := NewReader(bytes.NewReader(file), Position{}, Limits{})
		header, err := r.Header()
		if err != nil {
			b.Fatal(err)
		}
		d, err := NewDecoder(testPool(b, change...), header, algorithm, Limits{}, nil)
		if err != nil {
			b.Fatal(err)
		}
		record, err := r.Next()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, problem := d.Decode(record); problem != nil {
				b.Fatal(problem)
			}
		}
	})
}

// BenchmarkCheck is a whole check by the rules.
func BenchmarkCheck(b *testing.B) {
	for name, file := range map[string][]byte{"plain": benchFile(plainRow), "quoted": benchFile(quotedRow), "all fail": bytes.ReplaceAll(benchFile(plainRow), []byte("@"), []byte("#"))} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(file)))
			for b.Loop() {
				l, err := Check(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(file)), nil }, Limits{}, Import{Pool: testPool(b)})
				if err != nil || l.Rows != 50_000 {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(50_000*b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
