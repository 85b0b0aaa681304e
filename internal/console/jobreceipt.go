package console

import (
	"context"
	"encoding/json"

	cognitoapi "poolhouse/internal/api/cognito"
	poolhouseapi "poolhouse/internal/api/poolhouse"
)

func jobReceiptAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/receipt", show: showReceipt}
}

func jobReceiptFileAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/receipt.json", of: "/pools/{pool}/import-jobs/{job}/receipt", show: showReceiptFile}
}

// receiptData is the data of the template job-receipt.
type receiptData struct {
	*poolhouseapi.UserImportReceiptType
	File     string // path of the receipt as JSON
	Why      string // why there is no receipt, "" if there is one
	State    jobStatus
	Parent   *relatedJob
	Children []relatedJob
	How      *howRead // nil if the file was not read
}

// Budget describes the job's error budget.
func (d *receiptData) Budget() string { return budgetWords(d.ErrorBudget) }

// Size returns the size of the file, "" if it is not known.
func (d *receiptData) Size() string {
	if d.FileSize == nil {
		return ""
	}
	return size(*d.FileSize) + ", " + count(int(*d.FileSize), "byte", "bytes")
}

// By returns the short name of a principal.
func (d *receiptData) By(arn string) string { return principalIn(arn) }

// receipt returns the receipt of the job in the path, or the reason why there is none yet.
func (v *visit) receipt(ctx context.Context) (r *poolhouseapi.UserImportReceiptType, why string, err error) {
	out, err := do(ctx, v, poolhouseapi.GetUserImportJobReceipt, &poolhouseapi.GetUserImportJobReceiptRequest{UserPoolId: v.r.PathValue("pool"), JobId: v.r.PathValue("job")})
	if named(err, tooEarly) {
		return nil, saidOf(err), nil
	}
	if err != nil {
		return nil, "", err
	}
	return out.Receipt, "", nil
}

// tooEarly are the error names for a job that is not ready yet.
var tooEarly = []string{"PreconditionNotMetException"}

func showReceipt(ctx context.Context, v *visit) (*page, error) {
	r, why, err := v.receipt(ctx)
	if err != nil {
		return nil, err
	}
	here, err := v.hereOf(ctx)
	if err != nil {
		return nil, err
	}
	job := v.r.PathValue("job")
	d := &receiptData{UserImportReceiptType: r, Why: why, File: jobPath(here.ID, job, "receipt.json")}
	name := job
	if r != nil {
		d.How = howReceipt(r)
		name, d.State = r.JobName, statusOf(&cognitoapi.UserImportJobType{Status: cognitoapi.UserImportJobStatusType(r.Status), FailedUsers: r.FailedRows})
		if r.Parent != nil {
			parent := relatedOf(here.ID, r.Parent)
			d.Parent = &parent
		}
		for i := range r.Children {
			d.Children = append(d.Children, relatedOf(here.ID, &r.Children[i]))
		}
	}
	return &page{
		Template: "job-receipt", Title: "Receipt", About: name, At: "jobs", Pool: here, Crumbs: append(atJob(here), crumb{name, jobPath(here.ID, job)}), Data: d,
		Command: shell("poolhouse", "receipt", "--user-pool-id", here.ID, "--job-id", job),
	}, nil
}

// showReceiptFile sends the receipt as the API writes it.
func showReceiptFile(ctx context.Context, v *visit) (*page, error) {
	r, why, err := v.receipt(ctx)
	if err != nil {
		return nil, err
	}
	if r == nil {
		return leave(jobPath(v.r.PathValue("pool"), v.r.PathValue("job")), "err", why, ""), nil
	}
	text, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		return nil, err
	}
	return &page{file: &file{Name: "receipt-" + r.JobId + ".json", Media: "application/json", Body: append(text, '\n')}}, nil
}
