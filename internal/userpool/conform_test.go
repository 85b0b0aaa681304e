package userpool

import (
	"strings"
	"testing"
)

// strictPool is a pool with attributes for every kind of rule.
func strictPool(t *testing.T) *UserPool {
	t.Helper()
	schema, err := StandardSchema().With([]SchemaAttribute{
		{Name: "given_name", Required: true, Mutable: true}, {Name: "family_name", Required: true, Mutable: true},
		{Name: "badge", Type: String}, {Name: "seal", Type: String}, {Name: "flag", Type: Boolean, Mutable: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &UserPool{Schema: schema}
}

// TestAllBreachesAreTold: each breach has a line with a newline, in the order of the
// request.
func TestAllBreachesAreTold(t *testing.T) {
	p := strictPool(t)
	names := Attributes{{"given_name", "Ada"}, {"family_name", "Byron"}}
	update := func(a Attributes) error { return p.CheckChanges(a) }
	remove := func(a Attributes) error {
		var all []string
		for _, x := range a {
			all = append(all, x.Name)
		}
		return p.CheckDeletions(all)
	}
	create := func(a Attributes) error { return p.CheckNewUser("ada", append(a, names...)) }
	for _, tt := range []struct {
		name  string
		check func(Attributes) error
		in    Attributes
		code  string
		want  string // with | for a newline
	}{
		{"one unknown", create, Attributes{{"custom:x", "1"}}, CodeAttributeUnknown, "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.|"},
		{"all unknown", create, Attributes{{"custom:x", "1"}, {"custom:y", ""}}, CodeAttributeUnknown,
			"Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.|custom:y: Attribute does not exist in the schema.|"},
		{"unknown behind a wrong form", create, Attributes{{"email", "x"}, {"custom:x", "1"}}, CodeAttributeUnknown, "Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.|"},
		{"a wrong form alone", create, Attributes{{"email", "x"}}, CodeInvalidEmail, "Invalid email address format."},
		{"missing", func(a Attributes) error { return p.CheckNewUser("ada", a) }, Attributes{{"custom:x", "1"}}, CodeAttributeUnknown,
			"Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.|given_name: The attribute is required|family_name: The attribute is required|"},
		{"missing of a user", p.CheckComplete, nil, CodeAttributeMissing, "Attributes did not conform to the schema: given_name: The attribute is required|family_name: The attribute is required|"},
		{"immutable at creation", create, Attributes{{"custom:badge", "1"}}, "", ""},
		{"update unknown", update, Attributes{{"custom:x", "1"}, {"name", "Ada"}, {"custom:y", "1"}}, CodeAttributeUnknown, "user.custom:x: Attribute does not exist in the schema.|user.custom:y: Attribute does not exist in the schema.|"},
		{"update immutable", update, Attributes{{"custom:badge", "1"}, {"custom:seal", ""}}, CodeAttributeReadOnly, "user.custom:badge: Attribute cannot be updated.|user.custom:seal: Attribute cannot be updated.|"},
		{"update both", update, Attributes{{"sub", "1"}, {"custom:x", "1"}}, CodeAttributeReadOnly, "user.sub: Attribute cannot be updated.|user.custom:x: Attribute does not exist in the schema.|"},
		{"update to a wrong value", update, Attributes{{"custom:flag", "yes"}, {"custom:x", "1"}}, CodeInvalidBoolean, "user.custom:flag: The value must be true or false|user.custom:x: Attribute does not exist in the schema.|"},
		{"update in order", update, Attributes{{"name", "Ada"}}, "", ""},
		{"delete unknown", remove, Attributes{{"nickname", ""}, {"custom:foo", ""}, {"custom:bar", ""}}, CodeAttributeUnknown,
			"Invalid user attributes: user.custom:foo: Attribute does not exist in the schema.|user.custom:bar: Attribute does not exist in the schema.|"},
		{"delete immutable", remove, Attributes{{"custom:badge", ""}}, CodeAttributeReadOnly, "Invalid user attributes: user.custom:badge: Attribute cannot be updated.|"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.check(tt.in)
			if tt.want == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			e, _ := err.(*Error)
			if e == nil || e.Kind != InvalidParameter || e.Code != tt.code || strings.ReplaceAll(e.Message, "\n", "|") != tt.want {
				t.Errorf("got %+v\nwant %s %q", err, tt.code, tt.want)
			}
		})
	}
}
