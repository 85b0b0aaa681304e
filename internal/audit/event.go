package audit

import (
	"log/slog"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Event is a call of an operation that changes something.
type Event struct {
	// ID and At are given by [Recorder.Record]. Later events of a server have
	// greater ids.
	ID string
	At time.Time // when the call ended, in milliseconds

	RequestID   string
	Region      string // that the call is for
	Service     string // as actions of policies begin: cognito-idp, logs, iam, sts or poolhouse
	Operation   string
	Principal   string // the ARN of who called, or the sub of a user who did without a signature; "" if that is not known
	AccessKeyID string // that the request was signed with; "" if it was not
	Address     string // the IP address of the connection's other end
	UserAgent   string // what the client says it is
	Resource    string // the ARN of what the call is about, "*" if it is about nothing in particular
	// Details are pairs name=value with spaces between them: the ids of what the call made or
	// was about, beside the resource.
	Details string
	Result  string // the name of the exception that was answered, "" on success

	// Chain is which chain the event is a link of, ChainNo its number there, from 1 on, and
	// Hash what [Event.Sum] returns for the hash of the event before it.
	Chain   string
	ChainNo int64
	Hash    string
}

// Position is where an event stands in the order of events.
type Position struct {
	At time.Time
	ID string
}

// Position returns where the event stands.
func (e *Event) Position() Position { return Position{e.At, e.ID} }

// The most bytes of what clients have in hand: a name of theirs, and an ARN,
// of which the API takes up to 2,048 characters.
const (
	maxUserAgent = 256
	maxText      = 2048
)

// What a row takes beside its texts, in bytes: numbers, the account, and that pages of a
// database are not full. SQLite keeps what is beyond the first bytes of a longer row in pages
// of their own.
const (
	sizeOfRow   = 400
	longestRow  = 900 // that has no further page
	firstOfLong = 500
	sizeOfPage  = 4096
)

// Size returns about how many bytes the event takes in a database at most, with its indexes.
func (e *Event) Size() int64 {
	var row int
	for _, text := range []string{e.ID, e.RequestID, e.Region, e.Service, e.Operation, e.Principal, e.AccessKeyID, e.Address, e.UserAgent, e.Resource, e.Details, e.Result, e.Chain, e.Hash} {
		row += len(text)
	}
	if row > longestRow {
		row = firstOfLong + (row-firstOfLong+sizeOfPage-1)/sizeOfPage*sizeOfPage
	}
	indexes := 2*len(e.ID) + len(e.Operation) + len(e.Principal)
	return int64(row + indexes + sizeOfRow)
}

// bounded returns the event with texts that every store can keep and every log
// can show: of bounded length, in valid UTF-8, without control characters.
func (e Event) bounded() Event {
	for _, text := range []*string{&e.RequestID, &e.Region, &e.Service, &e.Operation, &e.Principal, &e.AccessKeyID, &e.Address, &e.Resource, &e.Details, &e.Result} {
		*text = bounded(*text, maxText)
	}
	e.UserAgent = bounded(e.UserAgent, maxUserAgent)
	return e
}

// bounded cuts a text between characters, and replaces those that are none.
func bounded(text string, limit int) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return utf8.RuneError
		}
		return r
	}, text)
	if len(text) <= limit {
		return text
	}
	for !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}

// attrs returns what the event's line in the log says.
func (e *Event) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("eventId", e.ID), slog.String("requestId", e.RequestID), slog.String("region", e.Region), slog.String("service", e.Service),
		slog.String("operation", e.Operation), slog.String("principal", e.Principal), slog.String("accessKeyId", e.AccessKeyID),
		slog.String("address", e.Address), slog.String("userAgent", e.UserAgent), slog.String("resource", e.Resource), slog.String("details", e.Details), slog.String("result", e.Result),
		slog.String("chain", e.Chain), slog.Int64("chainNo", e.ChainNo), slog.String("hash", e.Hash),
	}
}

// reading are the beginnings of the names of operations that change nothing.
var reading = []string{"AdminGet", "AdminList", "CheckUserImport", "Describe", "Filter", "Get", "List"}

// Changes reports whether an operation, of whatever service, changes
// something. Handing out what opens doors counts as a change: tokens, codes (also those in the
// messages of an outbox), and the credentials of a role. One that is not known to read changes.
func Changes(operation string) bool {
	switch operation {
	case "GetClientToken", "GetTokensFromRefreshToken", "GetUserAttributeVerificationCode", "ListOutboxMessages":
		return true
	}
	for _, prefix := range reading {
		if strings.HasPrefix(operation, prefix) {
			return false
		}
	}
	return true
}
