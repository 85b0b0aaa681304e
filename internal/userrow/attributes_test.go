package userrow

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/userpool"
)

// golden returns the content of a file of testdata, written as hexadecimal digits in lines of any
// length. Lines that begin with # are comments.
func golden(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var digits strings.Builder
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			digits.WriteString(strings.Join(strings.Fields(line), ""))
		}
	}
	data, err := hex.DecodeString(digits.String())
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return data
}

func schema(tb testing.TB) userpool.Schema {
	tb.Helper()
	s, err := userpool.StandardSchema().With([]userpool.SchemaAttribute{
		{Name: "department", Type: userpool.String}, {Name: "level", Type: userpool.Number, DeveloperOnly: true}})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// person has a value of each kind, unordered, and an attribute without a number.
func person() userpool.Attributes {
	return userpool.Attributes{
		{Name: "name", Value: "Zoë Müller"}, {Name: "email", Value: "zoe@example.com"}, {Name: "email_verified", Value: "true"},
		{Name: "phone_number", Value: "+15550100"}, {Name: "phone_number_verified", Value: "false"}, {Name: "updated_at", Value: "1700000000"},
		{Name: "address", Value: ""}, {Name: "dev:custom:level", Value: "007"}, {Name: "custom:department", Value: "0"},
		{Name: "website", Value: "+"}, {Name: "identities", Value: "[]"},
	}
}

// TestAttributesGolden reads what the first version wrote, and writes the same bytes.
func TestAttributesGolden(t *testing.T) {
	names := NewNames(schema(t))
	columns := &Columns{1: "zoe@example.com", 3: "+15550100", 5: "zoë müller"}
	for name, columns := range map[string]*Columns{"attributes-1.hex": nil, "attributes-1-columns.hex": columns} {
		want := golden(t, name)
		if got := names.Append(nil, person(), columns); !bytes.Equal(got, want) {
			t.Errorf("%s: written\n%x, not\n%x", name, got, want)
		}
		got, err := names.Attributes(want, columns)
		if err != nil || !slices.Equal(got, person()) {
			t.Errorf("%s: read %q, %v", name, got, err)
		}
	}
}

func TestAttributesAreReadBack(t *testing.T) {
	long := strings.Repeat("ü", userpool.MaxAttributeValueSize)
	values := []string{"", "true", "false", "True", "0", "00", "01", "-1", "1", "127", "128", "999999999999999999", "1000000000000000000",
		"18446744073709551615", "18446744073709551616", "99999999999999999999", "+", "+0", "+00", "+1", "+1 555", "++1", "1.0", "1e3", " 1", "１",
		"Ann", "Ann Lee", " Ann", "ann Lee", "ANN", "Élise Ann", "élise Ann", "Ann  Lee", "Anne-Marie", "Ann\xff",
		"\x00", "\xff\xfe", long}
	names := NewNames(schema(t))
	for _, name := range []string{"email", "website", "custom:department", "custom:unheard of", "sub"} {
		for _, value := range values {
			want := userpool.Attributes{{Name: name, Value: value}}
			for _, columns := range []*Columns{nil, {}, {1: value}, {1: strings.ToLower(value)}} {
				data := names.Append([]byte("before"), want, columns)
				got, err := names.Attributes(data[len("before"):], columns)
				if err != nil || !slices.Equal(got, want) {
					t.Errorf("%s %.20q: read %.50q, %v", name, value, got, err)
				}
			}
		}
	}
	if got, err := names.Attributes(names.Append(nil, nil, nil), nil); err != nil || len(got) != 0 {
		t.Errorf("no attributes: %v, %v", got, err)
	}
}

// TestCapitals checks which values a folded column can represent.
func TestCapitals(t *testing.T) {
	names := NewNames(schema(t))
	for value, enough := range map[string]bool{
		"ann": true, "Ann": true, "Ann Lee": true, "  Ann": true, "Ann 1st": true, "Zoë Lee": true, "1": true,
		"ann Lee": false, "ANN": false, "Émile": false, "McKay": false, "Anne-Marie": false, "İ": false,
	} {
		user := userpool.Attributes{{Name: "name", Value: value}}
		data := names.Append(nil, user, &Columns{5: userpool.Fold(value)})
		if short := len(data) == 2; short != enough {
			t.Errorf("%q is %x", value, data)
		}
	}
}

// TestOlderSchema reads a row with a schema from before an attribute was added. The attribute must
// not be taken for missing.
func TestOlderSchema(t *testing.T) {
	row := userpool.Attributes{{Name: "email", Value: "a@example.com"}, {Name: "dev:custom:level", Value: "3"}}
	newer, older := NewNames(schema(t)), NewNames(schema(t)[:21])
	got, err := older.Attributes(newer.Append(nil, row, nil), nil)
	if number, ok := errors.AsType[UnknownNumber](err); !ok || number != 33 || got != nil {
		t.Errorf("read %q, %v", got, err)
	}
	// What the older schema wrote can be read with both.
	data := older.Append(nil, row, nil)
	for _, names := range []*Names{older, newer} {
		if got, err := names.Attributes(data, nil); err != nil || !slices.Equal(got, row) {
			t.Errorf("read %q, %v", got, err)
		}
	}
}

func TestAttributesRefused(t *testing.T) {
	names := NewNames(schema(t))
	tests := []struct{ name, data, want string }{
		{"nothing", "", "there is no version"},
		{"a newer version", "02 0800", "the version is 2, and this program reads 1"},
		{"JSON of before", "5b22 656d", "the version is 91"},
		{"no length", "01 08", "a value is cut off"},
		{"half a length", "01 08 80", "a value is cut off"},
		{"too long", "01 08 05 61", "a value has 5 bytes, and 1 are left"},
		{"far too long", "01 08 ffffffffffffffffff01 61", "a value has 18446744073709551615 bytes"},
		{"half a tag", "01 80", "a tag is cut off"},
		{"a great tag", "01 ffffffffffffffffffff01", "a tag has more than 64 bits"},
		{"a tag of 65 bits", "01 80808080808080808002", "a tag has more than 64 bits"},
		{"no name", "01 00 04 61", "a name has 4 bytes, and 1 are left"},
		{"no number", "01 0b", "a value is cut off"},
		{"no columns, with capitals", "01 0e", "attribute 1 is in a column, and the column is empty"},
		{"kind 7", "01 0f", "has kind 7"},
		{"no columns", "01 0d", "attribute 1 is in a column, and the column is empty"},
		{"number 31", "01 f901", "has number 31"},
		{"an empty name", "01 00 00 00", "an attribute has no name"},
	}
	for _, tt := range tests {
		data, err := hex.DecodeString(strings.ReplaceAll(tt.data, " ", ""))
		if err != nil {
			t.Fatal(err)
		}
		got, err := names.Attributes(data, nil)
		if err == nil || !strings.Contains(err.Error(), tt.want) || got != nil {
			t.Errorf("%s: read %q, %v; want %q", tt.name, got, err, tt.want)
		}
	}
	for _, columns := range []*Columns{nil, {}, {1: "a"}} {
		if got, err := names.Attributes([]byte{1, 9<<3 | kindColumn}, columns); err == nil {
			t.Errorf("an attribute that has no column was read from one: %q", got)
		}
	}
}

// TestErrorsTellNoValue cuts a row at each byte: no error contains a value.
func TestErrorsTellNoValue(t *testing.T) {
	names := NewNames(schema(t))
	data := names.Append(nil, person(), nil)
	for i := range data {
		if _, err := names.Attributes(data[:i], nil); err != nil && (strings.Contains(err.Error(), "zoe") || strings.Contains(err.Error(), "1700000000")) {
			t.Errorf("the error tells a value: %v", err)
		}
	}
}

// FuzzAttributes reads any data; what it could read it writes and reads again.
func FuzzAttributes(f *testing.F) {
	names := NewNames(schema(f))
	columns := &Columns{1: "zoe@example.com", 3: "+15550100", 5: "ann lee", 8: "true"}
	f.Add(names.Append(nil, person(), nil))
	f.Add(names.Append(nil, person(), columns))
	f.Add(names.Append(nil, userpool.Attributes{{Name: "name", Value: "Ann Lee"}}, columns))
	f.Add([]byte{2})
	f.Add([]byte{1, 0, 1, 'a', 1, 'b'})
	f.Fuzz(func(t *testing.T, data []byte) {
		before := bytes.Clone(data)
		read, err := names.Attributes(data, columns)
		if !bytes.Equal(before, data) {
			t.Error("reading changed the data")
		}
		if err != nil {
			return
		}
		if len(read) > len(data) {
			t.Errorf("%d attributes of %d bytes", len(read), len(data))
		}
		for _, columns := range []*Columns{columns, nil} {
			again, err := names.Attributes(names.Append(nil, read, columns), columns)
			if err != nil || !slices.Equal(again, read) {
				t.Errorf("%q is read back as %q, %v", read, again, err)
			}
		}
	})
}

// imported is a user as many files describe one.
func imported() userpool.Attributes {
	return userpool.Attributes{
		{Name: "name", Value: "Ndkfhg Woirtzu"}, {Name: "given_name", Value: "Ndkfhg"}, {Name: "family_name", Value: "Woirtzu"},
		{Name: "preferred_username", Value: "oqwieurz"}, {Name: "email", Value: "qpwoeir742@example.com"}, {Name: "email_verified", Value: "true"},
		{Name: "gender", Value: "female"}, {Name: "birthdate", Value: "03/04/1975"}, {Name: "zoneinfo", Value: "Europe/Paris"},
		{Name: "locale", Value: "en-GB"}, {Name: "phone_number", Value: "+155512345678"}, {Name: "phone_number_verified", Value: "true"},
		{Name: "address", Value: "12 Harbour Road Eastwick"}, {Name: "updated_at", Value: "1700000000"},
		{Name: "custom:department", Value: "sales"}, {Name: "dev:custom:level", Value: "7"},
	}
}

func BenchmarkAppend(b *testing.B) {
	names, user := NewNames(schema(b)), imported()
	var data []byte
	b.ReportAllocs()
	for b.Loop() {
		data = names.Append(data[:0], user, nil)
	}
	b.ReportMetric(float64(len(data)), "bytes/user")
}

func BenchmarkAttributes(b *testing.B) {
	names := NewNames(schema(b))
	data := names.Append(nil, imported(), nil)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := names.Attributes(data, nil); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocations bounds the allocations: reading a user needs one text, one list and its numbers;
// writing needs none.
func TestAllocations(t *testing.T) {
	names, user := NewNames(schema(t)), imported()
	data := names.Append(nil, user, nil)
	to := make([]byte, 0, 2*len(data))
	if n := testing.AllocsPerRun(100, func() { names.Append(to, user, nil) }); n > 0 {
		t.Errorf("writing allocates %v times", n)
	}
	if n := testing.AllocsPerRun(100, func() { _, _ = names.Attributes(data, nil) }); n > 5 {
		t.Errorf("reading allocates %v times", n)
	}
}
