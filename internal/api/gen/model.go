package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
)

// model is an API model in botocore's format, as far as it is used here.
type model struct {
	Metadata   struct{ TargetPrefix string }
	Operations map[string]operation
	Shapes     map[string]shape
}

type operation struct {
	Name     string
	AuthType string
	Input    ref
	Output   *ref
	Errors   []ref
}

type ref struct{ Shape string }

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
}

// members keeps the order of the model, which a Go map would lose.
type members []member

type member struct{ Name, Shape string }

// UnmarshalJSON reads a JSON object in the order in which it is written.
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
		*m = append(*m, member{name.(string), r.Shape})
	}
	return nil
}

// readModel reads a model: all of it, or some operations and what they need.
func readModel(path string, only []string) (*model, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	m := new(model)
	if err := json.Unmarshal(data, m); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if m.Metadata.TargetPrefix == "" || len(m.Operations) == 0 {
		return nil, fmt.Errorf("%s: not an API model: it has no targetPrefix or no operations", path)
	}
	if len(only) > 0 {
		return m.of(only)
	}
	return m, nil
}

// of returns the model of some operations.
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
	return some, nil
}

// take takes a shape over, and those that it is made of.
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
		m.take(from, ref{member.Shape})
	}
}
