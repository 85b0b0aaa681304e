package apicore

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// field is a field of a generated structure, which is a member of its shape.
type field struct {
	name     string // of the member
	index    []int  // of the field, also in embedded structures
	omitzero bool   // a zero value means an absent member
}

// known caches the fields of structures by type. Entries are added when a call first needs
// them, and never change.
var known sync.Map

// fieldsOf returns the fields of a structure, in order.
func fieldsOf(t reflect.Type) []field {
	if fields, ok := known.Load(t); ok {
		return fields.([]field)
	}
	var fields []field
	for _, f := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" || !f.IsExported() || name == "-" {
			continue
		}
		if name == "" {
			name = f.Name
		}
		fields = append(fields, field{name, f.Index, options == "omitzero"})
	}
	known.Store(t, fields)
	return fields
}

func (f field) omitted(v reflect.Value) bool {
	if !f.omitzero {
		return false
	}
	if v.Type() == timeType {
		return v.Interface().(Time).IsZero()
	}
	return v.IsZero()
}

var (
	textType     = reflect.TypeFor[string]()
	timeType     = reflect.TypeFor[Time]()
	documentType = reflect.TypeFor[json.RawMessage]()
)
