package console

import (
	"context"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// howRead is the text of pages about how a file is read or was read.
type howRead struct {
	Strict   bool
	Notes    []string // what was detected, and what happens to columns
	Refusals []poolhouseapi.ImportCognitoRefusalType
	IsDone   bool // a job has read the file
}

// whyUnread explains why a column is not imported.
func whyUnread(why string) string {
	switch why {
	case "Mapped":
		return "So it was chosen."
	case "Empty":
		return "It has no values."
	case "RowNumbers":
		return "Its values are the numbers of the rows."
	}
	return why
}

// howOf returns the text about how a file is read.
func howOf(format *poolhouseapi.ImportFormatType, refusals []poolhouseapi.ImportCognitoRefusalType, strict *bool) *howRead {
	h := &howRead{Strict: isTrue(strict), Refusals: refusals}
	if format != nil {
		h.Notes = format.Notes
	}
	return h
}

// How returns the text about how an uploaded file is read.
func (u *uploadSeen) How(strict bool) *howRead { return howOf(u.Format, u.CognitoRefusals, &strict) }

// notesShown is the number of notes shown at once.
const notesShown = 8

// First and More are the notes that are shown at once, and the others.
func (h *howRead) First() []string { return h.Notes[:min(len(h.Notes), notesShown)] }

// More returns the notes after the first.
func (h *howRead) More() []string { return h.Notes[min(len(h.Notes), notesShown):] }

// IsPlain reports whether there is nothing to say, because the file is read as Amazon
// Cognito reads it.
func (h *howRead) IsPlain() bool { return len(h.Notes) == 0 && !h.Strict }

// IsShort reports whether the refusals are few enough to be shown at once.
func (h *howRead) IsShort() bool { return len(h.Refusals) <= 3 }

// howJobRead returns how the file of an ended job was read, and the chosen columns. It
// returns nil if that is not known.
func (v *visit) howJobRead(ctx context.Context, n *jobNow) (*howRead, []mapped, error) {
	in := &poolhouseapi.GetUserImportJobReceiptRequest{UserPoolId: n.UserPoolId, JobId: n.JobId}
	if !n.HasEnded() || !may(ctx, v, poolhouseapi.GetUserImportJobReceipt, in) {
		return nil, nil, nil
	}
	out, err := do(ctx, v, poolhouseapi.GetUserImportJobReceipt, in)
	if named(err, tooEarly) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	var chosen []mapped
	for _, m := range out.Receipt.Map {
		chosen = append(chosen, mapped(m))
	}
	return howReceipt(out.Receipt), chosen, nil
}

// howReceipt returns how the file of a receipt's job was read, or nil if it was not read.
func howReceipt(r *poolhouseapi.UserImportReceiptType) *howRead {
	if r.Format == nil && !isTrue(r.Strict) {
		return nil
	}
	h := howOf(r.Format, r.CognitoRefusals, r.Strict)
	h.IsDone = true
	return h
}

// twoWays begins the explanation of a job whose file has several possible readings.
const twoWays = "The file can be read in "

// HasTwoWays reports whether the job failed because its file has several possible readings.
func (n *jobNow) HasTwoWays() bool {
	return string(n.Status) == importFailed && n.Read() == 0 && strings.HasPrefix(n.Explanation(), twoWays)
}
