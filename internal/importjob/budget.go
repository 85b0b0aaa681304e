package importjob

import (
	"fmt"
	"strconv"
	"strings"

	"poolhouse/internal/userpool"
)

// Budget sets how many failed rows end a job. The zero value stands for the engine's own
// rule, which is applied only at the end of the file.
type Budget struct {
	// Rows is how many rows may fail; one more stops the job. It applies if HasRows is set.
	Rows    int64
	HasRows bool
	// Percent is the share of the file's rows that may fail; more stop the job. It applies if
	// HasPercent is set.
	Percent    int64
	HasPercent bool
	// NeverFail lets a job that reaches the end of its file succeed, however many of its rows
	// were not imported.
	NeverFail bool
}

// Exceeded reports whether this number of failed rows stops the job. total is the number of
// rows of the file.
func (b Budget) Exceeded(failed, total int64) bool {
	return b.HasRows && failed > b.Rows || b.HasPercent && failed*100 > b.Percent*total
}

// The limits of a budget are those of the API. By default, the number of rows of an import
// file is within them.
const (
	MaxBudgetRows    = 500_000
	MaxBudgetPercent = 100
)

// Check returns an InvalidParameter error for a budget that is out of range.
func (b Budget) Check() error {
	if b.HasRows && (b.Rows < 0 || b.Rows > MaxBudgetRows) {
		return userpool.Errorf(userpool.InvalidParameter, "ErrorBudget.FailedRows is %d; it must be from 0 to %d.", b.Rows, MaxBudgetRows)
	}
	if b.HasPercent && (b.Percent < 0 || b.Percent > MaxBudgetPercent) {
		return userpool.Errorf(userpool.InvalidParameter, "ErrorBudget.FailedPercent is %d; it must be from 0 to %d.", b.Percent, MaxBudgetPercent)
	}
	return nil
}

// bounded reports whether failed rows can stop the job before the end of the file.
func (b Budget) bounded() bool { return b.HasRows || b.HasPercent }

// budgetPortion is the maximum number of rows of a commit if failed rows can stop the job.
// The job may exceed its budget by at most as many.
const budgetPortion = 1000

// overBudget returns an *ending if more rows of the job have failed than its budget allows.
func (r *run) overBudget() error {
	failed, total := r.job.Counts.Failed, r.job.TotalRows
	if !r.job.Budget.Exceeded(failed, total) {
		return nil
	}
	return &ending{state: Stopped, message: r.job.Budget.message(failed, total)}
}

// message returns the completion message of a job that its budget stopped. It has at most 128
// characters.
func (b Budget) message(failed, total int64) string {
	rows := "rows"
	if failed == 1 {
		rows = "row"
	}
	if b.HasRows && failed > b.Rows {
		return fmt.Sprintf("The Import Job stopped itself: %d %s failed, more than its error budget of %d.", failed, rows, b.Rows)
	}
	return fmt.Sprintf("The Import Job stopped itself: %d of %d rows failed, more than its error budget of %d percent.", failed, total, b.Percent)
}

// String returns the stored form of the budget, "" for the zero value.
func (b Budget) String() string {
	var words []string
	if b.HasRows {
		words = append(words, fmt.Sprintf("rows=%d", b.Rows))
	}
	if b.HasPercent {
		words = append(words, fmt.Sprintf("percent=%d", b.Percent))
	}
	if b.NeverFail {
		words = append(words, "never-fail")
	}
	return strings.Join(words, " ")
}

// ParseBudget parses the result of String.
func ParseBudget(text string) (b Budget, err error) {
	for _, word := range strings.Fields(text) {
		name, value, _ := strings.Cut(word, "=")
		switch name {
		case "rows":
			b.HasRows = true
			b.Rows, err = strconv.ParseInt(value, 10, 64)
		case "percent":
			b.HasPercent = true
			b.Percent, err = strconv.ParseInt(value, 10, 64)
		case "never-fail":
			b.NeverFail = true
		default:
			err = fmt.Errorf("unknown word %q", word)
		}
		if err != nil {
			return Budget{}, fmt.Errorf("importjob: error budget %q is malformed: %w", text, err)
		}
	}
	return b, nil
}
