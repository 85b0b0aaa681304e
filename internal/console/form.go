package console

import "strings"

// form holds the errors of a submitted form. The struct of each form embeds it.
type form struct {
	problems []problem
}

// problem is the error of a field. Without a field it concerns the whole form.
type problem struct{ Field, Text string }

// wrong adds an error to a field, each text once.
func (f *form) wrong(field, text string) {
	if field == "" || f.ErrorAt(field) == "" {
		f.problems = append(f.problems, problem{field, text})
	}
}

// Problems returns the errors, in the order of the fields.
func (f *form) Problems() []problem { return f.problems }

// ErrorAt returns the error of a field or "".
func (f *form) ErrorAt(field string) string {
	for _, p := range f.problems {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

// First reports whether a field is the first with an error. It gets the focus.
func (f *form) First(field string) bool {
	return len(f.problems) > 0 && f.problems[0].Field == field
}

// input is a one-line text field, for the template field.
type input struct {
	ID, Label, Value, Error, Type string
	Focus                         bool
	Before                        string // what the field is for
	Constraint                    string
	Complete                      string // value of the HTML attribute autocomplete
}

// field returns a field of the form. Its methods add to it.
func (f *form) field(id, label, value, constraint string) input {
	return input{ID: id, Label: label, Value: value, Constraint: constraint, Error: f.ErrorAt(id), Focus: f.First(id), Type: "text", Complete: "off"}
}

// Why adds a text that says what the field is for.
func (i input) Why(text string) input { i.Before = text; return i }

// Described returns the IDs of the elements that describe the field.
func (i input) Described() string {
	var ids []string
	for _, each := range []struct {
		there bool
		id    string
	}{{i.Error != "", "-e"}, {i.Before != "", "-d"}, {i.Constraint != "", "-h"}} {
		if each.there {
			ids = append(ids, i.ID+each.id)
		}
	}
	return strings.Join(ids, " ")
}
