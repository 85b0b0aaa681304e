package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"

	"poolhouse/internal/iam"
)

// storedTags are tags as a column stores them: JSON, or the empty text for none.
type storedTags iam.Tags

// Scan reads a column.
func (t *storedTags) Scan(column any) error {
	var text []byte
	switch column := column.(type) {
	case string:
		text = []byte(column)
	case []byte:
		text = column
	default:
		return fmt.Errorf("sqlstore: a column of tags has a %T", column)
	}
	if len(text) == 0 {
		*t = nil
		return nil
	}
	return json.Unmarshal(text, t)
}

// Value returns the column's value.
func (t storedTags) Value() (driver.Value, error) {
	if len(t) == 0 {
		return "", nil
	}
	text, err := json.Marshal(t)
	return string(text), err
}
