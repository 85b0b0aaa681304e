package console

import (
	"context"
	"net/http"
	"regexp"
	"strings"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/logrole"
)

func roleCreateAction() action {
	return action{path: "/roles/create-import-role", show: showRoleCreate, act: createRole}
}

// roleForm is the form that creates the role of imports.
type roleForm struct {
	form
	Name          string
	Trust, Policy string // what is created, in terms of IAM
}

// readRoleForm returns the submitted form.
func readRoleForm(r *http.Request) *roleForm {
	return &roleForm{Name: strings.TrimSpace(r.PostFormValue("name"))}
}

// NameField returns the field of the name.
func (f *roleForm) NameField() input {
	return f.field("name", "Name", f.Name, "1 to 64 letters, digits and + = , . @ - _")
}

// roleName is the form of a role's name (IAM API Reference, CreateRole).
var roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

func (v *visit) roleCreatePage(ctx context.Context, f *roleForm, status int) (*page, error) {
	if err := must(ctx, v, iamapi.CreateRole, roleRequest(logrole.DefaultName)); err != nil {
		return nil, err
	}
	if err := must(ctx, v, iamapi.PutRolePolicy, v.policyRequest(logrole.DefaultName)); err != nil {
		return nil, err
	}
	name := f.Name
	if name == "" {
		name = "NAME"
	}
	f.Trust, f.Policy = logrole.TrustPolicy, logrole.Policy("*", v.Account)
	return &page{
		Template: "role-create", Title: "Create import role", At: "roles", Apart: true, Crumbs: []crumb{{"Roles", pathTo("roles")}}, Form: &f.form, Data: f, status: status,
		Command: command("iam", "create-role", "--role-name", name, "--path", logrole.DefaultPath, "--assume-role-policy-document", f.Trust) + "\n" +
			command("iam", "put-role-policy", "--role-name", name, "--policy-name", logrole.PolicyName, "--policy-document", f.Policy),
	}, nil
}

func showRoleCreate(ctx context.Context, v *visit) (*page, error) {
	f := &roleForm{Name: v.freeRoleName(ctx)}
	if v.isAgain {
		f = readRoleForm(v.r)
	}
	return v.roleCreatePage(ctx, f, http.StatusOK)
}

func createRole(ctx context.Context, v *visit) (*page, error) {
	f := readRoleForm(v.r)
	switch {
	case f.Name == "":
		f.wrong("name", "Type a name for the role.")
	case !roleName.MatchString(f.Name):
		f.wrong("name", "The name may have up to 64 letters, digits and + = , . @ - _")
	}
	if len(f.problems) == 0 {
		err := v.makeRole(ctx, f.Name)
		if err == nil {
			to := pathTo("pools")
			if may(ctx, v, iamapi.ListRoles, &iamapi.ListRolesRequest{}) {
				to = pathTo("roles")
			}
			return done(to, "{} was created. Import jobs of every pool can use it.", f.Name), nil
		}
		if err = f.refused(err); err != nil {
			return nil, err
		}
	}
	return v.roleCreatePage(ctx, f, http.StatusUnprocessableEntity)
}
