package resultfile

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"poolhouse/internal/usercsv"
)

// object is a JSON object on one line. Its members keep the order in which they are added.
type object struct{ strings.Builder }

func (o *object) value(name string, value any) {
	if o.Len() == 0 {
		o.WriteByte('{')
	} else {
		o.WriteByte(',')
	}
	o.WriteString(asJSON(name) + ":" + asJSON(value))
}

func (o *object) text(name, value string)     { o.value(name, value) }
func (o *object) number(name string, n int64) { o.value(name, n) }

// String returns the whole object with its line end.
func (o *object) String() string { return o.Builder.String() + "}\n" }

// asJSON returns a value on one line, without escaping characters that JSON allows.
func asJSON(value any) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(value) // strings, numbers and lists of both can always be encoded
	return strings.TrimSuffix(b.String(), "\n")
}

// finding is one finding of a row, in a list.
type finding struct {
	Column      string       `json:"column,omitzero"`
	Code        string       `json:"code"`
	Flaw        string       `json:"flaw,omitzero"`
	Message     string       `json:"message"`
	Advice      string       `json:"advice,omitzero"`
	Setting     string       `json:"setting,omitzero"`
	Suggestions []suggestion `json:"suggestions,omitzero"`
}

// suggestion is a value that would pass.
type suggestion struct {
	Value   string `json:"value"`
	Reason  string `json:"reason,omitzero"`
	Reading string `json:"reading,omitzero"`
}

// object returns a rejected row as an object.
func (f *NotImported) object(r *Rejected, cells []string, text string) string {
	var o object
	if text == "" {
		for i := range cells {
			if !notImported(f.names[i]) || slices.Index(f.names, f.names[i]) == i { // each name is written once
				o.text(f.names[i], cells[i])
			}
		}
	}
	o.number(usercsv.ColumnLine, r.Line)
	o.number(usercsv.ColumnRecord, r.Number)
	o.text(usercsv.ColumnVerdict, string(r.Verdict))
	if text != "" {
		o.text(usercsv.ColumnText, text)
	}
	o.value(columnFindings, findingsOf(r.Findings))
	return o.String()
}

func findingsOf(all []usercsv.Finding) []finding {
	list := make([]finding, 0, len(all))
	for i := range all {
		f := &all[i]
		one := finding{Column: f.Column, Code: f.Code, Flaw: string(f.Flaw), Message: f.Reason, Advice: f.Advice, Setting: f.Setting}
		for _, s := range f.Suggestions {
			one.Suggestions = append(one.Suggestions, suggestion{Value: s.Value, Reason: s.Reason, Reading: s.Reading})
		}
		list = append(list, one)
	}
	return list
}
