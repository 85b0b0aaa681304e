package awsjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"poolhouse/internal/apicore"
)

// maxDepth bounds the nesting of a body. The deepest input of the API has fewer than
// ten levels; a document inside an input can have more.
const maxDepth = 64

// readInput decodes the body, checks it, and returns the members that the model
// declares. A missing body is an empty structure.
func readInput(shape *apicore.Shape, body []byte) (any, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		body = []byte("{}")
	}
	value, err := decode(body)
	if err != nil {
		return nil, err
	}
	return apicore.Check(shape, value)
}

func decode(body []byte) (any, error) {
	if !utf8.Valid(body) { // encoding/json would replace invalid bytes
		return nil, malformed("The request's body is not valid UTF-8.")
	}
	if tooDeep(body) {
		return nil, malformed("The request's body is nested too deep.")
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var value any
	if err := d.Decode(&value); err != nil {
		return nil, malformed("The request's body is not valid JSON.")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, malformed("The request's body holds more than one JSON value.")
	}
	return value, nil
}

// tooDeep counts brackets outside of strings. The text may be invalid JSON; the decoder
// finds that out later.
func tooDeep(body []byte) bool {
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{', c == '[':
			if depth++; depth > maxDepth {
				return true
			}
		case c == '}', c == ']':
			depth--
		}
	}
	return false
}

func malformed(message string) *apicore.Refusal {
	return &apicore.Refusal{Reason: apicore.Malformed, Message: message}
}
