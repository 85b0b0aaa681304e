package console

import (
	"net/http"
	"strconv"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
)

// userForm is the form with a user's attributes. It detects changes by comparing with the
// values that the page showed, so that concurrent changes of another person to other
// attributes survive.
type userForm struct {
	form
	all []userField
}

// userField is an attribute. The fields of the n-th have that number in their names,
// because an attribute's name may have any character.
type userField struct {
	number           int
	Name, Value, Was string
	constraint       string
	isFlag           bool // says whether an address is verified
	isFirst          bool // shown at first
	isNamed          bool // belongs to the address that is the username, and is shown beside it
}

// The most attributes in a form: standard and custom ones.
const maxUserFields = 20 + maxCustomRows

// firstFields are the attributes that are shown at first even without a value.
var firstFields = map[string]bool{"email": true, "email_verified": true, "phone_number": true, "phone_number_verified": true, "name": true}

// newUserForm returns a form of attributes with a user's values.
func newUserForm(attributes []cognitoapi.SchemaAttributeType, values []cognitoapi.AttributeType) *userForm {
	f := &userForm{}
	rows := rowsOf(attributes)
	for i, a := range attributes {
		field := userField{number: len(f.all), Name: a.Name, Value: valueIn(values, a.Name), isFlag: isFlag(a.Name)}
		field.Was = field.Value
		field.isFirst = firstFields[a.Name] || field.Value != "" || rows[i].Required
		switch {
		case rows[i].Type == "Boolean":
			field.constraint = "true or false"
		case rows[i].Type == "Number":
			field.constraint = strings.TrimSuffix("A number, "+rows[i].Bounds, ", ")
		case strings.HasPrefix(a.Name, customPrefix):
			field.constraint = capital(rows[i].Bounds)
		}
		f.all = append(f.all, field)
	}
	return f
}

func isFlag(name string) bool { return name == "email_verified" || name == "phone_number_verified" }

// input returns the attribute's field of the form.
func (f *userForm) input(field userField) input {
	return f.field(fieldID("v", field.number), field.Name, field.Value, field.constraint)
}

// fieldID returns the name of a field of the n-th attribute.
func fieldID(what string, n int) string { return what + "-" + strconv.Itoa(n) }

// read reads the submitted fields.
func (f *userForm) read(r *http.Request) {
	typed := map[string]int{}
	for i := range maxUserFields {
		if name := r.PostFormValue(fieldID("n", i)); name != "" {
			typed[name] = i
		}
	}
	for i := range f.all {
		field := &f.all[i]
		n, ok := typed[field.Name]
		if !ok { // the page did not have the field
			field.Was, field.Value = "", ""
			continue
		}
		field.Was, field.Value = sentText(r, "w", n), sentText(r, "v", n)
		if field.Value != field.Was {
			field.Value = strings.TrimSpace(field.Value)
		}
		if field.isFlag && field.Value == "" {
			field.Value = "false"
		}
		field.isFirst = field.isFirst || field.Value != ""
	}
}

// sentText returns the submitted text of the n-th attribute. Browsers send every line end
// as CR LF (HTML, constructing the entry list); sentText turns it into LF.
func sentText(r *http.Request, what string, n int) string {
	return strings.ReplaceAll(r.PostFormValue(fieldID(what, n)), "\r\n", "\n")
}

// IsLong reports whether the value has several lines, which a one-line field would join.
func (s userFieldShown) IsLong() bool { return strings.ContainsAny(s.Input.Value+s.Before, "\r\n") }

// userFieldShown is an attribute for the template user-fields.
type userFieldShown struct {
	Input             input
	Choice            choice
	IsFlag            bool
	NameID, WasID     string
	Attribute, Before string
}

// Shown returns the fields that are shown at first.
func (f *userForm) Shown() []userFieldShown {
	return f.shown(func(field userField) bool { return field.isFirst && !field.isNamed })
}

// More returns the other fields.
func (f *userForm) More() []userFieldShown {
	return f.shown(func(field userField) bool { return !field.isFirst })
}

// Named returns the fields beside the username.
func (f *userForm) Named() []userFieldShown {
	return f.shown(func(field userField) bool { return field.isNamed })
}

func (f *userForm) shown(here func(userField) bool) (all []userFieldShown) {
	for _, field := range f.all {
		if !here(field) {
			continue
		}
		shown := userFieldShown{Input: f.input(field), IsFlag: field.isFlag, NameID: fieldID("n", field.number), WasID: fieldID("w", field.number), Attribute: field.Name, Before: field.Was}
		if field.isFlag {
			text := "The email address is verified"
			if field.Name == "phone_number_verified" {
				text = "The phone number is verified"
			}
			shown.Choice = newChoice("checkbox", shown.Input.ID, "true", text, "", field.Value == "true")
		}
		all = append(all, shown)
	}
	return all
}

// changes returns the attributes with a new value. An empty value deletes the attribute. A
// new address comes with its verified flag again, because the API clears the flag
// otherwise.
func (f *userForm) changes() (changed []cognitoapi.AttributeType) {
	anew := map[string]bool{}
	for _, field := range f.all {
		if field.Value != field.Was {
			anew[field.Name] = true
		}
	}
	for _, field := range f.all {
		isChanged := anew[field.Name]
		if field.isFlag {
			address := strings.TrimSuffix(field.Name, verifiedSuffix)
			isChanged = f.value(address) != "" && (anew[address] || isChanged && (field.Was != "" || field.Value == "true"))
		}
		if isChanged {
			changed = append(changed, cognitoapi.AttributeType{Name: field.Name, Value: field.Value})
		}
	}
	return changed
}

func (f *userForm) value(name string) string {
	for _, field := range f.all {
		if field.Name == name {
			return field.Value
		}
	}
	return ""
}

// attributeWords returns attributes as words of a command.
func attributeWords(all []cognitoapi.AttributeType) (words []string) {
	for _, a := range all {
		words = append(words, "Name="+a.Name+",Value="+a.Value)
	}
	return words
}
