// Package filled makes values with every member set, for tests of code that copies a value member
// by member. If the code forgets a member, the copy lacks it.
// that the copy lacks.
package filled

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// Full sets everything that into points to, at any depth, to distinct non-zero values. Flags are
// true. A text contains its place in the value, and numbers count up. Lists get two entries, maps
// one. makers make values of types with members that cannot be set from here: func(n int) T.
func Full(into any, makers ...any) {
	f := filler{makers: map[reflect.Type]reflect.Value{}}
	for _, m := range append(makers, moment) {
		maker := reflect.ValueOf(m)
		f.makers[maker.Type().Out(0)] = maker
	}
	f.fill(reflect.ValueOf(into).Elem(), "")
}

func moment(n int) time.Time { return time.Date(2026, 1, 1, n, 0, 0, 0, time.UTC) }

// Empty sets everything that into points to, at any depth, to values that are present but empty:
// pointers to zero values, lists and maps without entries.
func Empty(into any) { empty(reflect.ValueOf(into).Elem()) }

// Flags returns all flags in what into points to, at any depth, so that a test can set them one by
// one.
func Flags(into any) []*bool { return flags(reflect.ValueOf(into).Elem()) }

func flags(v reflect.Value) (all []*bool) {
	switch v.Kind() {
	case reflect.Bool:
		all = append(all, v.Addr().Convert(reflect.TypeFor[*bool]()).Interface().(*bool))
	case reflect.Pointer:
		if !v.IsNil() {
			all = flags(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				all = append(all, flags(v.Field(i))...)
			}
		}
	case reflect.Slice:
		for i := range v.Len() {
			all = append(all, flags(v.Index(i))...)
		}
	}
	return all
}

type filler struct {
	makers map[reflect.Type]reflect.Value
	n      int // count of numbers made so far
}

func (f *filler) fill(v reflect.Value, path string) {
	if maker, ok := f.makers[v.Type()]; ok {
		f.n++
		v.Set(maker.Call([]reflect.Value{reflect.ValueOf(f.n)})[0])
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		f.fill(v.Elem(), path)
	case reflect.Struct:
		f.members(v, path)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		f.fill(v.Index(0), path+" 1")
		f.fill(v.Index(1), path+" 2")
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		f.fill(key, path+" key")
		f.fill(value, path)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	default:
		f.scalar(v, path)
	}
}

func (f *filler) members(v reflect.Value, path string) {
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if !v.Field(i).CanSet() {
			panic(fmt.Sprintf("filled: %s.%s cannot be set: give a function that makes a %[1]s", v.Type(), name))
		}
		f.fill(v.Field(i), strings.TrimPrefix(path+"."+name, "."))
	}
}

func (f *filler) scalar(v reflect.Value, path string) {
	switch {
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.Kind() == reflect.String:
		v.SetString(path)
	case v.CanInt():
		f.n++
		v.SetInt(int64(f.n))
	default:
		panic(fmt.Sprintf("filled: a %s cannot be filled: give a function that makes one", v.Type()))
	}
}

func empty(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		empty(v.Elem())
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				empty(v.Field(i))
			}
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	}
}
