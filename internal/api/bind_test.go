package api_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"poolhouse/internal/apicore"
)

// The APIs' types are bound and read by their fields. These tests compare that with
// encoding/json.

// TestValuesAreThoseOfJSON compares both for every operation, with values of everything that
// the shapes can hold.
func TestValuesAreThoseOfJSON(t *testing.T) {
	for _, op := range every() {
		t.Run(op.Action(), func(t *testing.T) {
			t.Parallel()
			if op.Input != nil {
				rapid.Check(t, func(t *rapid.T) { sameAsJSON(t, drawn(t, op.Input), op.newInput) })
				kept(t, whole(op.Input), op.newInput)
			}
			if op.Output != nil {
				rapid.Check(t, func(t *rapid.T) { sameAsJSON(t, drawn(t, op.Output), op.newOutput) })
				kept(t, whole(op.Output), op.newOutput)
			}
		})
	}
}

// kept demands that the type knows every member of a value, and that none is lost.
func kept(t *testing.T, value any, empty func() any) {
	t.Helper()
	sameAsJSON(t, value, empty)
	typed := empty()
	if err := apicore.Bind(value, typed); err != nil {
		t.Fatal(err)
	}
	if got, err := apicore.Plain(typed); err != nil || !reflect.DeepEqual(got, value) {
		t.Errorf("%v is kept as\n     %v, %v", value, got, err)
	}
}

// FuzzInputs: the checker accepts any body without a panic. A body that passes the check binds,
// with the same result as with JSON.
func FuzzInputs(f *testing.F) {
	all := every()
	for i, op := range all {
		if op.Input == nil {
			continue
		}
		body, err := json.Marshal(whole(op.Input))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(uint16(i), string(body))
	}
	f.Add(uint16(0), `{"UserPoolId":"a_b","CustomAttributes":[{"Name":"\ud800","Required":null,"NumberAttributeConstraints":{"MinValue":""}}]}`)
	f.Fuzz(func(t *testing.T, which uint16, body string) {
		op := all[int(which)%len(all)]
		value, err := decoded(body)
		if op.Input == nil || err != nil {
			return
		}
		clean, err := apicore.Check(op.Input, value)
		if _, refused := errors.AsType[*apicore.Refusal](err); refused {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		sameAsJSON(t, clean, op.newInput)
	})
}

func decoded(text string) (value any, err error) {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	err = d.Decode(&value)
	return value, err
}

// sameAsJSON compares both directions: into a type and out of it.
func sameAsJSON(t interface {
	Helper()
	Fatalf(string, ...any)
}, value any, empty func() any) {
	t.Helper()
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		t.Fatalf("%v: %v", value, err)
	}
	want, got := empty(), empty()
	if err := json.Unmarshal(text.Bytes(), want); err != nil {
		t.Fatalf("%s: %v", &text, err)
	}
	if err := apicore.Bind(value, got); err != nil {
		t.Fatalf("%s: %v", &text, err)
	}
	if !reflect.DeepEqual(got, want) {
		t.Fatalf("%s becomes\n     %+v\nwant %+v", &text, got, want)
	}
	written, err := json.Marshal(want)
	if err != nil {
		t.Fatalf("%+v: %v", want, err)
	}
	plainWant, err := decoded(string(written))
	if err != nil {
		t.Fatalf("%s: %v", written, err)
	}
	plain, err := apicore.Plain(want)
	if err != nil || !reflect.DeepEqual(plain, plainWant) {
		t.Fatalf("%+v is read as\n     %v, %v\nwant %v", want, plain, err, plainWant)
	}
}

// drawn returns a value that the checker may accept, apart from constraints.
func drawn(t *rapid.T, s *apicore.Shape) any {
	switch s.Type {
	case apicore.Boolean:
		return rapid.Bool().Draw(t, "flag")
	case apicore.Integer:
		return json.Number(strconv.Itoa(int(rapid.Int32().Draw(t, "integer"))))
	case apicore.Long:
		return json.Number(strconv.FormatInt(rapid.Int64().Draw(t, "long"), 10))
	case apicore.Timestamp:
		return drawnTime(t)
	case apicore.Blob:
		return base64.StdEncoding.EncodeToString(rapid.SliceOfN(rapid.Byte(), 0, 5).Draw(t, "blob"))
	case apicore.List:
		list := make([]any, rapid.IntRange(0, 2).Draw(t, "elements"))
		for i := range list {
			list[i] = drawn(t, s.Element)
		}
		return list
	case apicore.Map:
		entries := map[string]any{}
		for _, key := range rapid.SliceOfN(drawnText(), 0, 2).Draw(t, "keys") {
			entries[key] = drawn(t, s.Element)
		}
		return entries
	case apicore.Structure:
		members := map[string]any{}
		for _, m := range s.Members {
			if rapid.Bool().Draw(t, m.Name) {
				members[m.Name] = drawn(t, m.Shape)
			}
		}
		return members
	case apicore.Document:
		return rapid.SampledFrom(documents).Draw(t, "document")
	}
	return drawnText().Draw(t, "text")
}

// drawnText returns a new generator for each test, because tests cannot share one.
func drawnText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringN(0, 8, -1),
		rapid.SampledFrom([]string{"", "<a href=\"x\">&", "\u2028\u2029", "\x00\x1f\x7f", "é\U0001f600\ufffd", "null", `\u0041`}),
	)
}

var documents = []any{
	map[string]any{}, []any{}, "<text>", true, json.Number("1.50"), json.Number("1e400"),
	map[string]any{"b": []any{nil, json.Number("12345678901234567890"), "\u2028&"}, "a": map[string]any{"": false}},
}

// drawnTime returns a time in a client's notation, including Java's doubles.
func drawnTime(t *rapid.T) json.Number {
	seconds := rapid.Float64Range(-253402300799, 253402300799).Draw(t, "seconds")
	return json.Number(rapid.SampledFrom([]string{
		strconv.FormatFloat(seconds, 'E', -1, 64),
		strconv.FormatFloat(seconds, 'f', 3, 64),
		strconv.FormatFloat(math.Trunc(seconds), 'f', 0, 64),
		strconv.FormatInt(time.Now().Unix(), 10),
	}).Draw(t, "time"))
}

// whole returns a value with every member.
func whole(s *apicore.Shape) any {
	switch s.Type {
	case apicore.Integer, apicore.Long, apicore.Timestamp:
		return json.Number("1")
	case apicore.Boolean:
		return true
	case apicore.Blob:
		return "AAEC"
	case apicore.List:
		return []any{whole(s.Element)}
	case apicore.Map:
		return map[string]any{"key": whole(s.Element)}
	case apicore.Document:
		return documents[len(documents)-1]
	case apicore.Structure:
		members := map[string]any{}
		for _, m := range s.Members {
			members[m.Name] = whole(m.Shape)
		}
		return members
	}
	if len(s.Enum) > 0 {
		return s.Enum[0]
	}
	return "text"
}
