package service

import (
	"context"
	"strconv"

	"poolhouse/internal/api"
	"poolhouse/internal/userpool"
)

func (s *Service) addCustomAttributes(ctx context.Context, in *api.AddCustomAttributesRequest) (*api.AddCustomAttributesResponse, error) {
	added, err := schemaAttributes(in.CustomAttributes)
	if err != nil {
		return nil, err
	}
	_, err = s.Store.UpdatePool(ctx, in.UserPoolId, func(p *userpool.UserPool, importing bool) error {
		if err := whileImporting(p, importing); err != nil {
			return err
		}
		schema, err := p.Schema.WithCustom(added...)
		if err != nil {
			return err
		}
		p.Schema, p.Modified = schema, wallClock()
		return nil
	})
	return nil, err
}

// schemaAttributes reads attributes as a request declares them. One that is
// not said to be mutable is immutable, even a standard one, as was observed on
// the real service.
func schemaAttributes(in []api.SchemaAttributeType) ([]userpool.SchemaAttribute, error) {
	out := make([]userpool.SchemaAttribute, 0, len(in))
	for _, a := range in {
		bounds, err := attributeBounds(a)
		if err != nil {
			return nil, err
		}
		out = append(out, userpool.SchemaAttribute{
			Name: a.Name, Type: userpool.DataType(a.AttributeDataType), Bounds: bounds,
			DeveloperOnly: value(a.DeveloperOnlyAttribute), Required: value(a.Required), Mutable: value(a.Mutable),
		})
	}
	return out, nil
}

// attributeBounds reads the constraints that belong to the attribute's type;
// the others are ignored.
func attributeBounds(a api.SchemaAttributeType) (b *userpool.Bounds, err error) {
	kind, low, high := "StringAttributeConstraints", "", ""
	switch s, n := a.StringAttributeConstraints, a.NumberAttributeConstraints; {
	case s != nil && (a.AttributeDataType == api.AttributeDataTypeString || a.AttributeDataType == ""):
		low, high = s.MinLength, s.MaxLength
	case n != nil && (a.AttributeDataType == api.AttributeDataTypeNumber || a.AttributeDataType == ""):
		kind, low, high = "NumberAttributeConstraints", n.MinValue, n.MaxValue
	default:
		return nil, nil
	}
	b = new(userpool.Bounds)
	if b.Min, err = bound(kind, a.Name, low); err == nil {
		b.Max, err = bound(kind, a.Name, high)
	}
	return b, err
}

func bound(kind, name, text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, userpool.Errorf(userpool.InvalidParameter, "Invalid %s for schema attribute %s", kind, name)
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
