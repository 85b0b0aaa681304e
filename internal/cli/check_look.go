package cli

import (
	"poolhouse/internal/usercsv"
)

// checkedBy tells of a look at a file as a server would.
func checkedBy(l *usercsv.Look, size int64) *checkResult {
	c := &checkResult{FileSize: size, TotalRows: l.Rows, FailingRows: l.Failing, PassingRows: l.Rows - l.Failing}
	if l.Problem != nil {
		c.Problems = []fileProblem{{l.Problem.Code, l.Problem.Error()}}
	}
	for _, s := range l.Columns {
		c.ColumnNames = append(c.ColumnNames, s.Name)
		c.Columns = append(c.Columns, columnSeen{s.Name, s.Known, s.Twice, s.Meant, s.Cure})
	}
	for _, m := range l.Missing {
		c.MissingColumns = append(c.MissingColumns, missingSeen{m.Name, m.Other, m.Why})
	}
	for _, one := range l.Causes {
		c.Causes = append(c.Causes, cause{Column: one.Column, Code: one.Code, Message: one.Reason, Advice: one.Advice, Rows: one.Rows, LineNumber: one.Line})
	}
	return c
}

// first are the first rows of a check that has all of them.
func (c *checkResult) first(s *rowsShown) checkedRows {
	return func(yield func(*rejectedRow, error) bool) {
		for i := range c.Rows {
			if most := s.most(); most >= 0 && i >= most || !yield(&c.Rows[i], nil) {
				return
			}
		}
	}
}
