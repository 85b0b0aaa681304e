package audit

import "strings"

// reading are the beginnings of the names of operations that change nothing.
var reading = []string{"AdminGet", "AdminList", "Describe", "Filter", "Get", "List"}

// Changes reports whether an operation, of whatever service, changes
// something. Handing out what opens doors counts as a change: tokens, codes,
// and the credentials of a role. One that is not known to read changes.
func Changes(operation string) bool {
	switch operation {
	case "GetClientToken", "GetTokensFromRefreshToken", "GetUserAttributeVerificationCode":
		return true
	}
	for _, prefix := range reading {
		if strings.HasPrefix(operation, prefix) {
			return false
		}
	}
	return true
}
