package usercsv

import (
	"slices"

	"poolhouse/internal/userpool"
)

// Header returns the columns of a pool's import file in the order of GetCSVHeader:
// standard attributes, cognito:mfa_enabled, cognito:username, custom attributes. Real
// answers of the service have this order.
//
// Developer-only attributes follow. The service's documentation does not say whether it
// lists them. An import acts for an administrator, who may write them, so they are
// columns here. sub and identities cannot be imported and are no columns. password_hash
// comes last: the service was seen to list it, but its place is unknown.
func Header(p *userpool.UserPool) []string {
	var standard, custom, developer []string
	for i := range p.Schema {
		switch a := &p.Schema[i]; {
		case a.Custom() && a.DeveloperOnly:
			developer = append(developer, a.Name)
		case a.Custom():
			custom = append(custom, a.Name)
		case importable(a.Name):
			standard = append(standard, a.Name)
		}
	}
	return slices.Concat(standard, []string{ColumnMFA, ColumnUsername}, custom, developer, []string{ColumnPasswordHash})
}

// importable reports whether a standard attribute may be a column.
func importable(name string) bool { return name != "sub" && name != "identities" }
