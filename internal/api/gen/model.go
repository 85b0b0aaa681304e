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

func readModel(path string) (*model, error) {
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
	return m, nil
}
