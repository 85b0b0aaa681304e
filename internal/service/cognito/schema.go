package cognitoservice

import (
	"context"
	"strconv"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/service"
	"poolhouse/internal/userpool"
)

func (s *Service) addCustomAttributes(ctx context.Context, in *cognitoapi.AddCustomAttributesRequest) (*cognitoapi.AddCustomAttributesResponse, error) {
	added, err := schemaAttributes(in.CustomAttributes)
	if err != nil {
		return nil, err
	}
	_, err = s.Store.UpdatePool(ctx, in.UserPoolId, func(p *userpool.UserPool, importing bool) error {
		if err := refuseWhileImporting(p, importing); err != nil {
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

// schemaAttributes reads declared attributes. An attribute is immutable unless the request says
// otherwise, even a standard one, as observed on the real service.
func schemaAttributes(in []cognitoapi.SchemaAttributeType) ([]userpool.SchemaAttribute, error) {
	out := make([]userpool.SchemaAttribute, 0, len(in))
	for _, a := range in {
		declared := userpool.SchemaAttribute{
			Name: a.Name, Type: userpool.DataType(a.AttributeDataType),
			DeveloperOnly: service.Value(a.DeveloperOnlyAttribute), Required: service.Value(a.Required), Mutable: service.Value(a.Mutable),
		}
		if err := limitsOf(a, &declared); err != nil {
			return nil, err
		}
		out = append(out, declared)
	}
	return out, nil
}

// limitsOf reads the constraints for the attribute's type and ignores the others. A standard
// attribute may be declared without its type.
func limitsOf(a cognitoapi.SchemaAttributeType, declared *userpool.SchemaAttribute) (err error) {
	if s := a.StringAttributeConstraints; s != nil && (declared.Type == userpool.String || declared.Type == "") {
		b := new(userpool.Bounds)
		if b.Min, err = length(a.Name, s.MinLength); err == nil {
			b.Max, err = length(a.Name, s.MaxLength)
		}
		declared.Bounds = b
	}
	if n := a.NumberAttributeConstraints; err == nil && n != nil && (declared.Type == userpool.Number || declared.Type == "") {
		r := new(userpool.Range)
		if r.Min, err = decimal(a.Name, "MinValue", n.MinValue); err == nil {
			r.Max, err = decimal(a.Name, "MaxValue", n.MaxValue)
		}
		declared.Range = r
	}
	return err
}

func length(name, text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return nil, userpool.Errorf(userpool.InvalidParameter, "Invalid StringAttributeConstraints for schema attribute %s", name)
	}
	return &n, nil
}

func decimal(name, member, text string) (*userpool.Decimal, error) {
	if text == "" {
		return nil, nil
	}
	n, ok := userpool.ParseDecimal(text)
	if !ok {
		return nil, userpool.Errorf(userpool.InvalidParameter,
			"Invalid NumberAttributeConstraints for schema attribute %s: %s must be a decimal number from -2^1023 to 2^1023.", name, member)
	}
	return &n, nil
}

// wireSchema returns a pool's schema in the API's form.
func wireSchema(s userpool.Schema) []cognitoapi.SchemaAttributeType {
	out := make([]cognitoapi.SchemaAttributeType, 0, len(s))
	for i := range s {
		a := &s[i]
		w := cognitoapi.SchemaAttributeType{
			Name: a.Name, AttributeDataType: cognitoapi.AttributeDataType(a.Type),
			DeveloperOnlyAttribute: &a.DeveloperOnly, Mutable: &a.Mutable, Required: &a.Required,
		}
		switch {
		case a.Type == userpool.Number && a.Range != nil:
			w.NumberAttributeConstraints = &cognitoapi.NumberAttributeConstraintsType{MinValue: decimalText(a.Range.Min), MaxValue: decimalText(a.Range.Max)}
		case a.Type == userpool.String && a.Bounds != nil:
			w.StringAttributeConstraints = &cognitoapi.StringAttributeConstraintsType{MinLength: lengthText(a.Bounds.Min), MaxLength: lengthText(a.Bounds.Max)}
		}
		out = append(out, w)
	}
	return out
}

func lengthText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

func decimalText(n *userpool.Decimal) string {
	if n == nil {
		return ""
	}
	return n.String()
}
