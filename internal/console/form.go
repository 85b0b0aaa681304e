package console

import "strings"

// form is what is wrong with what was typed. A struct of a page's form embeds it.
type form struct {
	problems []problem
}

// problem is what is wrong at a field. Without a field it is about the whole.
type problem struct{ Field, Text string }

// wrong notes what is wrong at a field, once each.
func (f *form) wrong(field, text string) {
	if field == "" || f.ErrorAt(field) == "" {
		f.problems = append(f.problems, problem{field, text})
	}
}

// Problems returns what is wrong, in the order of the fields.
func (f *form) Problems() []problem { return f.problems }

// ErrorAt returns what is wrong at a field, "" for nothing.
func (f *form) ErrorAt(field string) string {
	for _, p := range f.problems {
		if p.Field == field {
			return p.Text
		}
	}
	return ""
}

// First reports whether a field is the first at which something is wrong: it has
// the focus.
func (f *form) First(field string) bool {
	return len(f.problems) > 0 && f.problems[0].Field == field
}

// input is a field with one line of text, as the template field shows it.
type input struct {
	ID, Label, Value, Error, Type string
	Focus                         bool
	Before                        string // what it is for
	Constraint                    string
	Complete                      string // autocomplete
}

// field returns a field of a form for the template field. Its methods add to it.
func (f *form) field(id, label, value, constraint string) input {
	return input{ID: id, Label: label, Value: value, Constraint: constraint, Error: f.ErrorAt(id), Focus: f.First(id), Type: "text", Complete: "off"}
}

// Why adds what the field is for.
func (i input) Why(text string) input { i.Before = text; return i }

// Described returns the ids of what describes the field.
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
