package usercsv

import (
	"slices"

	"poolhouse/internal/userpool"
)

// Header returns the columns of a pool's import file in the order of
// GetCSVHeader: the standard attributes, then cognito:mfa_enabled and
// cognito:username, then the custom attributes (so real answers of the service
// were seen to be).
//
// Attributes for developers only come after them. The service's documentation does
// not tell whether it lists them; an import acts for an administrator, who may
// write them, so here they are columns like others. sub and identities cannot
// be imported and are not columns. password_hash comes last: the service was
// seen to list it, but not where.
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
