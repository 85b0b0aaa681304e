package awsquery

import (
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/apicore"
)

// scalar reads a value that holds no others into the form that the checker
// takes. Messages name the parameter and not its value, which may be a secret.
func scalar(at string, s *apicore.Shape, text string) (any, error) {
	switch s.Type {
	case apicore.Integer:
		return whole(at, text, 32)
	case apicore.Long:
		return whole(at, text, 64)
	case apicore.Boolean:
		if text != "true" && text != "false" {
			return nil, malformedAt(at, "must be true or false")
		}
		return text == "true", nil
	case apicore.Timestamp:
		return timestamp(at, text)
	case apicore.Blob:
		if _, err := base64.StdEncoding.DecodeString(text); err != nil {
			return nil, malformedAt(at, "must be base64 with padding")
		}
	}
	return text, nil
}

func whole(at, text string, bits int) (any, error) {
	n, err := strconv.ParseInt(text, 10, bits)
	if err != nil {
		return nil, malformedAt(at, "must be a whole number of "+strconv.Itoa(bits)+" bits")
	}
	return json.Number(strconv.FormatInt(n, 10)), nil
}

// timestamp reads ISO 8601, which SDKs write, and seconds since the epoch,
// which the protocol allows besides. The checker takes the latter.
func timestamp(at, text string) (any, error) {
	var t apicore.Time
	err := t.UnmarshalJSON([]byte(text))
	if err != nil || text == "null" || strings.ContainsAny(text, "xX") { // null and 0x1p4 are no seconds of a form
		t.Time, err = time.Parse(time.RFC3339, strings.ToUpper(text))
	}
	if err != nil {
		return nil, malformedAt(at, "must be a time like 2026-08-01T12:00:00Z, or seconds since 1970 like 1785585600")
	}
	seconds, err := t.MarshalJSON()
	if err != nil {
		return nil, err
	}
	return json.Number(seconds), nil
}
