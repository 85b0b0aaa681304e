package awsjson

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"poolhouse/internal/apicore"
)

type testInput struct {
	UserPoolId   string          `json:"UserPoolId"`
	Limit        *int32          `json:"Limit,omitzero"`
	Settings     json.RawMessage `json:"Settings,omitzero"`
	Unrestricted string          `json:"Unrestricted,omitzero"`
}

var shapeInput = apicore.Shape{Type: apicore.Structure, Members: []apicore.Member{
	{Name: "UserPoolId", Shape: &apicore.Shape{Type: apicore.String, Max: apicore.Bound(20)}, Required: true},
	{Name: "Limit", Shape: &apicore.Shape{Type: apicore.Integer}},
	{Name: "Settings", Shape: &apicore.Shape{Type: apicore.Document}},
	{Name: "Unrestricted", Shape: &apicore.Shape{Type: apicore.String}},
}}

// checkAndBind reads a body as [message.Decode] does.
func checkAndBind(body string) (*testInput, error) {
	clean, err := readInput(&shapeInput, []byte(body))
	if err != nil {
		return nil, err
	}
	in := new(testInput)
	return in, apicore.Bind(clean, in)
}

const pool = `"UserPoolId":"us-east-1_a"`

func TestBodies(t *testing.T) {
	in, err := checkAndBind(` {` + pool + `,"Limit":6.0e1,"Settings":{"a":[1.50,null,"<x>"]},"Other":1} `)
	if err != nil || in.UserPoolId != "us-east-1_a" || *in.Limit != 60 || string(in.Settings) != `{"a":[1.50,null,"<x>"]}` {
		t.Errorf("%+v, %v", in, err)
	}
	const missing = "1 validation error detected: Value at 'userPoolId' failed to satisfy constraint: Member must not be null"
	for _, body := range []string{"", " \n", "{}"} {
		if _, err := checkAndBind(body); err == nil || err.Error() != missing {
			t.Errorf("%q: %v", body, err)
		}
	}
}

func TestMalformedBodies(t *testing.T) {
	cases := []struct{ body, want string }{
		{`{`, "The request's body is not valid JSON."},
		{`{}{}`, "The request's body holds more than one JSON value."},
		{`{} x`, "The request's body holds more than one JSON value."},
		{"{\"UserPoolId\":\"\xff\"}", "The request's body is not valid UTF-8."},
		{`{"Settings":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`, "The request's body is nested too deep."},
	}
	for _, c := range cases {
		_, err := checkAndBind(c.body)
		if e, ok := errors.AsType[*apicore.Refusal](err); !ok || e.Reason != apicore.Malformed || e.Message != c.want {
			t.Errorf("%s:\n got %v\nwant %s", c.body, err, c.want)
		}
	}
}

// TestReasonsHaveNames: each reason has a name, and every operation may return it.
func TestReasonsHaveNames(t *testing.T) {
	p := New(opGet.OperationInfo)
	for r := apicore.Internal; r <= apicore.Denied; r++ {
		name := p.Name(r)
		_, common := p.Common(name)
		if name == "" || !common && !opGet.Names(name) {
			t.Errorf("the reason %d is called %q", r, name)
		}
	}
}

// FuzzBody reads any body. It must not panic. An accepted body must bind. A refused one
// must have one of two reasons.
func FuzzBody(f *testing.F) {
	f.Add(`{` + pool + `,"Limit":6.0e1,"Settings":{"a":[1]}}`)
	f.Add(`{"UserPoolId":"\ud800_a","Limit":null}`)
	f.Add(`[[[`)
	f.Fuzz(func(t *testing.T, body string) {
		_, err := checkAndBind(body)
		if err == nil {
			return
		}
		e, ok := errors.AsType[*apicore.Refusal](err)
		if !ok || e.Reason != apicore.Invalid && e.Reason != apicore.Malformed || e.Message == "" {
			t.Fatalf("%q: %v", body, err)
		}
	})
}
