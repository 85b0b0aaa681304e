package userrow

import (
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/userpool"
)

// statuses are all statuses of the API, sorted by name. Those that this server does not use yet
// have a number too. A status has the number of its index times [statusStep]. So statuses with the
// same prefix have consecutive numbers, and there is room for new ones.
var statuses = [...]userpool.UserStatus{
	1: "ARCHIVED", 2: "COMPROMISED", 3: userpool.Confirmed, 4: "EXTERNAL_PROVIDER", 5: userpool.ForceChangePassword,
	6: userpool.ResetRequired, 7: userpool.Unconfirmed, 8: "UNKNOWN",
}

const statusStep = 10

// StatusNumber returns the number of a status.
func StatusNumber(s userpool.UserStatus) (int, error) {
	if i := slices.Index(statuses[1:], s); i >= 0 {
		return (i + 1) * statusStep, nil
	}
	return 0, fmt.Errorf("userrow: %q is not a user status", string(s))
}

// Status returns the status with a number.
func Status(number int) (userpool.UserStatus, error) {
	if i := number / statusStep; number > 0 && number%statusStep == 0 && i < len(statuses) {
		return statuses[i], nil
	}
	return "", fmt.Errorf("userrow: the stored status %d of a user is unknown; it was written by a newer program, or is damaged", number)
}

// StatusRange returns the least and the greatest number of the statuses with a prefix. It is false
// if there is none.
func StatusRange(prefix string) (least, greatest int, ok bool) {
	for i, s := range statuses {
		if s != "" && strings.HasPrefix(string(s), prefix) {
			if greatest = i * statusStep; !ok {
				least, ok = greatest, true
			}
		}
	}
	return least, greatest, ok
}
