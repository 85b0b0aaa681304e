package sqlstore

import (
	"encoding/json"
	"errors"
	"fmt"

	"poolhouse/internal/userpool"
)

// encodeAttributes writes attributes as one JSON list, name and value in
// turn. It is written by hand because an import does it for every row.
func encodeAttributes(attributes userpool.Attributes) string {
	size := 2
	for _, a := range attributes {
		size += len(a.Name) + len(a.Value) + 6
	}
	out := append(make([]byte, 0, size), '[')
	for i, a := range attributes {
		if i > 0 {
			out = append(out, ',')
		}
		out = appendJSON(out, a.Name)
		out = append(out, ',')
		out = appendJSON(out, a.Value)
	}
	return string(append(out, ']'))
}

// appendJSON appends a string. Most have nothing to escape; bytes beyond
// ASCII stand for themselves.
func appendJSON(out []byte, s string) []byte {
	out = append(out, '"')
	done := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		out = append(out, s[done:i]...)
		if done = i + 1; c >= ' ' {
			out = append(out, '\\', c)
		} else {
			const hex = "0123456789abcdef"
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(out, s[done:]...), '"')
}

func decodeAttributes(text string) (userpool.Attributes, error) {
	var list []string
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		return nil, fmt.Errorf("the stored attributes of a user cannot be read: %w", err)
	}
	if len(list)%2 != 0 {
		return nil, errors.New("the stored attributes of a user cannot be read: a name without a value")
	}
	if len(list) == 0 {
		return nil, nil
	}
	out := make(userpool.Attributes, 0, len(list)/2)
	for i := 0; i < len(list); i += 2 {
		out = append(out, userpool.Attribute{Name: list[i], Value: list[i+1]})
	}
	return out, nil
}
