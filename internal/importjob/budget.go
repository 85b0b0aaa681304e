package importjob

import (
	"fmt"
	"strconv"
	"strings"
)

// Budget says when the number of failed rows ends a job. The zero value stands for the
// engine's rule, which looks only at the end of the file.
type Budget struct {
	// Rows is how many rows may fail: one more stops the job. It counts where HasRows
	// is set.
	Rows    int64
	HasRows bool
	// Percent of the file's rows may fail: more stop the job. It counts where
	// HasPercent is set.
	Percent    int64
	HasPercent bool
	// NeverFail lets a job that comes to the end of its file succeed, however many of
	// its rows were not imported.
	NeverFail bool
}

// Exceeded reports whether so many failed rows, of a file with total rows, stop the
// job.
func (b Budget) Exceeded(failed, total int64) bool {
	return b.HasRows && failed > b.Rows || b.HasPercent && failed*100 > b.Percent*total
}

// String returns the budget as a store keeps it, "" for the zero value.
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

// ParseBudget reads what String returned.
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
			return Budget{}, fmt.Errorf("importjob: %q is no error budget: %w", text, err)
		}
	}
	return b, nil
}
