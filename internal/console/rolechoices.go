package console

import (
	"context"
	"strings"

	iamapi "poolhouse/internal/api/iam"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/logrole"
)

// roleChoice is an existing role for an import job.
type roleChoice struct {
	Name, ARN string
	IsJudged  bool
	IsGood    bool   // the role is sufficient, as far as was judged
	Lack      string // what is missing, in a few words
	Reason    string // the same in a sentence
}

// roleChoices are the existing roles that the page offers.
type roleChoices []roleChoice

// rolesOffered is the most existing roles that the page offers.
const rolesOffered = 200

// lackWords name what a role lacks in a few words.
var lackWords = map[poolhouseapi.UserImportRoleLackType]string{
	poolhouseapi.UserImportRoleLackTypeRole:        "no longer exists",
	poolhouseapi.UserImportRoleLackTypeTrustPolicy: "cannot be assumed",
	poolhouseapi.UserImportRoleLackTypePolicy:      "too few permissions",
}

// Text returns the role's text in the menu.
func (r roleChoice) Text() string {
	switch {
	case !r.IsJudged:
		return r.Name
	case r.IsGood:
		return r.Name + " – suitable"
	}
	return r.Name + " – " + r.Lack
}

// Poor returns the roles that are not sufficient.
func (rs roleChoices) Poor() (poor roleChoices) {
	for _, r := range rs {
		if !r.IsGood {
			poor = append(poor, r)
		}
	}
	return poor
}

// Summary returns how many roles are sufficient, "" if none was judged.
func (rs roleChoices) Summary() string {
	if len(rs) == 0 || !rs[0].IsJudged {
		return ""
	}
	return "Suitable: " + number(len(rs)-len(rs.Poor())) + " of " + count(len(rs), "role", "roles") + "."
}

// best returns the ARN of the role to preselect. Roles made for imports go first. It
// returns "" if no role is sufficient, and if none was judged and none is made for imports.
func (rs roleChoices) best() (arn string) {
	for _, r := range rs {
		switch ours := strings.HasPrefix(r.Name, logrole.DefaultName); {
		case r.IsGood && ours:
			return r.ARN
		case r.IsGood && r.IsJudged && arn == "":
			arn = r.ARN
		}
	}
	return arn
}

// rolesFor sets the roles that a job may use, and preselects one.
func (v *visit) rolesFor(ctx context.Context, d *jobCreateData) error {
	list := &iamapi.ListRolesRequest{MaxItems: new(int32(rolesOffered))}
	if d.MaySeeRoles = may(ctx, v, iamapi.ListRoles, list); d.MaySeeRoles {
		out, err := do(ctx, v, iamapi.ListRoles, list)
		if err != nil {
			return err
		}
		for _, r := range out.Roles {
			d.Roles = append(d.Roles, roleChoice{Name: r.RoleName, ARN: r.Arn, IsGood: true})
		}
		if err := v.judge(ctx, d.Form.pool, d.Roles); err != nil {
			return err
		}
	}
	if v.mayMakeRole(ctx) {
		d.NewRole = v.freeRoleName(ctx)
	}
	f := d.Form
	best := d.Roles.best()
	if f.ARN == "" {
		f.ARN = best
	}
	switch {
	case f.Role != "":
	case best == "" && d.NewRole != "":
		f.Role = roleNew
	default:
		f.Role = roleOld
	}
	return nil
}

// judge finds out which roles are sufficient. A fragment that a script requests has no
// roles.
func (v *visit) judge(ctx context.Context, pool string, roles roleChoices) error {
	in := &poolhouseapi.DescribeUserImportRolesRequest{UserPoolId: pool}
	for _, r := range roles {
		in.RoleArns = append(in.RoleArns, r.ARN)
	}
	if len(roles) == 0 || v.r.Header.Get("HX-Request") != "" || !may(ctx, v, poolhouseapi.DescribeUserImportRoles, in) {
		return nil
	}
	out, err := do(ctx, v, poolhouseapi.DescribeUserImportRoles, in)
	if err != nil {
		return err
	}
	for i := range roles {
		judged := &out.UserImportRoles[i]
		r := &roles[i]
		r.IsJudged, r.IsGood, r.Lack, r.Reason = true, isTrue(judged.IsSuitable), lackWords[judged.Lack], judged.Reason
		if r.IsGood && !may(ctx, v, poolhouseapi.CreateUserImportJob, &poolhouseapi.CreateUserImportJobRequest{UserPoolId: pool, CloudWatchLogsRoleArn: r.ARN}) {
			r.IsGood, r.Lack, r.Reason = false, "your key may not pass it", "Your key may not pass the role: it needs iam:PassRole on it."
		}
	}
	return nil
}
