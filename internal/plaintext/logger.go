package plaintext

import (
	"io"
	"log/slog"
)

// NewLogger returns the program's log, with all records from the level least on, as text
// or as JSON. In both forms, text from outside stays on the line of its record and has no
// effect on a terminal.
func NewLogger(w io.Writer, asJSON bool, least slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: least}
	safe := NewWriter(w)
	if asJSON {
		return slog.New(slog.NewJSONHandler(safe, options))
	}
	return slog.New(slog.NewTextHandler(safe, options))
}
