package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// budgetTyped is an error budget as it is typed.
type budgetTyped struct {
	Rows, Percent string
	Never         bool
}

func (v *visit) readBudget() budgetTyped {
	return budgetTyped{Rows: strings.TrimSpace(v.r.FormValue("budget-rows")), Percent: strings.TrimSpace(v.r.FormValue("budget-percent")), Never: v.r.FormValue("budget-never") != ""}
}

// typedBudget returns a budget in its typed form.
func typedBudget(b *poolhouseapi.ImportErrorBudgetType) (t budgetTyped) {
	if b == nil {
		return t
	}
	if b.FailedRows != nil {
		t.Rows = strconv.FormatInt(*b.FailedRows, 10)
	}
	if b.FailedPercent != nil {
		t.Percent = strconv.Itoa(int(*b.FailedPercent))
	}
	t.Never = isTrue(b.NeverFail)
	return t
}

// IsSet reports whether a field is filled in.
func (t budgetTyped) IsSet() bool { return t != budgetTyped{} }

// budget returns the budget, or nil if no field is filled in. It adds errors to the form.
func (t budgetTyped) budget(f *form) *poolhouseapi.ImportErrorBudgetType {
	if !t.IsSet() {
		return nil
	}
	b := &poolhouseapi.ImportErrorBudgetType{}
	if t.Rows != "" {
		n, err := strconv.ParseInt(strings.ReplaceAll(t.Rows, ",", ""), 10, 64)
		if err != nil || n < 0 || n > mostBudgetRows {
			f.wrong("budget-rows", "Type a number from 0 to "+number(mostBudgetRows)+", or leave it empty.")
		}
		b.FailedRows = &n
	}
	if t.Percent != "" {
		n, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(t.Percent, "%")), 10, 32)
		if err != nil || n < 0 || n > 100 {
			f.wrong("budget-percent", "Type a number from 0 to 100, or leave it empty.")
		}
		b.FailedPercent = new(int32(n))
	}
	if t.Never {
		b.NeverFail = new(true)
	}
	return b
}

// mostBudgetRows is the largest number of rows of a budget (ImportBudgetRowsType).
const mostBudgetRows = 500_000

// budgetFields are the fields of a budget, for the part budget-fields.
type budgetFields struct {
	Rows, Percent input
	Never         bool
}

func (t budgetTyped) fields(f *form) budgetFields {
	return budgetFields{
		Rows:    f.field("budget-rows", "Rows that may fail", t.Rows, "One more stops the job. Empty: any number."),
		Percent: f.field("budget-percent", "Percent of the rows that may fail", t.Percent, "More stop the job. Empty: any share."),
		Never:   t.Never,
	}
}

func jobBudgetAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/budget", show: showBudget, act: setBudget}
}

// budgetData is the data of the template job-budget.
type budgetData struct {
	*jobNow
	Fields budgetFields
}

func showBudget(ctx context.Context, v *visit) (*page, error) {
	return v.budgetPage(ctx, nil, &form{}, http.StatusOK)
}

// budgetPage shows the stored budget of a job, or the typed one.
func (v *visit) budgetPage(ctx context.Context, typed *budgetTyped, f *form, status int) (*page, error) {
	key := &poolhouseapi.UpdateUserImportJobRequest{UserPoolId: v.r.PathValue("pool"), JobId: v.r.PathValue("job")}
	if err := must(ctx, v, poolhouseapi.UpdateUserImportJob, key); err != nil {
		return nil, err
	}
	now, err := v.jobOrID(ctx)
	if err != nil {
		return nil, err
	}
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	switch {
	case typed != nil:
	case v.isAgain:
		again := v.readBudget()
		typed = &again
	default:
		typed = new(budgetTyped)
		if now.Progress != nil {
			*typed = typedBudget(now.Progress.ErrorBudget)
		}
	}
	return &page{
		Template: "job-budget", Title: "Error budget", About: now.called(), At: "jobs", Pool: here, Crumbs: append(atJob(here), crumb{now.called(), jobPath(here.ID, now.JobId)}),
		Form: f, Data: &budgetData{now, typed.fields(f)}, status: status,
		Command: shell("poolhouse", "import", "FILE.csv", "--user-pool-id", here.ID, "--stop-after-failures", "100"),
	}, nil
}

func setBudget(ctx context.Context, v *visit) (*page, error) {
	typed, f := v.readBudget(), &form{}
	b := typed.budget(f)
	if b == nil {
		b = &poolhouseapi.ImportErrorBudgetType{}
	}
	pool, job := v.r.PathValue("pool"), v.r.PathValue("job")
	if len(f.problems) == 0 {
		_, err := do(ctx, v, poolhouseapi.UpdateUserImportJob, &poolhouseapi.UpdateUserImportJobRequest{UserPoolId: pool, JobId: job, ErrorBudget: *b})
		if err == nil {
			return done(jobPath(pool, job), "The error budget was set.", ""), nil
		}
		if err = f.refused(err); err != nil {
			return nil, err
		}
	}
	return v.budgetPage(ctx, &typed, f, http.StatusUnprocessableEntity)
}
