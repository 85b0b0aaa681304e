package console

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/userpool"
)

func usersAction() action { return action{path: "/pools/{pool}/users", show: showUsers} }

// usersOfPage is the number of users on a page, the most that ListUsers returns.
const usersOfPage = 60

// usersData is the data of the template users.
type usersData struct {
	Rows              []userRow
	Search            userSearch
	Refused           string // the API's message about the search, "" if it is accepted
	IsNone            bool
	MayCreate, MaySee bool
	MayImport         bool
	Pager             pager
	Means             []userStatus // statuses on the page that require something of the user before signing in
}

// userRow is a user in the list.
type userRow struct {
	Path, Called string
	Name, Email  string
	IsUnverified bool // the email address is not verified
	Status       userStatus
	IsDisabled   bool
	Created      time.Time
}

// userSearch is a search for users: an attribute equals a value or begins with it.
type userSearch struct{ Attribute, Op, Value string }

// The conditions of a search.
const (
	opBegins = "begins"
	opIs     = "is"
)

// option is an entry of a menu.
type option struct {
	Value, Text string
	Selected    bool
}

// Attributes returns the attributes that can be searched (API Reference, ListUsers).
func (s userSearch) Attributes() []option {
	return chosen(s.Attribute, "username", "Username", "email", "Email", "phone_number", "Phone number", "name", "Name", "given_name", "Given name", "family_name", "Family name",
		"preferred_username", "Preferred username", "sub", "sub", "cognito:user_status", "Status", "status", "Enabled")
}

// Conditions returns the conditions to choose from.
func (s userSearch) Conditions() []option {
	return chosen(s.Op, opBegins, "begins with", opIs, "is exactly")
}

// chosen returns options, given as value, text, value, text.
func chosen(value string, pairs ...string) (all []option) {
	for i := 0; i+1 < len(pairs); i += 2 {
		all = append(all, option{pairs[i], pairs[i+1], pairs[i] == value})
	}
	return all
}

// filter returns the search as a filter of ListUsers, "" for none. A status may be typed in
// the words of the pages.
func (s userSearch) filter() string {
	if s.Value == "" {
		return ""
	}
	f := userpool.Filter{Attribute: s.Attribute, Value: s.Value, Prefix: s.Op != opIs}
	switch s.Attribute {
	case "cognito:user_status":
		f.Value = strings.ToUpper(strings.ReplaceAll(s.Value, " ", "_"))
	case "status":
		f.Prefix = false
		switch strings.ToLower(s.Value) {
		case "yes", "true", "enabled":
			f.Value = "Enabled"
		case "no", "false", "disabled":
			f.Value = "Disabled"
		}
	}
	return f.String()
}

// path returns the address of the search.
func (s userSearch) path(pool, token string) string {
	to := pathTo("pools", pool, "users")
	if s.Value == "" {
		return withQuery(to, "token", token)
	}
	return withQuery(to, "attribute", s.Attribute, "op", s.Op, "q", s.Value, "token", token)
}

// searchOf returns the search of a request. By default it searches the attribute with which
// users of the pool sign in.
func searchOf(r *http.Request, pool *cognitoapi.UserPoolType) userSearch {
	s := userSearch{Attribute: r.FormValue("attribute"), Op: r.FormValue("op"), Value: strings.TrimSpace(r.FormValue("q"))}
	if s.Attribute == "" {
		s.Attribute = "username"
		if pool != nil && len(pool.UsernameAttributes) > 0 {
			s.Attribute = string(pool.UsernameAttributes[0])
		}
	}
	if s.Op == "" {
		s.Op = opBegins
	}
	return s
}

