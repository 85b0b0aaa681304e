package service

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"poolhouse/internal/apicore"
	"poolhouse/internal/pagetoken"
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

func timestamp(t time.Time) apicore.Time { return apicore.Time{Time: t} }

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

// openPage returns the place that a request's token holds, "" for no token.
func openPage(pages *pagetoken.Key, list pagetoken.List, token string) (place string, err error) {
	if token == "" {
		return "", nil
	}
	place, err = pages.Open(list, token)
	if err != nil {
		return "", userpool.Errorf(userpool.InvalidParameter, "Invalid pagination token given: %s gave no such token for this list.", list[0])
	}
	return place, nil
}

// sealPage returns the token of a place, "" for none.
func sealPage(pages *pagetoken.Key, list pagetoken.List, place string) string {
	if place == "" {
		return ""
	}
	return pages.Seal(list, place)
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
