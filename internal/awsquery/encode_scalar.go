package awsquery

import (
	"encoding/json"
	"fmt"
	"strconv"

	"poolhouse/internal/apicore"
)

// scalar writes a value that holds no others.
func (e *encoder) scalar(s *apicore.Shape, v any) error {
	switch v := v.(type) {
	case string:
		e.escape(v) // a blob is base64 already
		return nil
	case bool:
		e.WriteString(strconv.FormatBool(v))
		return nil
	case json.Number:
		if s.Type == apicore.Timestamp {
			return e.timestamp(v)
		}
		e.WriteString(v.String())
		return nil
	}
	return fmt.Errorf("a %T is no value of its shape", v)
}

// timestamp writes ISO 8601 in UTC, with milliseconds where there are any:
// 2015-06-26T23:08:46.035Z.
func (e *encoder) timestamp(seconds json.Number) error {
	var t apicore.Time
	if err := t.UnmarshalJSON([]byte(seconds)); err != nil {
		return err
	}
	e.WriteString(t.UTC().Format("2006-01-02T15:04:05.999Z"))
	return nil
}
