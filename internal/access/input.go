package access

import (
	"maps"
	"reflect"
	"slices"
)

// input is the decoded input of an operation. Its members are called by the
// names of their Go fields, which begin with a capital letter.
type input struct{ v reflect.Value }

// members looks into an input, which is a pointer to a structure.
func members(in any) input {
	v := reflect.Indirect(reflect.ValueOf(in))
	if v.Kind() != reflect.Struct {
		return input{}
	}
	return input{v}
}

// has reports whether the operation has a member, given or not.
func (in input) has(name string) bool { return in.field(name).IsValid() }

// text returns a member that is a text, "" if there is none.
func (in input) text(name string) string {
	if f := in.field(name); f.Kind() == reflect.String {
		return f.String()
	}
	return ""
}

func (in input) field(name string) reflect.Value {
	if !in.v.IsValid() {
		return reflect.Value{}
	}
	return in.v.FieldByName(name)
}

// tags returns the tags of a member: a map, or a list of structures with a Key
// and a Value.
func (in input) tags(name string) map[string]string {
	f := in.field(name)
	if tags, ok := anyOf(f).(map[string]string); ok {
		return tags
	}
	tags := map[string]string{}
	if f.Kind() != reflect.Slice {
		return tags
	}
	for i := range f.Len() {
		tag := input{f.Index(i)}
		if tag.v.Kind() == reflect.Struct && tag.has("Key") {
			tags[tag.text("Key")] = tag.text("Value")
		}
	}
	return tags
}

func anyOf(v reflect.Value) any {
	if !v.IsValid() || !v.CanInterface() {
		return nil
	}
	return v.Interface()
}

// requestTags returns the tags that the call gives.
func (in input) requestTags() map[string]string {
	tags := map[string]string{}
	for _, member := range []string{"UserPoolTags", "Tags"} {
		maps.Copy(tags, in.tags(member))
	}
	return tags
}

// tagKeys returns the keys of the tags that the call gives or takes away, in
// order.
func (in input) tagKeys() []string {
	keys := slices.Collect(maps.Keys(in.requestTags()))
	if removed, ok := anyOf(in.field("TagKeys")).([]string); ok {
		keys = append(keys, removed...)
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}
