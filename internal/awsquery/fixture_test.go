package awsquery

import "poolhouse/internal/apicore"

// A small API with every type of shape, and every way to encode one.
var (
	shapeText    = apicore.Shape{Type: apicore.String}
	shapeName    = apicore.Shape{Type: apicore.String, Min: apicore.Bound(1), Max: apicore.Bound(8), Pattern: apicore.NewPattern(`[\w]+`, "")}
	shapeSecret  = apicore.Shape{Type: apicore.String, Max: apicore.Bound(4), Sensitive: true}
	shapeNumber  = apicore.Shape{Type: apicore.Integer, Min: apicore.Bound(1), Max: apicore.Bound(1000)}
	shapeBig     = apicore.Shape{Type: apicore.Long}
	shapeFlag    = apicore.Shape{Type: apicore.Boolean}
	shapeWhen    = apicore.Shape{Type: apicore.Timestamp}
	shapeData    = apicore.Shape{Type: apicore.Blob, Max: apicore.Bound(4)}
	shapeList    = apicore.Shape{Type: apicore.List, Max: apicore.Bound(12), Element: &shapeName}
	shapeItems   = apicore.Shape{Type: apicore.List, Element: &shapeName}
	shapeFlat    = apicore.Shape{Type: apicore.List, Element: &shapeNumber}
	shapeEntries = apicore.Shape{Type: apicore.List, Element: &shapeInner}
	shapeTags    = apicore.Shape{Type: apicore.List, Element: &shapeTag}
	shapeMap     = apicore.Shape{Type: apicore.Map, Key: &shapeName, Element: &shapeInner}
	shapeFlatMap = apicore.Shape{Type: apicore.Map, Key: &shapeName, Element: &shapeText}
	shapeMatrix  = apicore.Shape{Type: apicore.List, Element: &shapeList}
	shapeInner   = apicore.Shape{Type: apicore.Structure, Members: []apicore.Member{{Name: "Text", Shape: &shapeText}, {Name: "When", Shape: &shapeWhen}}}
	shapeTag     = apicore.Shape{Type: apicore.Structure, Members: []apicore.Member{
		{Name: "Key", Shape: &shapeName, Required: true}, {Name: "Value", Shape: &shapeText, Required: true},
	}}
	shapeThing = apicore.Shape{Type: apicore.Structure, Members: []apicore.Member{
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
	When    apicore.Time        `json:"When,omitzero"`
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
	When apicore.Time `json:"When,omitzero"`
}

var testAPI = apicore.API{Service: "test", SignedFor: "test", Version: "2026-01-01", Namespace: "https://test.example/doc/2026-01-01/", Names: apicore.Names{
	&shapeThing:   {Members: map[string]string{"Renamed": "Other"}},
	&shapeItems:   {Element: "item"},
	&shapeFlat:    {Flattened: true},
	&shapeEntries: {Flattened: true, Element: "Entry"},
	&shapeFlatMap: {Flattened: true, Key: "Name", Element: "Text"},
}}

var laterAPI = apicore.API{Service: "later", SignedFor: "later", Version: "2027-01-01", Namespace: "https://later.example/"}

var gone = apicore.ErrorInfo{Code: "Gone", Status: 404}

var (
	opDo = apicore.Operation[thing, thing]{OperationInfo: apicore.OperationInfo{API: &testAPI, Name: "Do", Signed: true,
		Input: &shapeThing, Output: &shapeThing, Result: "DoResult", Errors: []apicore.ErrorInfo{gone}}}
	opBare = apicore.Operation[apicore.Empty, inner]{OperationInfo: apicore.OperationInfo{API: &testAPI, Name: "Bare", Output: &shapeInner}}
	opDrop = apicore.Operation[thing, apicore.Empty]{OperationInfo: apicore.OperationInfo{API: &testAPI, Name: "Drop", Input: &shapeThing}}
	opIdle = apicore.Operation[apicore.Empty, apicore.Empty]{OperationInfo: apicore.OperationInfo{API: &testAPI, Name: "Idle"}}
	opSoon = apicore.Operation[apicore.Empty, apicore.Empty]{OperationInfo: apicore.OperationInfo{API: &laterAPI, Name: "Soon", Signed: true}}
)
