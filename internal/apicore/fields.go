package apicore

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// field is a field of a generated structure: a member of its shape.
type field struct {
	name     string // the member's
	index    []int  // of the field, through embedded structures
	omitzero bool   // a zero value is a member that is not there
}

// known are the fields of structures by their types, as they were found at the
// first call that needed them. What is known of a type never changes.
var known sync.Map

// fieldsOf returns the fields of a structure, in their order.
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
