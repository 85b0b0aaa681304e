package importjob

import (
	"encoding/json"
	"fmt"
)

// Setting is a setting that the rows of a job were judged by.
type Setting struct {
	Name  string `json:"n"`
	Value string `json:"v"`
}

// Settings are those of the user pool and of the server that mattered when a job began,
// in an order in which a person reads them.
type Settings []Setting

// String returns the settings as a job keeps them.
func (s Settings) String() string {
	text, _ := json.Marshal(s) // texts can always be written
	return string(text)
}

// ParseSettings reads what String returned, and nothing from "".
func ParseSettings(text string) (s Settings, err error) {
	if text == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return nil, fmt.Errorf("importjob: the settings of a job cannot be read: %w", err)
	}
	return s, nil
}
