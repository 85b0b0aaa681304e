package apicore

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Plain returns a typed value as [Check] and the encoders take it: as
// encoding/json decodes it into an any, with numbers as json.Number.
func Plain(v any) (value any, err error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	err = d.Decode(&value)
	return value, err
}

// Bind fills a typed value from what [Check] returned: in is a pointer to it.
func Bind(clean, in any) error {
	var buffer bytes.Buffer
	e := json.NewEncoder(&buffer)
	e.SetEscapeHTML(false)
	if err := e.Encode(clean); err != nil {
		return err
	}
	if err := json.Unmarshal(buffer.Bytes(), in); err != nil {
		return fmt.Errorf("an input that was checked does not fit a %T: %w", in, err)
	}
	return nil
}
