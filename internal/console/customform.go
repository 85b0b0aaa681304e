package console

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/userpool"
)

// customForm is the form of one custom attribute. The fields of the n-th are named
// attr-n-name and so on.
type customForm struct {
	Name, Type, Min, Max string
	Fixed                bool // immutable once it has a value
}

// dataTypes are the types of an attribute.
var dataTypes = []string{"String", "Number", "Boolean", "DateTime"}

// maxCustomRows bounds the custom attributes of a form.
const maxCustomRows = userpool.MaxCustomAttributes

// readCustomForms returns the submitted custom attributes, in order.
func readCustomForms(r *http.Request) (all []customForm) {
	rows, err := strconv.Atoi(r.PostFormValue("rows"))
	if err != nil {
		return nil
	}
	for i := range min(rows, maxCustomRows) {
		at := func(name string) string { return strings.TrimSpace(r.PostFormValue(customField(i, name))) }
		all = append(all, customForm{Name: at("name"), Type: at("type"), Min: at("min"), Max: at("max"), Fixed: at("fixed") != ""})
	}
	return all
}

// customField returns the name of a field of the n-th custom attribute.
func customField(i int, name string) string { return "attr-" + strconv.Itoa(i) + "-" + name }

// changeRows adds or removes an attribute if the button add or remove-n was pressed. It
// reports whether it did.
func (f *poolForm) changeRows(button string) bool {
	if button == "add" {
		if len(f.Custom) < maxCustomRows {
			f.Custom = append(f.Custom, customForm{Type: dataTypes[0]})
		}
		return true
	}
	n, ok := strings.CutPrefix(button, "remove-")
	i, err := strconv.Atoi(n)
	if !ok || err != nil || i < 0 || i >= len(f.Custom) {
		return false
	}
	f.Custom = slices.Delete(f.Custom, i, i+1)
	return true
}

// numberForm is the form of a bound.
var numberForm = regexp.MustCompile(`^-?[0-9]{1,15}(\.[0-9]{1,15})?$`)

// check notes the errors of the n-th attribute.
func (c *customForm) check(f *form, i int) {
	name := strings.TrimPrefix(c.Name, customPrefix)
	switch {
	case name == "":
		f.wrong(customField(i, "name"), "Type a name for the attribute.")
	case utf8.RuneCountInString(name) > userpool.MaxCustomNameLength:
		f.wrong(customField(i, "name"), "The name of an attribute has at most "+strconv.Itoa(userpool.MaxCustomNameLength)+" characters.")
	case strings.ContainsAny(name, " \t"):
		f.wrong(customField(i, "name"), "The name of an attribute has no spaces.")
	}
	if !slices.Contains(dataTypes, c.Type) {
		f.wrong(customField(i, "type"), "Choose a type.")
	}
	for field, value := range map[string]string{"min": c.Min, "max": c.Max} {
		if value != "" && c.Bounded() && !numberForm.MatchString(value) {
			f.wrong(customField(i, field), "A bound is a number, such as 1 or 256.")
		}
	}
}

// Bounded reports whether the type has a minimum and a maximum.
func (c *customForm) Bounded() bool { return c.Type == "String" || c.Type == "Number" }

// attribute returns the attribute in the API's form.
func (c *customForm) attribute() cognitoapi.SchemaAttributeType {
	a := cognitoapi.SchemaAttributeType{Name: strings.TrimPrefix(c.Name, customPrefix), AttributeDataType: cognitoapi.AttributeDataType(c.Type), Mutable: new(!c.Fixed)}
	if c.Min == "" && c.Max == "" {
		return a
	}
	switch a.AttributeDataType {
	case cognitoapi.AttributeDataTypeString:
		a.StringAttributeConstraints = &cognitoapi.StringAttributeConstraintsType{MinLength: c.Min, MaxLength: c.Max}
	case cognitoapi.AttributeDataTypeNumber:
		a.NumberAttributeConstraints = &cognitoapi.NumberAttributeConstraintsType{MinValue: c.Min, MaxValue: c.Max}
	}
	return a
}

// shorthand returns the attribute in the AWS CLI's shorthand syntax.
func (c *customForm) shorthand() string {
	a := c.attribute()
	text := "Name=" + a.Name + ",AttributeDataType=" + c.Type + ",Mutable=" + strconv.FormatBool(!c.Fixed)
	var bounds []string
	add := func(name, value string) {
		if value != "" {
			bounds = append(bounds, name+"="+value)
		}
	}
	if s := a.StringAttributeConstraints; s != nil {
		add("MinLength", s.MinLength)
		add("MaxLength", s.MaxLength)
		return text + ",StringAttributeConstraints={" + strings.Join(bounds, ",") + "}"
	}
	if n := a.NumberAttributeConstraints; n != nil {
		add("MinValue", n.MinValue)
		add("MaxValue", n.MaxValue)
		return text + ",NumberAttributeConstraints={" + strings.Join(bounds, ",") + "}"
	}
	return text
}

// customRow is a custom attribute with its fields, for the template custom-row.
type customRow struct {
	customForm
	Index                              int
	NameField, MinField, MaxField      input
	TypeID, TypeError, FixedID, Button string
	Types                              []string
	Alone                              bool // the only attribute, which cannot be removed
}

// customRowOf returns the n-th attribute of a form.
func (f *form) customRowOf(c customForm, i int) customRow {
	id := func(name string) string { return customField(i, name) }
	return customRow{
		customForm: c, Index: i, Types: dataTypes, TypeID: id("type"), TypeError: f.ErrorAt(id("type")), FixedID: id("fixed"), Button: "remove-" + strconv.Itoa(i),
		NameField: f.field(id("name"), "Name", c.Name, ""), MinField: f.field(id("min"), "Minimum", c.Min, ""), MaxField: f.field(id("max"), "Maximum", c.Max, ""),
	}
}

// Rows returns the custom attributes with their fields.
func (f *poolForm) Rows() (rows []customRow) {
	for i, c := range f.Custom {
		rows = append(rows, f.customRowOf(c, i))
	}
	return rows
}
