package sqlstore

import (
	"encoding/json"
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

func appendJSON(out []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= 0x80 {
			quoted, err := json.Marshal(s)
			if err != nil {
				panic(err) // a string
			}
			return append(out, quoted...)
		}
	}
	out = append(out, '"')
	out = append(out, s...)
	return append(out, '"')
}

func decodeAttributes(text string) (userpool.Attributes, error) {
	var list []string
	if err := json.Unmarshal([]byte(text), &list); err != nil || len(list)%2 != 0 {
		return nil, fmt.Errorf("the stored attributes of a user cannot be read: %w", err)
	}
	out := make(userpool.Attributes, 0, len(list)/2)
	for i := 0; i < len(list); i += 2 {
		out = append(out, userpool.Attribute{Name: list[i], Value: list[i+1]})
	}
	return out, nil
}
