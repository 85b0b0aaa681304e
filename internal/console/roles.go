package console

import (
	"context"

	iamapi "poolhouse/internal/api/iam"
)

func rolesAction() action { return action{path: "/roles", show: showRoles} }

// entitiesOfPage is the number of roles, or of IAM users, on a page.
const entitiesOfPage = 50

// rolesData is the data of the template roles.
type rolesData struct {
	Rows              []iamapi.Role
	IsNone, MayCreate bool
	Pager             pager
}

func showRoles(ctx context.Context, v *visit) (*page, error) {
	marker := v.r.FormValue("token")
	out, err := do(ctx, v, iamapi.ListRoles, &iamapi.ListRolesRequest{Marker: marker, MaxItems: new(int32(entitiesOfPage))})
	if err != nil {
		return nil, err
	}
	d := &rolesData{Rows: out.Roles, IsNone: len(out.Roles) == 0 && marker == "", MayCreate: v.mayMakeRole(ctx)}
	p := &page{Template: "roles", Title: "Roles", At: "roles", Apart: true, Data: d, Command: command("iam", "list-roles")}
	p.Count = d.Pager.of(pathTo("roles"), marker, out.Marker, len(out.Roles))
	if !d.MayCreate {
		p.Note = "Your key may look at roles, not create them."
	}
	return p, nil
}

// of sets the foot of an IAM list. It returns the count if the list fits on one page.
func (g *pager) of(path, marker, next string, n int) string {
	*g = pager{Next: withNext(path, next), NextText: "Next " + number(entitiesOfPage)}
	if marker != "" {
		g.First = path
		return ""
	}
	if next != "" {
		return ""
	}
	return number(n)
}
