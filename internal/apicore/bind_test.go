package apicore

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"
)

type shared struct {
	Name string `json:"name"`
	Size *int64 `json:"Size,omitzero"`
}

// embedding embeds a structure with shared members.
type embedding struct {
	ID string `json:"ID,omitzero"`
	shared
	List    []int32              `json:"List"`
	Sets    map[string][]*shared `json:"Sets"`
	When    Time                 `json:"When"`
	Hidden  string               `json:"-"`
	NoTag   bool
	private string
}

// TestEmbedded: members of embedded structures are members, and other fields stay unchanged.
func TestEmbedded(t *testing.T) {
	var got, want embedding
	const text = `{"ID":"a","name":"b","Size":5,"List":[],"Sets":{"k":[{"name":"c"}]},"When":1.5,"NoTag":true,"private":"x","Hidden":"x","-":"x"}`
	var value map[string]any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		t.Fatal(err)
	}
	value["Size"], value["When"] = json.Number("5"), json.Number("1.5")
	if err := json.Unmarshal([]byte(text), &want); err != nil {
		t.Fatal(err)
	}
	if err := Bind(value, &got); err != nil || !reflect.DeepEqual(got, want) || got.Name != "b" {
		t.Errorf("%+v, %v, want %+v", got, err, want)
	}
	if got.private != "" {
		t.Error("a field that is not exported was set")
	}
}

// TestPlain: values that no shape produces but a handler can return are read as JSON has them.
func TestPlain(t *testing.T) {
	size := int64(7)
	for _, v := range []any{
		nil, embedding{}, &embedding{ID: "a\xff\xfeb", shared: shared{"n", &size}, Sets: map[string][]*shared{"\xff": {nil, {Name: "x"}}}},
		(*embedding)(nil), embedding{When: Time{time.Unix(1, 999999999)}}, map[string]any{"a": []any{1.5, nil, "x"}}, []string{}, map[int]string{1: "a"},
		json.RawMessage(`{"b":1.50}`), []byte{}, []byte(nil), 1.5, map[string]string(nil),
	} {
		want, err := throughJSON(v)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := Plain(v); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%+v is read as %v, %v, want %v", v, got, err, want)
		}
	}
	for _, v := range []any{json.RawMessage(`{`), make(chan int), map[string]any{"a": func() {}}, []chan int{nil}} {
		if got, err := Plain(v); err == nil {
			t.Errorf("%T is read as %v", v, got)
		}
	}
}

// TestUnfit: the error for a value that does not fit its type says where the value is.
func TestUnfit(t *testing.T) {
	type entries struct {
		Keys  map[int]string `json:"Keys"`
		Small int32          `json:"Small"`
		Data  []byte         `json:"Data"`
		Flag  *bool          `json:"Flag"`
		List  []shared       `json:"List"`
		When  Time           `json:"When"`
	}
	const begin = "a checked input does not fit a *apicore.entries: "
	for _, c := range []struct {
		value any
		want  string
	}{
		{map[string]any{"Keys": map[string]any{}}, "Keys: a map[string]interface {} is no value for a map[int]string"},
		{map[string]any{"Small": json.Number("2147483648")}, "Small: 2147483648 is no int32"},
		{map[string]any{"Small": json.Number("1.5")}, "Small: 1.5 is no int32"},
		{map[string]any{"Small": "1"}, "Small: a string is no value for a int32"},
		{map[string]any{"Data": "!"}, "Data: illegal base64 data at input byte 0"},
		{map[string]any{"Flag": json.Number("1")}, "Flag: a json.Number is no value for a bool"},
		{map[string]any{"List": []any{map[string]any{}, true}}, "List: [1]: a bool is no value for a apicore.shared"},
		{map[string]any{"When": json.Number("1e300")}, `When: apicore: "1e300" is not a timestamp`},
		{[]any{}, "a []interface {} is no value for a apicore.entries"},
	} {
		if err := Bind(c.value, new(entries)); err == nil || err.Error() != begin+c.want {
			t.Errorf("%v:\n got %v\nwant %s", c.value, err, begin+c.want)
		}
	}
}
