package userpool

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

func TestStandardSchema(t *testing.T) {
	// The order of the CLI's create-user-pool sample.
	want := strings.Fields("sub name given_name family_name middle_name nickname preferred_username profile picture website email " +
		"email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address updated_at")
	var got []string
	for _, a := range StandardSchema() {
		got = append(got, a.Name)
		if a.Custom() || a.DeveloperOnly || a.Required != (a.Name == "sub") || a.Mutable == (a.Name == "sub") {
			t.Errorf("%+v", a)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	a, ok := StandardSchema().Find("birthdate")
	if !ok || *a.Bounds.Min != 10 || *a.Bounds.Max != 10 {
		t.Errorf("birthdate %+v", a)
	}
	if a, ok := StandardSchema().Find("updated_at"); !ok || a.Type != Number || *a.Bounds.Min != 0 || a.Bounds.Max != nil {
		t.Errorf("updated_at %+v", a)
	}
}

// bounds makes Bounds of numbers; nil stays open.
func bounds(low, high any) *Bounds {
	b := &Bounds{}
	if n, ok := low.(int); ok {
		v := int64(n)
		b.Min = &v
	}
	if n, ok := high.(int); ok {
		v := int64(n)
		b.Max = &v
	}
	return b
}

func TestSchemaWithRefuses(t *testing.T) {
	many := make([]SchemaAttribute, MaxCustomAttributes+1)
	for i := range many {
		many[i].Name = "a" + strconv.Itoa(i)
	}
	tests := []struct {
		name   string
		change []SchemaAttribute
		want   string
	}{
		{"type of a standard attribute", []SchemaAttribute{{Name: "email", Type: Number}}, "You can not change AttributeDataType"},
		{"developer-only standard attribute", []SchemaAttribute{{Name: "email", DeveloperOnly: true}}, "You can not change AttributeDataType"},
		{"mutable sub", []SchemaAttribute{{Name: "sub", Mutable: true}}, "sub"},
		{"no name", []SchemaAttribute{{}}, "needs a name"},
		{"long name", []SchemaAttribute{{Name: strings.Repeat("é", 21)}}, "longer than 20"},
		{"comma", []SchemaAttribute{{Name: "a,b"}}, "comma"},
		{"quote", []SchemaAttribute{{Name: `a"b`}}, "comma"},
		{"space", []SchemaAttribute{{Name: "a b"}}, "space"},
		{"white space at the end", []SchemaAttribute{{Name: "ab\t"}}, "space"},
		{"required", []SchemaAttribute{{Name: "a", Required: true}}, "Required custom attributes are not supported currently."},
		{"twice", []SchemaAttribute{{Name: "a"}, {Name: "a"}}, "custom:a: Existing attribute already has name custom:a."},
		{"too many", many, "the limit is 50"},
		{"negative length", []SchemaAttribute{{Name: "a", Bounds: bounds(-1, nil)}}, "Invalid MinLength"},
		{"negative greatest length", []SchemaAttribute{{Name: "a", Bounds: bounds(nil, -1)}}, "Max length"},
		{"crossed lengths", []SchemaAttribute{{Name: "a", Bounds: bounds(5, 4)}}, "Max length cannot be less than min length"},
		{"length beyond any", []SchemaAttribute{{Name: "a", Bounds: bounds(nil, 2049)}}, "more than 2048"},
		{"least length beyond any", []SchemaAttribute{{Name: "a", Bounds: bounds(2049, nil)}}, "more than 2048"},
		{"crossed values", []SchemaAttribute{{Name: "a", Type: Number, Bounds: bounds(5, 4)}}, "Max value"},
		{"crossed lengths of a standard attribute", []SchemaAttribute{{Name: "name", Bounds: bounds(5, 4)}}, "Max length"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, err := StandardSchema().With(tt.change)
			if KindOf(err) != InvalidParameter || err == nil || !strings.Contains(err.Error(), tt.want) || s != nil {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

func TestSchemaWith(t *testing.T) {
	before := StandardSchema()
	got, err := before.With([]SchemaAttribute{
		{Name: "email", Required: true, Mutable: true, Bounds: bounds(3, 100)}, {Name: "name"},
		{Name: "team"}, {Name: "level", Type: Number, Bounds: bounds(-3, 3)}, {Name: "inside", DeveloperOnly: true},
		{Name: "email2", Type: String, Mutable: true}, {Name: "vip", Type: Boolean},
	})
	if err != nil {
		t.Fatal(err)
	}
	if a, _ := got.Find("email"); !a.Required || !a.Mutable || *a.Bounds.Max != 100 || a.Type != String {
		t.Errorf("email %+v", a)
	}
	if a, _ := got.Find("name"); a.Required || a.Mutable || *a.Bounds.Max != 2048 {
		t.Errorf("name %+v", a)
	}
	var names []string
	for _, a := range got[len(before):] {
		names = append(names, a.Name)
		if !a.Custom() {
			t.Errorf("%s is not custom", a.Name)
		}
	}
	if want := []string{"custom:team", "custom:level", "dev:custom:inside", "custom:email2", "custom:vip"}; !slices.Equal(names, want) {
		t.Errorf("got %q", names)
	}
	if a, _ := got.Find("custom:team"); a.Type != String || a.Bounds == nil {
		t.Errorf("custom:team %+v", a)
	}
	if a, _ := before.Find("email"); a.Required || len(before) != len(StandardSchema()) {
		t.Error("the schema that was changed from has changed")
	}
	if _, ok := got.Find("custom:shoe"); ok || got.Index("custom:shoe") != -1 {
		t.Error("an attribute is found that is not there")
	}
}

func TestWithCustomFillsTheQuota(t *testing.T) {
	s := StandardSchema()
	for i := range MaxCustomAttributes + 1 {
		more, err := s.WithCustom(SchemaAttribute{Name: "a" + strconv.Itoa(i), DeveloperOnly: i%2 == 0})
		if (err == nil) != (i < MaxCustomAttributes) {
			t.Fatalf("attribute %d: %v", i+1, err)
		}
		if err == nil {
			s = more
		}
	}
}
