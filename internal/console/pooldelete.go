package console

import (
	"context"
	"net/http"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
)

func poolDeleteAction() action {
	return action{path: "/pools/{pool}/delete", show: showPoolDelete, act: deletePool}
}

// deleteForm is the form that deletes a pool: the pool's name, typed again.
type deleteForm struct {
	form
	Name, Typed string
}

// NameField returns the field of the name.
func (f *deleteForm) NameField() input {
	return f.field("confirm", "Type the name of the pool to delete it", f.Typed, "").Why(f.Name)
}

// deleteData is the data of the template pool-delete: what is deleted with the pool. It
// leaves out what the caller may not see.
type deleteData struct {
	Form          *deleteForm
	Users         *int32
	Jobs, Clients string // numbers in words, "" if they are not counted
	Active        bool   // a job is in progress
	Protected     bool
}

// countedAtMost bounds the jobs and app clients that are counted.
const countedAtMost = 60

func showPoolDelete(ctx context.Context, v *visit) (*page, error) {
	return v.poolDeletePage(ctx, &deleteForm{Typed: v.r.PostFormValue("confirm")}, http.StatusOK)
}

func (v *visit) poolDeletePage(ctx context.Context, f *deleteForm, status int) (*page, error) {
	if err := must(ctx, v, cognitoapi.DeleteUserPool, &cognitoapi.DeleteUserPoolRequest{UserPoolId: v.r.PathValue("pool")}); err != nil {
		return nil, err
	}
	pool, here, err := v.poolOf(ctx)
	if err != nil {
		return nil, err
	}
	f.Name = pool.Name
	d := &deleteData{Form: f, Users: pool.EstimatedNumberOfUsers, Protected: pool.DeletionProtection == cognitoapi.DeletionProtectionTypeActive}
	if err := v.countWhatGoes(ctx, here.ID, d); err != nil {
		return nil, err
	}
	return &page{
		Template: "pool-delete", Title: "Delete user pool?", At: "settings", Pool: here, Crumbs: []crumb{here.crumb(), {"Settings", pathTo("pools", here.ID, "settings")}},
		Form: &f.form, Data: d, status: status, Command: command("cognito-idp", "delete-user-pool", "--user-pool-id", here.ID, "--region", v.who.Region),
	}, nil
}

// countWhatGoes counts import jobs and app clients, up to one page of each.
func (v *visit) countWhatGoes(ctx context.Context, id string, d *deleteData) error {
	jobs := &cognitoapi.ListUserImportJobsRequest{UserPoolId: id, MaxResults: countedAtMost}
	if may(ctx, v, cognitoapi.ListUserImportJobs, jobs) {
		out, err := do(ctx, v, cognitoapi.ListUserImportJobs, jobs)
		if err != nil {
			return err
		}
		d.Jobs = counted(len(out.UserImportJobs), out.PaginationToken != "", "import job with its log", "import jobs with their logs")
		for i := range out.UserImportJobs {
			switch out.UserImportJobs[i].Status {
			case cognitoapi.UserImportJobStatusTypePending, cognitoapi.UserImportJobStatusTypeInProgress, cognitoapi.UserImportJobStatusTypeStopping:
				d.Active = true
			}
		}
	}
	clients := &cognitoapi.ListUserPoolClientsRequest{UserPoolId: id, MaxResults: new(int32(countedAtMost))}
	if may(ctx, v, cognitoapi.ListUserPoolClients, clients) {
		out, err := do(ctx, v, cognitoapi.ListUserPoolClients, clients)
		if err != nil {
			return err
		}
		d.Clients = counted(len(out.UserPoolClients), out.NextToken != "", "app client", "app clients")
	}
	return nil
}

// counted is [count] for a number that may be larger.
func counted(n int, more bool, one, several string) string {
	if more {
		return "more than " + count(n, one, several)
	}
	return count(n, one, several)
}

func deletePool(ctx context.Context, v *visit) (*page, error) {
	if err := must(ctx, v, cognitoapi.DeleteUserPool, &cognitoapi.DeleteUserPoolRequest{UserPoolId: v.r.PathValue("pool")}); err != nil {
		return nil, err
	}
	pool, here, err := v.poolOf(ctx)
	if err != nil {
		return nil, err
	}
	f := &deleteForm{Typed: strings.TrimSpace(v.r.PostFormValue("confirm"))}
	if f.Typed != strings.TrimSpace(pool.Name) {
		f.wrong("confirm", "This is not the name of the pool. Nothing was deleted.")
		return v.poolDeletePage(ctx, f, http.StatusUnprocessableEntity)
	}
	if _, err := do(ctx, v, cognitoapi.DeleteUserPool, &cognitoapi.DeleteUserPoolRequest{UserPoolId: here.ID}); err != nil {
		if err = f.refused(err); err != nil {
			return nil, err
		}
		return v.poolDeletePage(ctx, f, http.StatusUnprocessableEntity)
	}
	return done(pathTo("pools"), "{} was deleted, with all that was in it.", here.Name), nil
}
