package cognitoservice

import (
	"crypto/rand"
	"strings"
	"time"
)

// wallClock returns the time in the API's precision.
func wallClock() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

// The alphabets of ids.
const (
	digits       = "0123456789"
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
	upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// randomText returns n random characters of the alphabet.
func randomText(n int, alphabet string) string {
	out := make([]byte, 0, n)
	limit := byte(256 - 256%len(alphabet)) // larger bytes would make some characters likelier
	for buffer := make([]byte, 2*n); len(out) < n; {
		rand.Read(buffer)
		for _, b := range buffer {
			if (limit == 0 || b < limit) && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out)
}

func newImportJobID() string { return "import-" + randomText(10, digits+lowerLetters+upperLetters) }

// isImportJobID reports whether a text has the form of a job id (ImportJobIdType).
func isImportJobID(id string) bool {
	rest, ok := strings.CutPrefix(id, "import-")
	return ok && rest != "" && len(id) <= 55 && strings.Trim(rest, digits+lowerLetters+upperLetters+"-") == ""
}
