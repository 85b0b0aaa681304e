package usercsv

import "poolhouse/internal/userpool"

// Header returns the columns of a pool's import file in the order of
// GetCSVHeader: the standard attributes, then cognito:mfa_enabled and
// cognito:username, then the custom attributes (so real answers of the service
// were seen to be).
//
// Attributes for developers only come last. The service's documentation does
// not tell whether it lists them; an import acts for an administrator, who may
// write them, so here they are columns like others. sub and identities cannot
// be imported and are not columns. password_hash is one only in jobs with a
// hashing algorithm, so it is not listed either.
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
	return append(append(append(standard, ColumnMFA, ColumnUsername), custom...), developer...)
}

// importable reports whether a standard attribute may be a column.
func importable(name string) bool { return name != "sub" && name != "identities" }
