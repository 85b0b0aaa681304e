package service

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"

	"poolhouse/internal/awsjson"
	"poolhouse/internal/userpool"
)

// convert makes a To of the members that a From has in common with it by
// name. It is for the many settings that the API takes and returns in the
// same form.
func convert[To any](from any) (to To, err error) {
	data, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(data, &to)
	}
	if err != nil {
		err = fmt.Errorf("service: a %T does not fit a %T: %w", from, to, err)
	}
	return to, err
}

// wallClock is now in the precision in which the API tells times.
func wallClock() time.Time { return time.Now().UTC().Truncate(time.Millisecond) }

func timestamp(t time.Time) awsjson.Time { return awsjson.Time{Time: t} }

// The alphabets of ids.
const (
	digits       = "0123456789"
	lowerLetters = "abcdefghijklmnopqrstuvwxyz"
	upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

// randomText returns n random characters of the alphabet.
func randomText(n int, alphabet string) string {
	out := make([]byte, 0, n)
	limit := byte(256 - 256%len(alphabet)) // beyond it, some characters would be likelier
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

// pageToken hides the key that the next page begins after; a list's pages and
// no other's accept it.
func pageToken(list, after string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(list + "\n" + after))
}

func parsePageToken(list, token string) (after string, err error) {
	if token == "" {
		return "", nil
	}
	data, err := base64.RawURLEncoding.DecodeString(token)
	if n := len(list); err == nil && len(data) > n+1 && string(data[:n+1]) == list+"\n" {
		return string(data[n+1:]), nil
	}
	return "", userpool.Errorf(userpool.InvalidParameter, "Invalid pagination token given: %s gave no such token.", list)
}

// value returns what a pointer points to, the zero value for nil.
func value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// valueOr returns what a pointer points to, otherwise for nil.
func valueOr[T any](p *T, otherwise T) T {
	if p != nil {
		return *p
	}
	return otherwise
}

// orEmpty returns p, and a new zero value for nil.
func orEmpty[T any](p *T) *T {
	if p == nil {
		return new(T)
	}
	return p
}

// strs turns a list of enumerated values into strings.
func strs[S ~string](list []S) []string {
	if list == nil {
		return nil
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// enums is the reverse of strs.
func enums[S ~string](list []string) []S {
	if list == nil {
		return nil
	}
	out := make([]S, len(list))
	for i, s := range list {
		out[i] = S(s)
	}
	return out
}
