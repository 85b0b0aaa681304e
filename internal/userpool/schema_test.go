package userpool

import (
	"encoding/json"
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
	if a, ok := StandardSchema().Find("updated_at"); !ok || a.Type != Number || a.Range.Min.String() != "0" || a.Range.Max != nil {
		t.Errorf("updated_at %+v", a)
	}
}

// bounds makes Bounds from numbers; nil means no limit.
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

// values makes a Range from numbers; "" means no limit.
func values(t *testing.T, low, high string) *Range {
	t.Helper()
	r := &Range{}
	for text, end := range map[string]**Decimal{low: &r.Min, high: &r.Max} {
		if text == "" {
			continue
		}
		d, ok := ParseDecimal(text)
		if !ok {
			t.Fatalf("%s is no number", text)
		}
		*end = &d
	}
	return r
}

func TestSchemaWithRefuses(t *testing.T) {
	many := make([]SchemaAttribute, MaxCustomAttributes+1)
	for i := range many {
		many[i] = SchemaAttribute{Name: "a" + strconv.Itoa(i), Type: String}
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
		{"twice", []SchemaAttribute{{Name: "a", Type: String}, {Name: "a", Type: String}}, "custom:a: Existing attribute already has name custom:a."},
		{"twice for developers", []SchemaAttribute{{Name: "a", Type: String, DeveloperOnly: true}, {Name: "a", Type: String, DeveloperOnly: true}}, "custom:a: Existing attribute already has name dev:custom:a."},
		{"no type", []SchemaAttribute{{Name: "a"}}, "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."},
		{"mark without a type", []SchemaAttribute{{Name: "email_verified"}}, "Invalid AttributeDataType input"},
		{"mark that is required", []SchemaAttribute{{Name: "email_verified", Type: Boolean, Required: true}}, "Required custom attributes"},
		{"mark with a long name", []SchemaAttribute{{Name: "phone_number_verified", Type: Boolean}}, "longer than 20 characters"},
		{"too many", many, "the limit is 50"},
		{"negative length", []SchemaAttribute{{Name: "a", Type: String, Bounds: bounds(-1, nil)}}, "Invalid MinLength"},
		{"negative greatest length", []SchemaAttribute{{Name: "a", Type: String, Bounds: bounds(nil, -1)}}, "Max length"},
		{"crossed lengths", []SchemaAttribute{{Name: "a", Type: String, Bounds: bounds(5, 4)}}, "Max length cannot be less than min length"},
		{"length beyond any", []SchemaAttribute{{Name: "a", Type: String, Bounds: bounds(nil, 2049)}}, "more than 2048"},
		{"least length beyond any", []SchemaAttribute{{Name: "a", Type: String, Bounds: bounds(2049, nil)}}, "more than 2048"},
		{"crossed values", []SchemaAttribute{{Name: "a", Type: Number, Range: values(t, "5", "4")}}, "user.a: Max value cannot be less than min value."},
		{"crossed large values", []SchemaAttribute{{Name: "a", Type: Number, Range: values(t, "1e20", "99999999999999999999")}}, "Max value"},
		{"crossed values of a standard attribute", []SchemaAttribute{{Name: "updated_at", Range: values(t, "0.2", "0.1")}}, "Max value"},
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
		{Name: "team", Type: String}, {Name: "level", Type: Number, Range: values(t, "-3", "3.50")}, {Name: "updated_at", Range: values(t, "1e9", "")}, {Name: "inside", Type: String, DeveloperOnly: true},
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
	if a, _ := got.Find("updated_at"); a.Range.Min.String() != "1e9" || a.Range.Max != nil || a.Bounds != nil {
		t.Errorf("updated_at %+v", a)
	}
	if a, _ := got.Find("custom:level"); a.Range.Max.String() != "3.50" || a.Bounds != nil {
		t.Errorf("custom:level %+v", a)
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

// TestVerifiedMarkInSchema: an entry for email_verified, which older CDK versions write,
// adds a custom attribute and does not change the standard one.
func TestVerifiedMarkInSchema(t *testing.T) {
	got, err := StandardSchema().With([]SchemaAttribute{{Name: "email_verified", Type: Boolean}})
	if err != nil {
		t.Fatal(err)
	}
	if a, _ := got.Find("custom:email_verified"); a.Type != Boolean || a.Mutable {
		t.Errorf("custom:email_verified %+v", a)
	}
	if a, _ := got.Find("email_verified"); !a.Mutable || len(got) != len(StandardSchema())+1 {
		t.Errorf("email_verified %+v of %d attributes", a, len(got))
	}
}

func TestWithCustomFillsTheQuota(t *testing.T) {
	s := StandardSchema()
	for i := range MaxCustomAttributes + 1 {
		more, err := s.WithCustom(SchemaAttribute{Name: "a" + strconv.Itoa(i), Type: String, DeveloperOnly: i%2 == 0})
		if (err == nil) != (i < MaxCustomAttributes) {
			t.Fatalf("attribute %d: %v", i+1, err)
		}
		if err == nil {
			s = more
		}
	}
}

// TestKeptSchema: the limits of attributes are stored as they were written.
func TestKeptSchema(t *testing.T) {
	kept := `[{"name":"updated_at","type":"Number","mutable":true,"range":{"min":0}},` +
		`{"name":"custom:level","type":"Number","range":{"min":-9223372036854775808,"max":9223372036854775807}},` +
		`{"name":"custom:share","type":"Number","range":{"min":"+1.50","max":"99999999999999999999"}},` +
		`{"name":"custom:free","type":"Number","range":{}},{"name":"custom:vip","type":"Boolean"},` +
		`{"name":"custom:team","type":"String","bounds":{"min":1,"max":10}}]`
	var s Schema
	if err := json.Unmarshal([]byte(kept), &s); err != nil {
		t.Fatal(err)
	}
	if r := s[1].Range; r.Min.String() != "-9223372036854775808" || r.Max.String() != "9223372036854775807" || s[1].Bounds != nil {
		t.Errorf("custom:level %+v", s[1])
	}
	if r := s[2].Range; r.Min.String() != "+1.50" || r.Max.String() != "99999999999999999999" {
		t.Errorf("custom:share %+v", s[2])
	}
	if s[3].Range == nil || s[4].Bounds != nil || s[4].Range != nil || *s[5].Bounds.Max != 10 || s[5].Range != nil {
		t.Errorf("%+v", s[3:])
	}
	if again, err := json.Marshal(s); err != nil || string(again) != kept {
		t.Errorf("kept as %s, %v", again, err)
	}
	if err := json.Unmarshal([]byte(`{"name":"a","type":"Number","range":{"min":"x"}}`), new(SchemaAttribute)); err == nil {
		t.Error("a limit that is no number is read")
	}
}
