package main

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// model is the used part of an API model in botocore's format.
type model struct {
	Metadata   metadata
	Operations map[string]operation
	Others     []operation `json:"-"` // the API's undeclared operations by name, with nothing else of them
	Shapes     map[string]shape
	Needs      map[string]need      `json:"-"` // of IAM, by operation: from needs.json
	Paginators map[string]paginator `json:"-"` // botocore's, if the file exists
	Shared     map[string]sharing   `json:"-"` // members that structures share, by the name of their type: from shared.json
}

// metadata is what a model says about its API.
type metadata struct {
	Protocol                    string // json or query
	TargetPrefix                string // of JSON
	APIVersion, XMLNamespace    string // of Query
	EndpointPrefix, SigningName string
}

// signedFor returns the service in signatures.
func (m metadata) signedFor() string { return cmp.Or(m.SigningName, m.EndpointPrefix) }

// query reports whether the API's protocol is Query, not JSON.
func (m *model) query() bool { return m.Metadata.Protocol == "query" }

type operation struct {
	Name     string
	AuthType string
	Input    ref
	Output   *ref
	Errors   []ref
}

// ref names a shape. The other fields are for the Query protocol: the shape's name there, and
// the element around an operation's output.
type ref struct{ Shape, LocationName, ResultWrapper string }

type shape struct {
	Type      string
	Required  []string
	Members   members
	Member    ref // of a list
	Key       ref // of a map
	Value     ref
	Min, Max  *int64
	Pattern   string
	Enum      []string
	Sensitive bool
	Document  bool
	Exception bool
	Flattened bool       // a list or map of the Query protocol
	Error     *errorCode // of an exception of the Query protocol
}

// errorCode is an exception's form in the Query protocol.
type errorCode struct {
	Code           string
	HTTPStatusCode int
	SenderFault    bool
}

// members keeps the model's order, which a Go map would lose.
type members []member

type member struct{ Name, Shape, LocationName string }

// UnmarshalJSON reads a JSON object in its written order.
func (m *members) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	if _, err := d.Token(); err != nil {
		return err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var r ref
		if err := d.Decode(&r); err != nil {
			return err
		}
		*m = append(*m, member{name.(string), r.Shape, r.LocationName})
	}
	return nil
}

// readModel reads a model: all of it, or some operations with everything that they need.
func readModel(path string, only []string) (*model, error) {
	data, err := readFile(path)
	if err != nil {
		return nil, err
	}
	m := new(model)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if m.Metadata.TargetPrefix == "" && !m.query() || len(m.Operations) == 0 {
		return nil, fmt.Errorf("%s: not an API model: it has no operations, or no targetPrefix and not the protocol query", path)
	}
	if len(only) > 0 {
		return m.of(only)
	}
	return m, nil
}

// readFile reads a file and decompresses it if its name ends in .gz.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if filepath.Ext(path) != ".gz" {
		return io.ReadAll(f)
	}
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return io.ReadAll(z)
}

// of returns the model with some operations only.
func (m *model) of(names []string) (*model, error) {
	some := &model{Metadata: m.Metadata, Operations: map[string]operation{}, Shapes: map[string]shape{}}
	for _, name := range names {
		op, ok := m.Operations[name]
		if !ok {
			return nil, fmt.Errorf("the model has no operation %s", name)
		}
		some.Operations[name] = op
		some.take(m, op.Input)
		if op.Output != nil {
			some.take(m, *op.Output)
		}
		for _, e := range op.Errors {
			some.take(m, e)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Operations)) {
		if _, declared := some.Operations[name]; !declared {
			some.Others = append(some.Others, m.Operations[name])
		}
	}
	return some, nil
}

// take copies a shape, and the shapes in it.
func (m *model) take(from *model, r ref) {
	s := from.Shapes[r.Shape]
	if _, has := m.Shapes[r.Shape]; has || r.Shape == "" {
		return
	}
	m.Shapes[r.Shape] = s
	for _, r := range []ref{s.Member, s.Key, s.Value} {
		m.take(from, r)
	}
	for _, member := range s.Members {
		m.take(from, ref{Shape: member.Shape})
	}
}
