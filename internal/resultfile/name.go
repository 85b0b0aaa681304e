package resultfile

import (
	"strings"
	"unicode"
)

// The contents of result files.
const (
	WhatNotImported = "not imported"
	WhatImported    = "imported"
)

// longestName bounds the part of a file name that comes from the job's name, in characters.
const longestName = 100

// FileName returns a name for a file of a job, such as "members not imported.csv". It
// contains no directory and no character that a file system or an HTTP header could misread.
// It begins with a letter or a digit.
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
