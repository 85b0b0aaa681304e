package apicore

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

// testInput has a member of each kind, in the forms of Cognito's model.
type testInput struct {
	UserPoolId   string            `json:"UserPoolId"`
	Username     string            `json:"Username,omitzero"`
	Limit        *int32            `json:"Limit,omitzero"`
	Count        *int64            `json:"Count,omitzero"`
	Force        *bool             `json:"Force,omitzero"`
	Status       string            `json:"Status,omitzero"`
	Flows        []string          `json:"Flows,omitzero"`
	Secrets      []string          `json:"Secrets,omitzero"`
	Limits       []int32           `json:"Limits,omitzero"`
	Schema       []testAttribute   `json:"Schema,omitzero"`
	Metadata     map[string]string `json:"Metadata,omitzero"`
	Attribute    *testAttribute    `json:"Attribute,omitzero"`
	Picture      []byte            `json:"Picture,omitzero"`
	Since        Time              `json:"Since,omitzero"`
	Settings     json.RawMessage   `json:"Settings,omitzero"`
	Unrestricted string            `json:"Unrestricted,omitzero"`
}

type testAttribute struct {
	Name  string `json:"Name"`
	Value string `json:"Value,omitzero"`
}

var (
	shapePoolID    = Shape{Type: String, Min: Bound(1), Max: Bound(20), Pattern: NewPattern(`[\w-]+_[0-9a-zA-Z]+`, "")}
	shapeUsername  = Shape{Type: String, Min: Bound(1), Max: Bound(5), Sensitive: true}
	shapeFlow      = Shape{Type: String, Enum: []string{"SRP", "CUSTOM"}}
	shapeKey       = Shape{Type: String, Min: Bound(1), Max: Bound(4)}
	shapeText      = Shape{Type: String}
	shapeLimit     = Shape{Type: Integer, Min: Bound(0), Max: Bound(60)}
	shapeAttribute = Shape{Type: Structure, Members: []Member{
		{Name: "Name", Shape: &shapeKey, Required: true}, {Name: "Value", Shape: &shapeUsername},
	}}
	shapeInput = Shape{Type: Structure, Members: []Member{
		{Name: "UserPoolId", Shape: &shapePoolID, Required: true},
		{Name: "Username", Shape: &shapeUsername},
		{Name: "Limit", Shape: &shapeLimit},
		{Name: "Count", Shape: &Shape{Type: Long}},
		{Name: "Force", Shape: &Shape{Type: Boolean}},
		{Name: "Status", Shape: &shapeFlow},
		{Name: "Flows", Shape: &Shape{Type: List, Element: &shapeFlow, Max: Bound(2)}},
		{Name: "Secrets", Shape: &Shape{Type: List, Element: &shapeUsername, Max: Bound(2)}},
		{Name: "Limits", Shape: &Shape{Type: List, Element: &shapeLimit}},
		{Name: "Schema", Shape: &Shape{Type: List, Element: &shapeAttribute, Min: Bound(1), Max: Bound(25)}},
		{Name: "Metadata", Shape: &Shape{Type: Map, Key: &shapeKey, Element: &shapeUsername, Max: Bound(2)}},
		{Name: "Attribute", Shape: &shapeAttribute},
		{Name: "Picture", Shape: &Shape{Type: Blob, Max: Bound(4)}},
		{Name: "Since", Shape: &Shape{Type: Timestamp}},
		{Name: "Settings", Shape: &Shape{Type: Document}},
		{Name: "Unrestricted", Shape: &shapeText},
		{Name: "Context", Shape: &Shape{Type: Structure, Sensitive: true, Members: []Member{{Name: "Data", Shape: &shapeKey}}}},
		{Name: "Names", Shape: &Shape{Type: List, Sensitive: true, Element: &shapeKey}},
	}}
)

// checkAndBind handles JSON as a protocol handles a call's input.
func checkAndBind(body string) (*testInput, error) {
	var value any
	d := json.NewDecoder(strings.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&value); err != nil {
		return nil, err
	}
	clean, err := Check(&shapeInput, value)
	if err != nil {
		return nil, err
	}
	in := new(testInput)
	return in, Bind(clean, in)
}

