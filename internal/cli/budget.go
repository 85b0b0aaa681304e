package cli

import (
	"errors"

	"github.com/spf13/pflag"
)

// errorBudget is ImportErrorBudgetType: the share or number of failed rows at which a job
// stops.
type errorBudget struct {
	FailedRows    *int64 `json:",omitempty"`
	FailedPercent *int64 `json:",omitempty"`
	NeverFail     bool   `json:",omitempty"`
}

// errNoBudget refuses a budget on a server that is not Poolhouse.
var errNoBudget = errors.New("--stop-after-failures, --stop-after-percent and --never-fail need Poolhouse: " +
	"Amazon Cognito has no error budget and runs a job to the end of its file")

// budgetFlags are the flags of an error budget.
type budgetFlags struct {
	rows, percent int64
	never         bool
}

func (b *budgetFlags) flags(f *pflag.FlagSet) {
	f.Int64Var(&b.rows, "stop-after-failures", 0, "stop the job when more than `N` rows have failed")
	f.Int64Var(&b.percent, "stop-after-percent", 0, "stop the job when more than `P` percent of the file's rows have failed")
	f.BoolVar(&b.never, "never-fail", false, "let the job succeed at the end of its file, however many rows were not imported")
}

// given returns the requested budget, or nil. The server checks its bounds.
func (b *budgetFlags) given(f *pflag.FlagSet) *errorBudget {
	budget := &errorBudget{NeverFail: b.never}
	if f.Changed("stop-after-failures") {
		budget.FailedRows = &b.rows
	}
	if f.Changed("stop-after-percent") {
		budget.FailedPercent = &b.percent
	}
	if budget.FailedRows == nil && budget.FailedPercent == nil && !budget.NeverFail {
		return nil
	}
	return budget
}
