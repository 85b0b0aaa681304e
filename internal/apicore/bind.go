package apicore

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"reflect"
)

// Bind fills a typed value from the result of [Check]. in points to a zero value of the type
// that was generated from the shape. The result is the same as marshalling the checked value to
// JSON and unmarshalling that with encoding/json. Members that the type does not have are left
// out.
func Bind(clean, in any) error {
	if err := bind(clean, reflect.ValueOf(in).Elem()); err != nil {
		return fmt.Errorf("a checked input does not fit a %T: %w", in, err)
	}
	return nil
}

func bind(value any, into reflect.Value) error {
	if into.Type() == documentType {
		return bindDocument(value, into)
	}
	if value == nil {
		return nil
	}
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		return bind(value, into.Elem())
	}
	switch value := value.(type) {
	case string:
		return bindString(value, into)
	case json.Number:
		return bindNumber(value, into)
	case bool:
		if into.Kind() == reflect.Bool {
			into.SetBool(value)
			return nil
		}
	case []any:
		if into.Kind() == reflect.Slice {
			return bindList(value, into)
		}
	case map[string]any:
		switch {
		case into.Kind() == reflect.Struct:
			return bindMembers(value, into)
		case into.Kind() == reflect.Map && into.Type().Key() == textType:
			return bindEntries(value, into)
		}
	}
	return unfit(value, into)
}

func unfit(value any, into reflect.Value) error {
	return fmt.Errorf("a %T is no value for a %s", value, into.Type())
}

// bindString binds a text, or bytes in base64.
func bindString(text string, into reflect.Value) error {
	switch {
	case into.Kind() == reflect.String:
		into.SetString(text)
		return nil
	case into.Kind() == reflect.Slice && into.Type().Elem().Kind() == reflect.Uint8:
		data, err := base64.StdEncoding.DecodeString(text)
		into.SetBytes(data)
		return err
	}
	return unfit(text, into)
}

func bindNumber(number json.Number, into reflect.Value) error {
	if into.Type() == timeType {
		at, err := parseSeconds(number.String())
		into.Set(reflect.ValueOf(Time{at}))
		return err
	}
	if !into.CanInt() {
		return unfit(number, into)
	}
	n, err := number.Int64()
	if err != nil || into.OverflowInt(n) {
		return fmt.Errorf("%s is no %s", number, into.Type())
	}
	into.SetInt(n)
	return nil
}

func bindList(list []any, into reflect.Value) error {
	into.Set(reflect.MakeSlice(into.Type(), len(list), len(list)))
	for i, element := range list {
		if err := bind(element, into.Index(i)); err != nil {
			return fmt.Errorf("[%d]: %w", i, err)
		}
	}
	return nil
}

func bindMembers(object map[string]any, into reflect.Value) error {
	for _, f := range fieldsOf(into.Type()) {
		value, there := object[f.name]
		if !there {
			continue
		}
		if err := bind(value, into.FieldByIndex(f.index)); err != nil {
			return fmt.Errorf("%s: %w", f.name, err)
		}
	}
	return nil
}

func bindEntries(object map[string]any, into reflect.Value) error {
	into.Set(reflect.MakeMapWithSize(into.Type(), len(object)))
	for key, value := range object {
		element := reflect.New(into.Type().Elem()).Elem()
		if err := bind(value, element); err != nil {
			return fmt.Errorf("%q: %w", key, err)
		}
		into.SetMapIndex(reflect.ValueOf(key), element)
	}
	return nil
}

// bindDocument keeps a document as it came, except for white space and the order of its
// members.
func bindDocument(value any, into reflect.Value) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(value); err != nil {
		return err
	}
	into.SetBytes(bytes.TrimSuffix(text.Bytes(), []byte("\n")))
	return nil
}