const pool = `"UserPoolId":"us-east-1_a"`

func TestCheckRefuses(t *testing.T) {
	const one = "1 validation error detected: "
	cases := []struct{ name, body, want string }{
		{"missing", `{}`, one + "Value at 'userPoolId' failed to satisfy constraint: Member must not be null"},
		{"null", `{"UserPoolId":null}`, one + "Value at 'userPoolId' failed to satisfy constraint: Member must not be null"},
		{"pattern", `{"UserPoolId":"x"}`,
			one + `Value 'x' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+`},
		{"a pattern matches the whole value", `{"UserPoolId":"a_b\n"}`,
			one + "Value 'a_b\n' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+"},
		{"a word is ASCII", `{"UserPoolId":"é_a"}`,
			one + `Value 'é_a' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+`},
		{"too long", `{"UserPoolId":"aaaaaaaaaaaaaaaaaaa_a"}`,
			one + "Value 'aaaaaaaaaaaaaaaaaaa_a' at 'userPoolId' failed to satisfy constraint: Member must have length less than or equal to 20"},
		{"two constraints", `{"UserPoolId":""}`,
			"2 validation errors detected: Value '' at 'userPoolId' failed to satisfy constraint: Member must have length greater than or equal to 1; " +
				`Value '' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+`},
		{"in the model's order", `{"Force":true,"Limit":61,"Username":"longer"}`,
			"3 validation errors detected: Value at 'userPoolId' failed to satisfy constraint: Member must not be null; " +
				"Value at 'username' failed to satisfy constraint: Member must have length less than or equal to 5; " +
				"Value '61' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 60"},
		{"a number too small", `{` + pool + `,"Limit":-1}`,
			one + "Value '-1' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		{"enumeration", `{` + pool + `,"Status":"srp"}`,
			one + "Value 'srp' at 'status' failed to satisfy constraint: Member must satisfy enum value set: [SRP, CUSTOM]"},
		{"a list of scalars, once", `{` + pool + `,"Flows":["SRP","X"]}`,
			one + "Value '[SRP, X]' at 'flows' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [SRP, CUSTOM]]"},
		{"null in a list of scalars", `{` + pool + `,"Flows":[null]}`,
			one + "Value '[null]' at 'flows' failed to satisfy constraint: Member must satisfy constraint: [Member must satisfy enum value set: [SRP, CUSTOM], Member must not be null]"},
		{"a long list", `{` + pool + `,"Flows":["SRP","SRP","SRP"]}`,
			one + "Value '[SRP, SRP, SRP]' at 'flows' failed to satisfy constraint: Member must have length less than or equal to 2"},
		{"a list of sensitive scalars", `{` + pool + `,"Secrets":["longer"]}`,
			one + "Value at 'secrets' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 5, Member must have length greater than or equal to 1]"},
		{"a list of numbers", `{` + pool + `,"Limits":[1,61]}`,
			one + "Value at 'limits' failed to satisfy constraint: Member must satisfy constraint: [Member must have value less than or equal to 60, Member must have value greater than or equal to 0]"},
		{"a list of structures", `{` + pool + `,"Schema":[{"Name":"long1"},{"Value":"v"},null]}`,
			"3 validation errors detected: Value 'long1' at 'schema.1.member.name' failed to satisfy constraint: Member must have length less than or equal to 4; " +
				"Value at 'schema.2.member.name' failed to satisfy constraint: Member must not be null; " +
				"Value at 'schema' failed to satisfy constraint: Member must satisfy constraint: [Member must not be null]"},
		{"a short list", `{` + pool + `,"Schema":[]}`,
			one + "Value at 'schema' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"a map's keys", `{` + pool + `,"Metadata":{"long1":"v","long2":"v"}}`,
			one + "Value at 'metadata' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 4, Member must have length greater than or equal to 1]"},
		{"a map's values", `{` + pool + `,"Metadata":{"a":"longer"}}`,
			one + "Value at 'metadata' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 5, Member must have length greater than or equal to 1]"},
		{"a large map", `{` + pool + `,"Metadata":{"a":"b","c":"d","e":"f"}}`,
			one + "Value at 'metadata' failed to satisfy constraint: Member must have length less than or equal to 2"},
		{"a structure's member", `{` + pool + `,"Attribute":{"Value":"v"}}`,
			one + "Value at 'attribute.name' failed to satisfy constraint: Member must not be null"},
		{"bytes are counted decoded", `{` + pool + `,"Picture":"AAAAAAA="}`,
			one + "Value at 'picture' failed to satisfy constraint: Member must have length less than or equal to 4"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := checkAndBind(c.body)
			e, ok := errors.AsType[*Refusal](err)
			if !ok || e.Reason != Invalid || e.Message != c.want {
				t.Errorf("\n got %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestCheckTypes(t *testing.T) {
	cases := []struct{ body, want string }{
		{`{"UserPoolId":1}`, "NUMBER_VALUE can not be converted to a String at 'userPoolId'"},
		{`{"UserPoolId":true}`, "TRUE_VALUE can not be converted to a String at 'userPoolId'"},
		{`{"UserPoolId":{}}`, "Start of structure or map found where not expected at 'userPoolId'"},
		{`{"UserPoolId":[]}`, "Start of list found where not expected at 'userPoolId'"},
		{`{"Limit":"60"}`, "STRING_VALUE can not be converted to an Integer at 'limit'"},
		{`{"Limit":1.5}`, "NUMBER_VALUE can not be converted to an Integer at 'limit'"},
		{`{"Limit":2147483648}`, "NUMBER_VALUE can not be converted to an Integer at 'limit'"},
		{`{"Count":9223372036854775808}`, "NUMBER_VALUE can not be converted to a Long at 'count'"},
		{`{"Force":"yes"}`, "STRING_VALUE can not be converted to a Boolean at 'force'"},
		{`{"Picture":"no base64!"}`, "STRING_VALUE can not be converted to a Blob at 'picture'"},
		{`{"Since":"2026-11-21"}`, "STRING_VALUE can not be converted to a Timestamp at 'since'"},
		{`{"Since":1e300}`, "NUMBER_VALUE can not be converted to a Timestamp at 'since'"},
		{`{"Flows":"SRP"}`, "Unexpected field type at 'flows'"},
		{`{"Flows":[1]}`, "NUMBER_VALUE can not be converted to a String at 'flows.1.member'"},
		{`{"Attribute":"x"}`, "Unexpected field type at 'attribute'"},
		{`{"Metadata":"x"}`, "Expected map or null at 'metadata'"},
		{`{"Metadata":{"a":1}}`, "NUMBER_VALUE can not be converted to a String at 'metadata.value'"},
		{`[]`, "Start of list found where not expected"},
		{`null`, "Unexpected field type"},
	}
	for _, c := range cases {
		_, err := checkAndBind(c.body)
		if e, ok := errors.AsType[*Refusal](err); !ok || e.Reason != Malformed || e.Message != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.body, err, c.want)
		}
	}
}

func TestCheckAccepts(t *testing.T) {
	whole, large, force := int32(60), int64(1)<<53, false
	cases := []struct {
		name, body string
		want       testInput
	}{
		{"unknown members are ignored", `{` + pool + `,"userpoolid":"y","Extra":{"a":[1]}}`, testInput{UserPoolId: "us-east-1_a"}},
		{"null is absent", `{` + pool + `,"Username":null,"Flows":null,"Attribute":null}`, testInput{UserPoolId: "us-east-1_a"}},
		{"characters are counted, not bytes", `{` + pool + `,"Username":"日本語日本"}`, testInput{UserPoolId: "us-east-1_a", Username: "日本語日本"}},
		{"whole numbers in any notation", `{` + pool + `,"Limit":6.0e1,"Count":9007199254740992}`, testInput{UserPoolId: "us-east-1_a", Limit: &whole, Count: &large}},
		{"false is not absent", `{` + pool + `,"Force":false}`, testInput{UserPoolId: "us-east-1_a", Force: &force}},
		{"an empty list is not absent", `{` + pool + `,"Flows":[]}`, testInput{UserPoolId: "us-east-1_a", Flows: []string{}}},
		{"structures", `{` + pool + `,"Schema":[{"Name":"a","Other":1}],"Attribute":{"Name":"b","Value":"v"},"Metadata":{"k":"v"}}`,
			testInput{UserPoolId: "us-east-1_a", Schema: []testAttribute{{Name: "a"}}, Attribute: &testAttribute{"b", "v"}, Metadata: map[string]string{"k": "v"}}},
		{"bytes", `{` + pool + `,"Picture":"AAEC"}`, testInput{UserPoolId: "us-east-1_a", Picture: []byte{0, 1, 2}}},
		{"a document stays as it is", `{` + pool + `,"Settings":{"a":[1.50,null,"<x>"]}}`,
			testInput{UserPoolId: "us-east-1_a", Settings: json.RawMessage(`{"a":[1.50,null,"<x>"]}`)}},
		{"no constraints", `{` + pool + `,"Unrestricted":"` + strings.Repeat("x", 5000) + `"}`,
			testInput{UserPoolId: "us-east-1_a", Unrestricted: strings.Repeat("x", 5000)}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := checkAndBind(c.body)
			if err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(*got, c.want) {
				t.Errorf("\n got %+v\nwant %+v", *got, c.want)
			}
		})
	}
}

// TestSensitiveValuesStayOut breaks every rule with a value that messages must not repeat.
func TestSensitiveValuesStayOut(t *testing.T) {
	for _, body := range []string{
		`{"Username":"hunter2"}`, `{"Secrets":["hunter2","hunter2","hunter2"]}`, `{"Metadata":{"k":"hunter2"}}`,
		`{"Metadata":{"hunter2":"v"}}`, `{"Attribute":{"Value":"hunter2"}}`, `{"Schema":[{"Value":"hunter2"}]}`, `{"Picture":"hunter2"}`,
		`{"Context":{"Data":"hunter2"}}`, `{"Names":["hunter2"]}`,
	} {
		if _, err := checkAndBind(body); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", body, err)
		}
	}
}