func showUsers(ctx context.Context, v *visit) (*page, error) {
	id := v.r.PathValue("pool")
	if err := must(ctx, v, cognitoapi.ListUsers, &cognitoapi.ListUsersRequest{UserPoolId: id}); err != nil {
		return nil, err
	}
	pool, here, err := v.knownPool(ctx)
	if err != nil {
		return nil, err
	}
	token := v.r.FormValue("token")
	d := &usersData{Search: searchOf(v.r, pool),
		MayCreate: may(ctx, v, cognitoapi.AdminCreateUser, &cognitoapi.AdminCreateUserRequest{UserPoolId: id}),
		MaySee:    may(ctx, v, cognitoapi.AdminGetUser, &cognitoapi.AdminGetUserRequest{UserPoolId: id}),
		MayImport: v.mayImport(ctx, id),
	}
	p := &page{Template: "users", Title: "Users", At: "users", Pool: here, Crumbs: []crumb{here.crumb()}, Data: d}
	if !d.MayCreate {
		p.Note = "Your key may look at users, not create them."
	}
	in := &cognitoapi.ListUsersRequest{UserPoolId: id, Limit: new(int32(usersOfPage)), Filter: d.Search.filter(), PaginationToken: token}
	words := []string{"cognito-idp", "list-users", "--user-pool-id", id, "--limit", number(usersOfPage)}
	if in.Filter != "" {
		words = append(words, "--filter", in.Filter)
	}
	p.Command = command(append(words, "--region", v.who.Region)...)
	out, err := do(ctx, v, cognitoapi.ListUsers, in)
	if said := saidOf(err); said != "" && in.Filter != "" && token == "" {
		d.Refused, p.status = said, http.StatusBadRequest
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range out.Users {
		d.Rows = append(d.Rows, rowOfUser(id, &out.Users[i]))
	}
	d.Means = meaningsOf(out.Users)
	d.IsNone = len(d.Rows) == 0 && in.Filter == "" && token == ""
	d.page(p, pool, out.PaginationToken, token)
	return p, nil
}

// page sets the foot of the list, and the number of users if all are listed.
func (d *usersData) page(p *page, pool *cognitoapi.UserPoolType, next, token string) {
	isAll := d.Search.Value == ""
	if next != "" {
		d.Pager = pager{Next: d.Search.path(p.Pool.ID, next), NextText: "Next " + number(usersOfPage)}
	}
	if token != "" {
		d.Pager.First = d.Search.path(p.Pool.ID, "")
	}
	if isAll && pool != nil && pool.EstimatedNumberOfUsers != nil {
		p.Count = number(*pool.EstimatedNumberOfUsers)
		if next != "" && token == "" {
			d.Pager.Text = "Users 1–" + number(len(d.Rows)) + " of " + p.Count
		}
	}
	if !isAll && next == "" && token == "" {
		d.Pager.Text = count(len(d.Rows), "match", "matches")
	}
}

// saidOf returns the API's message about an invalid input, "" for any other error.
func saidOf(err error) string {
	if err == nil {
		return ""
	}
	f := &form{}
	if f.refused(err) != nil {
		return ""
	}
	return f.ErrorAt("")
}

func rowOfUser(pool string, u *cognitoapi.UserType) userRow {
	row := userRow{
		Path: userPath(pool, u.Username), Called: calledOf(u.Username, u.Attributes), Name: valueIn(u.Attributes, "name"), Email: valueIn(u.Attributes, "email"),
		Status: statusOfUser(u.UserStatus), IsDisabled: !isTrue(u.Enabled), Created: u.UserCreateDate.Time,
	}
	if row.Name == "" {
		row.Name = strings.TrimSpace(valueIn(u.Attributes, "given_name") + " " + valueIn(u.Attributes, "family_name"))
	}
	row.IsUnverified = row.Email != "" && valueIn(u.Attributes, "email_verified") != "true"
	return row
}

// userPath returns the path of a page of a user.
func userPath(pool, username string, further ...string) string {
	return pathTo(slices.Concat([]string{"pools", pool, "users", nameStep(username)}, further)...)
}

// valueIn returns the value of an attribute, "" if it is absent.
func valueIn(all []cognitoapi.AttributeType, name string) string {
	for _, a := range all {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// calledOf returns the name that people use for a user. If users sign in with an address,
// it is that address, because the username is then generated by the server.
func calledOf(username string, attributes []cognitoapi.AttributeType) string {
	if username != valueIn(attributes, "sub") {
		return username
	}
	for _, name := range []string{"email", "phone_number"} {
		if value := valueIn(attributes, name); value != "" {
			return value
		}
	}
	return username
}

// userStatus is the status of a user in words, with an icon and its meaning for the person.
type userStatus struct{ Kind, Icon, Text, Means string }

// hint returns the meaning of the status as a part of a line.
func (s userStatus) hint() string {
	if s.Means == "" {
		return ""
	}
	return strings.ToLower(s.Means[:1]) + strings.TrimSuffix(s.Means[1:], ".")
}

// userStatuses are the statuses of users (API Reference, UserType).
var userStatuses = map[cognitoapi.UserStatusType]userStatus{
	cognitoapi.UserStatusTypeConfirmed:           {"ok", "ok", "Confirmed", "Can sign in."},
	cognitoapi.UserStatusTypeUnconfirmed:         {"idle", "clock", "Unconfirmed", "Signed up, and did not confirm that with a code yet."},
	cognitoapi.UserStatusTypeResetRequired:       {"warn", "warn", "Reset required", "Has to set a new password before signing in, with a code: the user was imported without a password, or it was reset."},
	cognitoapi.UserStatusTypeForceChangePassword: {"warn", "warn", "Force change password", "Has a temporary password, and has to set another at the first sign-in."},
	cognitoapi.UserStatusTypeExternalProvider:    {"info", "info", "External provider", "Signs in with another provider."},
	cognitoapi.UserStatusTypeArchived:            {"idle", "gone", "Archived", "Is not active any more."},
	cognitoapi.UserStatusTypeCompromised:         {"err", "err", "Compromised", "Is locked out, because another person may know the password."},
}

// meaningsOf returns, once each, the statuses that require something of the user before
// signing in.
func meaningsOf(users []cognitoapi.UserType) (all []userStatus) {
	for _, s := range []cognitoapi.UserStatusType{cognitoapi.UserStatusTypeResetRequired, cognitoapi.UserStatusTypeForceChangePassword, cognitoapi.UserStatusTypeUnconfirmed} {
		if slices.ContainsFunc(users, func(u cognitoapi.UserType) bool { return u.UserStatus == s }) {
			all = append(all, statusOfUser(s))
		}
	}
	return all
}

// statusOfUser returns the status of a user.
func statusOfUser(s cognitoapi.UserStatusType) userStatus {
	if known, ok := userStatuses[s]; ok {
		return known
	}
	return userStatus{Kind: "idle", Icon: "minus", Text: "Unknown"}
}
