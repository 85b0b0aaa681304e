package plaintext

import (
	"io"
	"log/slog"
)

// NewLogger returns the log of the program, of the records from a level on: lines of
// text, or of JSON. In both, text of others is on the line of its record and does
// nothing else.
func NewLogger(w io.Writer, asJSON bool, least slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: least}
	safe := NewWriter(w)
	if asJSON {
		return slog.New(slog.NewJSONHandler(safe, options))
	}
	return slog.New(slog.NewTextHandler(safe, options))
}