func TestMessagesAreBounded(t *testing.T) {
	body := `{"UserPoolId":"` + strings.Repeat("é", 100_000) + `"}`
	if _, err := checkAndBind(body); err == nil || len(err.Error()) > 3000 {
		t.Errorf("a long value makes a message of %d bytes", len(err.Error()))
	}
	body = `{` + pool + `,"Schema":[` + strings.Repeat(`{"Name":"longer"},`, 50) + `{}]}`
	_, err := checkAndBind(body)
	if err == nil || !strings.HasPrefix(err.Error(), "20 validation errors detected: ") {
		t.Errorf("many broken rules: %v", err)
	}
}

// FuzzCheck passes any JSON to the checker. It must not panic, what it accepts must bind, and
// each refusal must have one of two reasons.
func FuzzCheck(f *testing.F) {
	f.Add(`{` + pool + `,"Limit":6.0e1,"Schema":[{"Name":"a"}],"Metadata":{"k":"v"},"Picture":"AAEC","Since":1.7E9,"Settings":{"a":[1]}}`)
	f.Add(`{"UserPoolId":"\ud800_a","Limits":[1,null],"Flows":["SRP"],"Force":true}`)
	f.Add(`{"Limit":-0,"Count":1e400,"Picture":"A\nA=="}`)
	f.Fuzz(func(t *testing.T, body string) {
		if !json.Valid([]byte(body)) {
			return
		}
		_, err := checkAndBind(body)
		if err == nil {
			return
		}
		e, ok := errors.AsType[*Refusal](err)
		if !ok || e.Reason != Invalid && e.Reason != Malformed || e.Message == "" {
			t.Fatalf("%q: %v", body, err)
		}
	})
}
