package userpool

import (
	"cmp"
	"strings"
	"unicode/utf8"
)

// Limits of the schema ("Quotas in Amazon Cognito"; API Reference, AddCustomAttributes).
const (
	MaxCustomAttributes   = 50
	MaxCustomNameLength   = 20
	MaxAttributeValueSize = 2048 // bytes
)

func isCustom(name string) bool {
	return strings.HasPrefix(name, "custom:") || strings.HasPrefix(name, "dev:custom:")
}

// isMark reports whether the attribute says that another one is verified.
func isMark(name string) bool { return name == "email_verified" || name == "phone_number_verified" }

// With applies CreateUserPool's Schema member to the schema. An entry with a standard
// attribute's name changes its bounds, mutability and requiredness. Any other entry
// becomes a custom attribute. email_verified becomes one, too, because nothing of the
// standard attribute can be changed (the Cognito team in aws-cdk#14175). The name
// phone_number_verified is too long for a custom attribute.
//
// Names are those of a request, without "custom:". It returns InvalidParameter for
// anything that the schema does not allow.
func (s Schema) With(changes []SchemaAttribute) (Schema, error) {
	out := append(Schema(nil), s...)
	for _, c := range changes {
		var err error
		if i := out.Index(c.Name); i >= 0 && !isCustom(c.Name) && !isMark(c.Name) {
			out[i], err = out[i].changed(c)
		} else {
			out, err = out.WithCustom(c)
		}
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

// changed returns standard attribute a with the changes in c.
func (a SchemaAttribute) changed(c SchemaAttribute) (SchemaAttribute, error) {
	if c.Type != "" && c.Type != a.Type || c.DeveloperOnly {
		return a, Errorf(InvalidParameter,
			"You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute %s", a.Name)
	}
	if a.Name == "sub" && c.Mutable {
		return a, Errorf(InvalidParameter, "You can not change the standard schema attribute sub: it is always required and immutable.")
	}
	c.Type = a.Type
	if err := checkLimits(c); err != nil {
		return a, err
	}
	a.Mutable, a.Required = c.Mutable, c.Required || a.Name == "sub"
	if c.Bounds != nil && a.Type == String {
		a.Bounds = c.Bounds
	}
	if c.Range != nil && a.Type == Number {
		a.Range = c.Range
	}
	return a, nil
}

// WithCustom returns the schema with custom attributes added. Names are those of a
// request; the prefix is added here.
//
// It returns InvalidParameter for a name that exists or is not allowed, for an attribute
// without a type, for required custom attributes, and for more than
// [MaxCustomAttributes].
func (s Schema) WithCustom(added ...SchemaAttribute) (Schema, error) {
	out := append(Schema(nil), s...)
	for _, a := range added {
		a, err := customAttribute(a)
		if err != nil {
			return nil, err
		}
		if out.Index(a.Name) >= 0 {
			return nil, Errorf(InvalidParameter, "%s: Existing attribute already has name %s.", strings.TrimPrefix(a.Name, "dev:"), a.Name)
		}
		a.Number = out.nextNumber()
		out = append(out, a)
	}
	if n := len(out) - len(StandardSchema()); n > MaxCustomAttributes {
		return nil, Errorf(InvalidParameter, "The user pool would have %d custom attributes; the limit is %d.", n, MaxCustomAttributes)
	}
	return out, nil
}

func customAttribute(a SchemaAttribute) (SchemaAttribute, error) {
	switch {
	case a.Name == "":
		return a, Errorf(InvalidParameter, "A custom attribute needs a name.")
	case utf8.RuneCountInString(a.Name) > MaxCustomNameLength:
		return a, Errorf(InvalidParameter, "The name of custom attribute %s is longer than %d characters.", a.Name, MaxCustomNameLength)
	case strings.ContainsAny(a.Name, ",\"\\"):
		return a, Errorf(InvalidParameter, "The name of custom attribute %s holds a comma, a quotation mark or a backslash.", a.Name)
	case strings.ContainsFunc(a.Name, notPrinted): // names in the import file's header are trimmed
		return a, Errorf(InvalidParameter, "The name of custom attribute %q holds a space or another character that is not allowed.", a.Name)
	case a.Required:
		return a, Errorf(InvalidParameter, "Required custom attributes are not supported currently.")
	}
	if a.Type == "" {
		return a, Errorf(InvalidParameter, "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.").
			Detailed("the custom attribute %s has no AttributeDataType", a.Name)
	}
	if err := checkLimits(a); err != nil {
		return a, err
	}
	bounds, values := a.Bounds, a.Range
	a.Bounds, a.Range = nil, nil
	switch a.Type {
	case String:
		a.Bounds = cmp.Or(bounds, &Bounds{})
	case Number:
		a.Range = cmp.Or(values, &Range{})
	}
	prefix := "custom:"
	if a.DeveloperOnly {
		prefix = "dev:custom:"
	}
	a.Name = prefix + a.Name
	return a, nil
}

// checkLimits checks the limits for the attribute's type.
func checkLimits(a SchemaAttribute) error {
	switch {
	case a.Type == String && a.Bounds != nil:
		return checkBounds(a.Name, *a.Bounds)
	case a.Type == Number && a.Range != nil && a.Range.Min != nil && a.Range.Max != nil && a.Range.Max.Compare(*a.Range.Min) < 0:
		return Errorf(InvalidParameter, "user.%s: Max value cannot be less than min value.", a.Name)
	}
	return nil
}

func checkBounds(name string, b Bounds) error {
	switch {
	case b.Min != nil && *b.Min < 0:
		return Errorf(InvalidParameter, "Invalid MinLength for schema attribute %s", name)
	case b.Min != nil && *b.Min > MaxAttributeValueSize, b.Max != nil && *b.Max > MaxAttributeValueSize:
		return Errorf(InvalidParameter, "user.%s: String attributes cannot have a length of more than %d", name, MaxAttributeValueSize)
	case b.Max != nil && (*b.Max < 0 || b.Min != nil && *b.Max < *b.Min):
		return Errorf(InvalidParameter, "user.%s: Max length cannot be less than min length.", name)
	}
	return nil
}
