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
	// [Recorder.Record] sets ID and At. Later events of a server have greater ids.
	ID string
	At time.Time // when the call ended, in milliseconds

	RequestID   string
	Region      string // of the call
	Service     string // the prefix of its actions in policies: cognito-idp, logs, iam, sts or poolhouse
	Operation   string
	Principal   string // the caller's ARN, or the sub of a user of an unsigned call; "" if unknown
	AccessKeyID string // of the signature; "" without one
	Address     string // the IP address of the connection's other end
	UserAgent   string // as the client sent it
	Resource    string // the ARN of the call's resource, "*" if it has none
	// Details are space-separated pairs name=value: the ids, besides the resource, of what the
	// call made or was about.
	Details string
	Result  string // the name of the exception, "" on success

	// Chain is the event's chain, ChainNo its number there, from 1 on. Hash is the result of
	// [Event.ComputeHash] for the hash of the event before it.
	Chain   string
	ChainNo int64
	Hash    string
}

// Position is an event's place in the order of events.
type Position struct {
	At time.Time
	ID string
}

// Position returns where the event stands.
func (e *Event) Position() Position { return Position{e.At, e.ID} }

// Bounds, in bytes, of texts that clients choose: a name, and an ARN. The API accepts ARNs of
// up to 2,048 characters.
const (
	maxUserAgent = 256
	maxText      = 2048
)

// Size in bytes of a table row without its texts: numbers, the account, and the free space in a
// database's pages. SQLite keeps the end of a longer table row in extra pages.
const (
	sizeOfRow   = 400
	longestRow  = 900 // of a table row without extra pages
	firstOfLong = 500
	sizeOfPage  = 4096
)

// Size estimates the event's size in a database in bytes, with its indexes. It is an upper
// estimate.
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

// bounded returns the event with texts that every store and log accepts: of bounded length, in
// valid UTF-8, without control characters.
func (e Event) bounded() Event {
	for _, text := range []*string{&e.RequestID, &e.Region, &e.Service, &e.Operation, &e.Principal, &e.AccessKeyID, &e.Address, &e.Resource, &e.Details, &e.Result} {
		*text = bounded(*text, maxText)
	}
	e.UserAgent = bounded(e.UserAgent, maxUserAgent)
	return e
}

// bounded cuts a text between characters, and replaces invalid ones.
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

// attrs returns the attributes of the event's line in the log.
func (e *Event) attrs() []slog.Attr {
	return []slog.Attr{
		slog.String("eventId", e.ID), slog.String("requestId", e.RequestID), slog.String("region", e.Region), slog.String("service", e.Service),
		slog.String("operation", e.Operation), slog.String("principal", e.Principal), slog.String("accessKeyId", e.AccessKeyID),
		slog.String("address", e.Address), slog.String("userAgent", e.UserAgent), slog.String("resource", e.Resource), slog.String("details", e.Details), slog.String("result", e.Result),
		slog.String("chain", e.Chain), slog.Int64("chainNo", e.ChainNo), slog.String("hash", e.Hash),
	}
}

// reading are prefixes of operations that change nothing.
var reading = []string{"AdminGet", "AdminList", "CheckUserImport", "Describe", "Filter", "Get", "List"}

// IsChange reports whether an operation of any service changes something. Operations that give
// out credentials count as changes: tokens, codes (even those in an outbox's messages), and a
// role's credentials. An unknown operation counts as a change.
func IsChange(operation string) bool {
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
