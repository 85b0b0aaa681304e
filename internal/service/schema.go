package service

import (
	"strconv"

	"poolhouse/internal/api"
	"poolhouse/internal/userpool"
)

// schemaAttributes reads attributes as a request declares them.
func schemaAttributes(in []api.SchemaAttributeType) ([]userpool.SchemaAttribute, error) {
	out := make([]userpool.SchemaAttribute, 0, len(in))
	for _, a := range in {
		bounds, err := attributeBounds(a)
		if err != nil {
			return nil, err
		}
		out = append(out, userpool.SchemaAttribute{
			Name: a.Name, Type: userpool.DataType(a.AttributeDataType), Bounds: bounds,
			DeveloperOnly: value(a.DeveloperOnlyAttribute), Required: value(a.Required),
			Mutable: valueOr(a.Mutable, a.Name != "sub"),
		})
	}
	return out, nil
}

func attributeBounds(a api.SchemaAttributeType) (b *userpool.Bounds, err error) {
	low, high := "", ""
	switch {
	case a.StringAttributeConstraints != nil && a.AttributeDataType != api.AttributeDataTypeNumber:
		low, high = a.StringAttributeConstraints.MinLength, a.StringAttributeConstraints.MaxLength
	case a.NumberAttributeConstraints != nil:
		low, high = a.NumberAttributeConstraints.MinValue, a.NumberAttributeConstraints.MaxValue
	default:
		return nil, nil
	}
	b = new(userpool.Bounds)
	if b.Min, err = bound(a.Name, low); err == nil {
		b.Max, err = bound(a.Name, high)
	}
	return b, err
}

func bound(name, text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, userpool.Errorf(userpool.InvalidParameter, "user.%s: the constraint %q is not a whole number.", name, text)
	}
	return &n, nil
}

// wireSchema tells of a pool's schema.
func wireSchema(s userpool.Schema) []api.SchemaAttributeType {
	out := make([]api.SchemaAttributeType, 0, len(s))
	for i := range s {
		a := &s[i]
		w := api.SchemaAttributeType{
			Name: a.Name, AttributeDataType: api.AttributeDataType(a.Type),
			DeveloperOnlyAttribute: &a.DeveloperOnly, Mutable: &a.Mutable, Required: &a.Required,
		}
		switch {
		case a.Bounds == nil:
		case a.Type == userpool.Number:
			w.NumberAttributeConstraints = &api.NumberAttributeConstraintsType{MinValue: boundText(a.Bounds.Min), MaxValue: boundText(a.Bounds.Max)}
		default:
			w.StringAttributeConstraints = &api.StringAttributeConstraintsType{MinLength: boundText(a.Bounds.Min), MaxLength: boundText(a.Bounds.Max)}
		}
		out = append(out, w)
	}
	return out
}

func boundText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}
