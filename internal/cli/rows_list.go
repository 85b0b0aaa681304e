package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// rowsQuery is the input of ListUserImportJobRows.
type rowsQuery struct {
	jobKey
	Verdicts      []string `json:",omitempty"`
	OnlyCorrected bool     `json:",omitempty"`
	OnlyOpen      bool     `json:",omitempty"`
	FromLine      int64    `json:",omitempty"`
	MaxResults    int
	NextToken     string `json:",omitempty"`
}

// rowsPage is the output of ListUserImportJobRows. Rows are in the server's text.
type rowsPage struct {
	File      struct{ ColumnNames []string }
	Rows      []json.RawMessage
	KeptUntil float64 // seconds since 1970
	NextToken string
	correctedRows
}

// correctedRows is the number of corrected rows of a job, and of those that passed when
// they were corrected.
type correctedRows struct{ CorrectedRows, PassingCorrectedRows int64 }

// rowList lists rows of a job that were not imported.
type rowList struct {
	cfg   aws.Config
	query rowsQuery
	cause causeFlags
	most  int // -1 for all

	page rowsPage // the last page
	more bool     // there are rows after most
}

// listedRow is a row with the server's text of it.
type listedRow struct {
	rejectedRow
	raw json.RawMessage
}

// rows returns the requested rows, page by page.
func (l *rowList) rows(ctx context.Context) iter.Seq2[*listedRow, error] {
	return func(yield func(*listedRow, error) bool) {
		left := l.most
		l.query.MaxResults = pageRows
		if l.cause.none() && l.most >= 0 {
			l.query.MaxResults = min(pageRows, l.most+1)
		}
		for {
			l.page = rowsPage{}
			if err := callOwn(ctx, l.cfg, "ListUserImportJobRows", l.query, &l.page); err != nil {
				yield(nil, err)
				return
			}
			for _, text := range l.page.Rows {
				r := &listedRow{raw: text}
				if err := json.Unmarshal(text, &r.rejectedRow); err != nil {
					yield(nil, fmt.Errorf("the server's answer cannot be read: %w", err))
					return
				}
				if !l.cause.of(&r.rejectedRow) {
					continue
				}
				if l.more = left == 0; l.more || !yield(r, nil) {
					return
				}
				left--
			}
			if l.query.NextToken = l.page.NextToken; l.query.NextToken == "" {
				return
			}
		}
	}
}

// printJSON prints the rows as the server wrote them.
func (l *rowList) printJSON(ctx context.Context, out io.Writer) error {
	for r, err := range l.rows(ctx) {
		if err == nil {
			err = printRaw(out, r.raw)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
