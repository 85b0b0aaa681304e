package service

import (
	"time"

	"poolhouse/internal/apicore"
	"poolhouse/internal/pagetoken"
	"poolhouse/internal/userpool"
)

// Timestamp returns a time in the API's form.
func Timestamp(t time.Time) apicore.Time { return apicore.Time{Time: t} }

// OpenPage returns the place in a request's token, "" for no token.
func OpenPage(pages *pagetoken.Key, list pagetoken.List, token string) (place string, err error) {
	if token == "" {
		return "", nil
	}
	place, err = pages.Open(list, token)
	if err != nil {
		return "", userpool.Errorf(userpool.InvalidParameter, "Invalid pagination token given: %s gave no such token for this list.", list[0])
	}
	return place, nil
}

// SealPage returns the token for a place, "" for none.
func SealPage(pages *pagetoken.Key, list pagetoken.List, place string) string {
	if place == "" {
		return ""
	}
	return pages.Seal(list, place)
}

// Value returns the pointer's value, the zero value for nil.
func Value[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

// ValueOr returns the pointer's value, otherwise for nil.
func ValueOr[T any](p *T, otherwise T) T {
	if p != nil {
		return *p
	}
	return otherwise
}

// Strings converts a list of enumerated values to strings.
func Strings[S ~string](list []S) []string {
	if list == nil {
		return nil
	}
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = string(s)
	}
	return out
}

// Enums is the inverse of Strings.
func Enums[S ~string](list []string) []S {
	if list == nil {
		return nil
	}
	out := make([]S, len(list))
	for i, s := range list {
		out[i] = S(s)
	}
	return out
}
