package policy

import "fmt"

// Error says why a document is refused: what IAM answers with
// MalformedPolicyDocument.
type Error struct {
	At      string // the place, like Statement[1].Condition.StringLike; "" for the whole document
	Message string // what is wrong there and what would be right
}

// Error returns the place and the message.
func (e *Error) Error() string {
	if e.At == "" {
		return e.Message
	}
	return e.At + ": " + e.Message
}

// refuse returns the refusal of what stands at n; nil means the whole document.
func refuse(n *node, format string, args ...any) error {
	return &Error{At: n.place(), Message: fmt.Sprintf(format, args...)}
}
