package console

import (
	"context"
	"slices"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// howRead is what pages tell of how a file is read, or was.
type howRead struct {
	Strict   bool
	Notes    []string
	Unread   []unread // columns that are not imported
	Mapped   []mapped // columns that are read as another one, as was chosen
	Refusals []poolhouseapi.ImportCognitoRefusalType
	IsDone   bool // the file was read, by a job
}

// unread is a column that is not imported.
type unread struct{ Name, Why string }

// whyUnread says in words why a column is not imported.
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

// howOf returns what is to be told of how a file is read.
func howOf(format *poolhouseapi.ImportFormatType, refusals []poolhouseapi.ImportCognitoRefusalType, strict *bool, chosen []poolhouseapi.ImportMappedColumnType) *howRead {
	h := &howRead{Strict: yes(strict), Refusals: refusals}
	for _, m := range chosen {
		if m.Attribute != "" && m.Attribute != m.Column {
			h.Mapped = append(h.Mapped, mapped(m))
		}
	}
	if format == nil {
		return h
	}
	h.Notes = format.Notes
	for i := range format.Columns {
		if c := &format.Columns[i]; c.NotImported != "" {
			h.Unread = append(h.Unread, unread{c.Name, whyUnread(c.NotImported)})
		}
	}
	return h
}

// How tells how the file of an upload is read. What becomes of its columns stands in their
// table.
func (u *uploadSeen) How(strict bool) *howRead {
	h := howOf(u.Format, u.CognitoRefusals, &strict, nil)
	h.Unread = nil
	return h
}

// IsPlain reports whether there is nothing to tell but that the file is read as Amazon
// Cognito does.
func (h *howRead) IsPlain() bool { return len(h.Notes) == 0 && !h.Strict }

// IsShort reports whether the refusals are few enough to be shown at once.
func (h *howRead) IsShort() bool { return len(h.Refusals) <= 3 }

// UnreadShown are the first columns that are not imported, and MoreUnread counts the others.
func (h *howRead) UnreadShown() []unread { return h.Unread[:min(len(h.Unread), unreadShown)] }

// MoreUnread counts the columns that are not imported and not shown.
func (h *howRead) MoreUnread() int { return max(0, len(h.Unread)-unreadShown) }

// unreadShown is how many columns are told that are not imported.
const unreadShown = 20

// howJobRead tells how the file of a job was read that has ended, nil where that is not known.
func (v *visit) howJobRead(ctx context.Context, n *jobNow) (*howRead, []mapped, error) {
	in := &poolhouseapi.GetUserImportJobReceiptRequest{UserPoolId: n.UserPoolId, JobId: n.JobId}
	if !n.HasEnded() || !n.HasBegun() || !may(ctx, v, poolhouseapi.GetUserImportJobReceipt, in) {
		return nil, nil, nil
	}
	out, err := do(ctx, v, poolhouseapi.GetUserImportJobReceipt, in)
	if named(err, tooEarly) || named(err, missing) {
		return nil, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	h, chosen := howReceipt(out.Receipt)
	return h, chosen, nil
}

// howReceipt tells how the file of a receipt's job was read, and what was chosen of its
// columns.
func howReceipt(r *poolhouseapi.UserImportReceiptType) (*howRead, []mapped) {
	var chosen []mapped
	for _, m := range r.Map {
		chosen = append(chosen, mapped(m))
	}
	h := howOf(r.Format, r.CognitoRefusals, r.Strict, r.Map)
	h.IsDone = true
	h.Mapped = slices.DeleteFunc(h.Mapped, func(m mapped) bool { return m.Attribute == "" })
	return h, chosen
}
