package userpool

import (
	"encoding/json"
	"testing"
)

// TestStandardNumbers pins the numbers in stored users. If an attribute fails here, it
// needs a new number; no number may change.
func TestStandardNumbers(t *testing.T) {
	want := map[string]int{
		"sub":   0, // stored separately
		"email": 1, "email_verified": 2, "phone_number": 3, "phone_number_verified": 4,
		"name": 5, "given_name": 6, "family_name": 7, "preferred_username": 8,
		"birthdate": 9, "gender": 10, "locale": 11, "zoneinfo": 12, "address": 13, "updated_at": 14,
		"middle_name": 15, "nickname": 16, "profile": 17, "picture": 18, "website": 19,
	}
	for _, a := range StandardSchema() {
		number, known := want[a.Name]
		got, ok := a.StoredNumber()
		if !known || ok != (number > 0) || ok && got != number {
			t.Errorf("%s has number %d, %v; want %d, %v", a.Name, got, ok, number, known)
		}
		if got >= FirstCustomNumber {
			t.Errorf("%s has a number of custom attributes: %d", a.Name, got)
		}
	}
	if len(standardNames) != len(want) {
		t.Errorf("there are %d numbers for %d attributes", len(standardNames)-1, len(want)-1)
	}
}

// TestCustomNumbers adds attributes at creation and twice later, each time to the schema
// as it was stored.
func TestCustomNumbers(t *testing.T) {
	text := func(name string) SchemaAttribute { return SchemaAttribute{Name: name, Type: String} }
	schema, err := StandardSchema().With([]SchemaAttribute{text("one"), {Name: "email", Mutable: true}, {Name: "two", Type: String, DeveloperOnly: true}})
	if err != nil {
		t.Fatal(err)
	}
	for _, more := range [][]SchemaAttribute{{text("three")}, {text("two"), text("four")}} {
		kept, err := json.Marshal(schema)
		if err != nil {
			t.Fatal(err)
		}
		var again Schema
		if err := json.Unmarshal(kept, &again); err != nil {
			t.Fatal(err)
		}
		if schema, err = again.WithCustom(more...); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]int{"custom:one": 32, "dev:custom:two": 33, "custom:three": 34, "custom:two": 35, "custom:four": 36}
	for _, a := range schema {
		if got, ok := a.StoredNumber(); a.Custom() && (!ok || got != want[a.Name]) {
			t.Errorf("%s has number %d, %v; want %d", a.Name, got, ok, want[a.Name])
		}
	}
	if n := len(schema) - len(StandardSchema()); n != len(want) {
		t.Errorf("there are %d custom attributes", n)
	}
}

func TestNoNumber(t *testing.T) {
	for _, a := range []SchemaAttribute{{Name: "custom:one"}, {Name: "custom:one", Number: 3}, {Name: "identities"}, {Name: "identities", Number: 40}, {}} {
		if number, ok := a.StoredNumber(); ok {
			t.Errorf("%+v has number %d", a, number)
		}
	}
}
