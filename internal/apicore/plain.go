package apicore

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"unicode/utf8"
)

// Plain returns a typed value in the form for [Check] and the encoders: as encoding/json would
// decode its own encoding, with numbers as json.Number. It reads the APIs' types by their
// fields. Only documents, and types that no API has, go through JSON.
func Plain(v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	return plain(reflect.ValueOf(v))
}

func plain(v reflect.Value) (any, error) {
	switch v.Kind() {
	case reflect.String:
		return valid(v.String()), nil
	case reflect.Bool:
		return v.Bool(), nil
	case reflect.Int32, reflect.Int64:
		return json.Number(strconv.FormatInt(v.Int(), 10)), nil
	case reflect.Pointer:
		if v.IsNil() {
			return nil, nil
		}
		return plain(v.Elem())
	case reflect.Struct:
		return plainStruct(v)
	case reflect.Slice:
		return plainSlice(v)
	case reflect.Map:
		return plainMap(v)
	}
	return throughJSON(v.Interface())
}

// valid replaces invalid UTF-8 as encoding/json does.
func valid(text string) string {
	if utf8.ValidString(text) {
		return text
	}
	return string([]rune(text))
}

func plainStruct(v reflect.Value) (any, error) {
	if v.Type() == timeType {
		seconds, err := v.Interface().(Time).MarshalJSON()
		return json.Number(seconds), err
	}
	fields := fieldsOf(v.Type())
	object := make(map[string]any, len(fields))
	for _, f := range fields {
		member := v.FieldByIndex(f.index)
		if f.omitted(member) {
			continue
		}
		value, err := plain(member)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.name, err)
		}
		object[f.name] = value
	}
	return object, nil
}

func plainSlice(v reflect.Value) (any, error) {
	switch {
	case v.Type() == documentType:
		return throughJSON(v.Interface())
	case v.IsNil():
		return nil, nil
	case v.Type().Elem().Kind() == reflect.Uint8:
		return base64.StdEncoding.EncodeToString(v.Bytes()), nil
	}
	list := make([]any, v.Len())
	for i := range list {
		var err error
		if list[i], err = plain(v.Index(i)); err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return list, nil
}

func plainMap(v reflect.Value) (any, error) {
	switch {
	case v.Type().Key() != textType:
		return throughJSON(v.Interface())
	case v.IsNil():
		return nil, nil
	}
	object := make(map[string]any, v.Len())
	for entries := v.MapRange(); entries.Next(); {
		value, err := plain(entries.Value())
		if err != nil {
			return nil, fmt.Errorf("%q: %w", entries.Key(), err)
		}
		object[valid(entries.Key().String())] = value
	}
	return object, nil
}

func throughJSON(v any) (value any, err error) {
	data, err := json.Marshal(v)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	err = d.Decode(&value)
	return value, err
}
