package userpool

import "slices"

// DataType is the type of an attribute's value. Values of every type are stored and
// returned as strings.
type DataType string

// The data types of the API.
const (
	String   DataType = "String"
	Number   DataType = "Number"
	DateTime DataType = "DateTime"
	Boolean  DataType = "Boolean"
)

// Bounds limits the length of a String, in characters. A nil end means no limit.
type Bounds struct {
	Min *int64 `json:"min,omitempty"`
	Max *int64 `json:"max,omitempty"`
}

// Range limits the value of a Number. A nil end means no limit.
type Range struct {
	Min *Decimal `json:"min,omitempty"`
	Max *Decimal `json:"max,omitempty"`
}

// SchemaAttribute declares one attribute of a user pool. The name of a custom attribute
// begins with "custom:". It begins with "dev:custom:" if only administrators may write
// the attribute.
type SchemaAttribute struct {
	Name          string   `json:"name"`
	Type          DataType `json:"type"`
	DeveloperOnly bool     `json:"developerOnly,omitempty"`
	Mutable       bool     `json:"mutable,omitempty"`
	Required      bool     `json:"required,omitempty"`
	Number        int      `json:"number,omitempty"` // of a custom attribute, see [SchemaAttribute.StoredNumber]
	Bounds        *Bounds  `json:"bounds,omitempty"` // of a String
	Range         *Range   `json:"range,omitempty"`  // of a Number
}

// Custom reports whether the pool's owner added the attribute.
func (a SchemaAttribute) Custom() bool { return isCustom(a.Name) }

// Schema has the attributes of a user pool: the standard ones in Cognito's order, then
// the custom ones in the order in which they were added.
type Schema []SchemaAttribute

// Find returns the attribute with that name.
func (s Schema) Find(name string) (SchemaAttribute, bool) {
	i := s.Index(name)
	if i < 0 {
		return SchemaAttribute{}, false
	}
	return s[i], true
}

// Index returns the attribute's place in the schema, -1 if it is not there.
func (s Schema) Index(name string) int {
	return slices.IndexFunc(s, func(a SchemaAttribute) bool { return a.Name == name })
}

// StandardSchema returns the schema of a user pool that was created without one. It has
// the attributes of OpenID Connect, in the order and with the constraints that
// CreateUserPool returns.
func StandardSchema() Schema {
	text := func(name string) SchemaAttribute {
		return SchemaAttribute{Name: name, Type: String, Mutable: true, Bounds: between(0, 2048)}
	}
	zero, _ := ParseDecimal("0")
	flag := func(name string) SchemaAttribute {
		return SchemaAttribute{Name: name, Type: Boolean, Mutable: true}
	}
	return Schema{
		{Name: "sub", Type: String, Required: true, Bounds: between(1, 2048)},
		text("name"), text("given_name"), text("family_name"), text("middle_name"),
		text("nickname"), text("preferred_username"), text("profile"), text("picture"),
		text("website"), text("email"), flag("email_verified"), text("gender"),
		{Name: "birthdate", Type: String, Mutable: true, Bounds: between(10, 10)},
		text("zoneinfo"), text("locale"), text("phone_number"), flag("phone_number_verified"),
		text("address"),
		{Name: "updated_at", Type: Number, Mutable: true, Range: &Range{Min: &zero}},
	}
}

func between(low, high int64) *Bounds { return &Bounds{Min: &low, Max: &high} }

// SortAttributes sorts attributes of a user in the order of the pool's schema.
func (p *UserPool) SortAttributes(a Attributes) {
	slices.SortStableFunc(a, func(x, y Attribute) int { return p.Schema.Index(x.Name) - p.Schema.Index(y.Name) })
}
