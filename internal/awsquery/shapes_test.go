package awsquery

import (
	"poolhouse/internal/awsjson"
)

// A small API that has every kind of shape, and every way to write one.
var (
	shapeText    = awsjson.Shape{Type: awsjson.String}
	shapeName    = awsjson.Shape{Type: awsjson.String, Min: awsjson.Bound(1), Max: awsjson.Bound(8), Pattern: awsjson.NewPattern(`[\w]+`, "")}
	shapeSecret  = awsjson.Shape{Type: awsjson.String, Max: awsjson.Bound(4), Sensitive: true}
	shapeNumber  = awsjson.Shape{Type: awsjson.Integer, Min: awsjson.Bound(1), Max: awsjson.Bound(1000)}
	shapeBig     = awsjson.Shape{Type: awsjson.Long}
	shapeFlag    = awsjson.Shape{Type: awsjson.Boolean}
	shapeWhen    = awsjson.Shape{Type: awsjson.Timestamp}
	shapeData    = awsjson.Shape{Type: awsjson.Blob, Max: awsjson.Bound(4)}
	shapeList    = awsjson.Shape{Type: awsjson.List, Max: awsjson.Bound(12), Element: &shapeName}
	shapeItems   = awsjson.Shape{Type: awsjson.List, Element: &shapeName}
	shapeFlat    = awsjson.Shape{Type: awsjson.List, Element: &shapeNumber}
	shapeEntries = awsjson.Shape{Type: awsjson.List, Element: &shapeInner}
	shapeTags    = awsjson.Shape{Type: awsjson.List, Element: &shapeTag}
	shapeMap     = awsjson.Shape{Type: awsjson.Map, Key: &shapeName, Element: &shapeInner}
	shapeFlatMap = awsjson.Shape{Type: awsjson.Map, Key: &shapeName, Element: &shapeText}
	shapeMatrix  = awsjson.Shape{Type: awsjson.List, Element: &shapeList}
	shapeInner   = awsjson.Shape{Type: awsjson.Structure, Members: []awsjson.Member{{Name: "Text", Shape: &shapeText}, {Name: "When", Shape: &shapeWhen}}}
	shapeTag     = awsjson.Shape{Type: awsjson.Structure, Members: []awsjson.Member{
		{Name: "Key", Shape: &shapeName, Required: true}, {Name: "Value", Shape: &shapeText, Required: true},
	}}
	shapeThing = awsjson.Shape{Type: awsjson.Structure, Members: []awsjson.Member{
		{Name: "Name", Shape: &shapeName, Required: true},
		{Name: "Renamed", Shape: &shapeText},
		{Name: "Secret", Shape: &shapeSecret},
		{Name: "Number", Shape: &shapeNumber},
		{Name: "Big", Shape: &shapeBig},
		{Name: "Flag", Shape: &shapeFlag},
		{Name: "When", Shape: &shapeWhen},
		{Name: "Data", Shape: &shapeData},
		{Name: "Inner", Shape: &shapeInner},
		{Name: "List", Shape: &shapeList},
		{Name: "Items", Shape: &shapeItems},
		{Name: "Flat", Shape: &shapeFlat},
		{Name: "Entries", Shape: &shapeEntries},
		{Name: "Tags", Shape: &shapeTags},
		{Name: "Map", Shape: &shapeMap},
		{Name: "FlatMap", Shape: &shapeFlatMap},
		{Name: "Matrix", Shape: &shapeMatrix},
	}}
)

// thing is the input and the output of the operation Do.
type thing struct {
	Name    string              `json:"Name,omitzero"`
	Renamed string              `json:"Renamed,omitzero"`
	Secret  string              `json:"Secret,omitzero"`
	Number  *int32              `json:"Number,omitzero"`
	Big     *int64              `json:"Big,omitzero"`
	Flag    *bool               `json:"Flag,omitzero"`
	When    awsjson.Time        `json:"When,omitzero"`
	Data    []byte              `json:"Data,omitzero"`
	Inner   *inner              `json:"Inner,omitzero"`
	List    []string            `json:"List,omitzero"`
	Items   []string            `json:"Items,omitzero"`
	Flat    []int32             `json:"Flat,omitzero"`
	Entries []inner             `json:"Entries,omitzero"`
	Tags    []map[string]string `json:"Tags,omitzero"`
	Map     map[string]inner    `json:"Map,omitzero"`
	FlatMap map[string]string   `json:"FlatMap,omitzero"`
	Matrix  [][]string          `json:"Matrix,omitzero"`
}

type inner struct {
	Text string       `json:"Text"`
	When awsjson.Time `json:"When,omitzero"`
}

var testAPI = API{Service: "test", Version: "2026-01-01", Namespace: "https://test.example/doc/2026-01-01/", Names: Names{
	&shapeThing:   {Members: map[string]string{"Renamed": "Other"}},
	&shapeItems:   {Element: "item"},
	&shapeFlat:    {Flattened: true},
	&shapeEntries: {Flattened: true, Element: "Entry"},
	&shapeFlatMap: {Flattened: true, Key: "Name", Element: "Text"},
}}

var laterAPI = API{Service: "later", Version: "2027-01-01", Namespace: "https://later.example/"}

var gone = ErrorInfo{"Gone", 404}

var (
	opDo = Operation[thing, thing]{OperationInfo{API: &testAPI, Name: "Do", Signed: true,
		Input: &shapeThing, Output: &shapeThing, Result: "DoResult", Errors: []ErrorInfo{gone}}}
	opBare = Operation[Empty, inner]{OperationInfo{API: &testAPI, Name: "Bare", Output: &shapeInner}}
	opDrop = Operation[thing, Empty]{OperationInfo{API: &testAPI, Name: "Drop", Input: &shapeThing}}
	opIdle = Operation[Empty, Empty]{OperationInfo{API: &testAPI, Name: "Idle"}}
	opSoon = Operation[Empty, Empty]{OperationInfo{API: &laterAPI, Name: "Soon", Signed: true}}
)
