package resultfile

import (
	"strings"
	"unicode"
)

// What a result file holds.
const (
	WhatNotImported = "not imported"
	WhatImported    = "imported"
)

// longestName bounds the part of a file's name that is the job's, in characters.
const longestName = 100

// FileName returns a name for a file of a job, such as "members not imported.csv". It
// names no directory, has no character that a file system or a header of HTTP could
// misread, and begins with a letter or a digit.
func FileName(job, jobID, what string, format Format) string {
	safe := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)), strings.ContainsRune("._-+=@,", r):
			return r
		}
		return '_'
	}, job)
	safe = strings.TrimLeftFunc(strings.Join(strings.Fields(safe), " "), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(safe) > longestName {
		safe = strings.TrimSpace(safe[:longestName])
	}
	if safe == "" {
		safe = jobID
	}
	return safe + " " + what + "." + strings.ToLower(string(format))
}
