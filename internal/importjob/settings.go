package importjob

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"poolhouse/internal/userpool"
)

// Setting is a setting that the rows of a job were judged by.
type Setting struct {
	Name  string `json:"n"`
	Value string `json:"v"`
}

// Settings has the settings of the user pool and the server that applied when a job began, in
// reading order.
type Settings []Setting

// String returns the stored form of the settings.
func (s Settings) String() string {
	text, _ := json.Marshal(s) // strings can always be encoded
	return string(text)
}

// ParseSettings parses the result of String. For "" it returns nothing.
func ParseSettings(text string) (s Settings, err error) {
	if text == "" {
		return nil, nil
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return nil, fmt.Errorf("importjob: cannot parse the job's settings: %w", err)
	}
	return s, nil
}

// settingsOf returns the settings that decide how rows are judged and how the job ends.
// Settings of the pool have the names of Cognito's members. Those of the server have their
// names in its configuration. A setting without a value is left out, unless no value has a
// meaning.
func settingsOf(p *userpool.UserPool, j *Job, cfg Config) (all Settings) {
	add := func(name, value string) {
		if value != "" {
			all = append(all, Setting{name, value})
		}
	}
	number := func(name string, value int64) { add(name, strconv.FormatInt(value, 10)) }
	add("AutoVerifiedAttributes", strings.Join(p.AutoVerified, ", "))
	add("UsernameAttributes", strings.Join(p.UsernameAttributes, ", "))
	add("AliasAttributes", strings.Join(p.AliasAttributes, ", "))
	add("UsernameConfiguration.CaseSensitive", strconv.FormatBool(!p.CaseInsensitive))
	add("MfaConfiguration", string(p.MFA))
	var required []string
	for _, a := range p.Schema {
		if a.Required {
			required = append(required, a.Name)
		}
	}
	add("SchemaAttributes.Required", strings.Join(required, ", "))
	for _, a := range p.Schema {
		if a.Custom() {
			add("SchemaAttributes."+a.Name, constraintsOf(a))
		}
	}
	add("PasswordHashingAlgorithm", j.HashAlgorithm)
	limits := cfg.Limits.WithDefaults()
	number("import-max-rows", limits.Rows)
	number("import-max-bytes", limits.Bytes)
	number("import-max-row-characters", int64(limits.RowChars))
	if j.HashAlgorithm != "" {
		for _, c := range limits.Hashes.Of(j.HashAlgorithm) {
			number(c.Setting, int64(c.Max))
		}
	}
	if cfg.Strict {
		add("import-dialect", "cognito")
	}
	if j.Asked != nil && j.Asked.Strict {
		add("Strict", "true")
	}
	if !j.Budget.NeverFail {
		add("import-failed-share", strconv.FormatFloat(cfg.FailedShare, 'g', -1, 64))
	}
	if j.Budget.HasRows {
		number("ErrorBudget.FailedRows", j.Budget.Rows)
	}
	if j.Budget.HasPercent {
		number("ErrorBudget.FailedPercent", j.Budget.Percent)
	}
	if j.Budget.NeverFail {
		add("ErrorBudget.NeverFail", "true")
	}
	return all
}

// constraintsOf describes in short which values of a custom attribute are valid: "String, 1
// to 256 characters", "Number, from 0".
func constraintsOf(a userpool.SchemaAttribute) string {
	text := string(a.Type)
	if a.Bounds != nil {
		if bounds := between(a.Bounds.Min, a.Bounds.Max, func(n int64) string { return strconv.FormatInt(n, 10) }); bounds != "" {
			text += ", " + bounds + " characters"
		}
	}
	if a.Range != nil {
		if bounds := between(a.Range.Min, a.Range.Max, userpool.Decimal.String); bounds != "" {
			text += ", " + bounds
		}
	}
	return text
}

// between describes a range; it is "" without bounds. A nil bound is open.
func between[T any](least, most *T, write func(T) string) string {
	switch {
	case least != nil && most != nil:
		return write(*least) + " to " + write(*most)
	case least != nil:
		return "from " + write(*least)
	case most != nil:
		return "up to " + write(*most)
	}
	return ""
}
