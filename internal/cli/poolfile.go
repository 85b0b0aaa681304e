package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"

	"poolhouse/internal/userpool"
)

// maxPoolFile bounds a file with a user pool's settings, in bytes.
const maxPoolFile = 4 << 20

// describedPool is the part of DescribeUserPool's output that an import needs. Other
// members are ignored.
type describedPool struct {
	Id, Name, Arn          string
	SchemaAttributes       []describedAttribute
	AutoVerifiedAttributes []string
	AliasAttributes        []string
	UsernameAttributes     []string
	UsernameConfiguration  *struct{ CaseSensitive bool }
	MfaConfiguration       string
	Policies               struct {
		SignInPolicy struct{ AllowedFirstAuthFactors []string }
	}
}

// describedAttribute is SchemaAttributeType.
type describedAttribute struct {
	Name, AttributeDataType                   string
	DeveloperOnlyAttribute, Mutable, Required bool
	StringAttributeConstraints                struct{ MinLength, MaxLength string }
	NumberAttributeConstraints                struct{ MinValue, MaxValue string }
}

// readPoolFile reads the settings of a user pool: the output of `aws cognito-idp
// describe-user-pool`, the object in its member UserPool, or the document in Poolhouse's
// database.
func readPoolFile(path string) (*userpool.UserPool, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxPoolFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxPoolFile {
		return nil, fmt.Errorf("%s has more than %s bytes; it must be what `aws cognito-idp describe-user-pool` prints", path, grouped(maxPoolFile))
	}
	pool, err := parsePool(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return pool, nil
}

// parsePool parses such a file.
func parsePool(text []byte) (*userpool.UserPool, error) {
	var form struct {
		UserPool         json.RawMessage
		SchemaAttributes json.RawMessage
		Version          json.RawMessage `json:"version"`
		Schema           json.RawMessage `json:"schema"`
	}
	if err := json.Unmarshal(text, &form); err != nil {
		return nil, memberError("", err)
	}
	switch {
	case form.UserPool != nil:
		return parseDescribed("UserPool", form.UserPool)
	case form.SchemaAttributes != nil:
		return parseDescribed("", text)
	case form.Version != nil && form.Schema != nil:
		return userpool.ReadPool("in the file", string(text))
	}
	return nil, errors.New("the member UserPool is missing; the file must be what `aws cognito-idp describe-user-pool` prints")
}

// parseDescribed parses a pool in the form of DescribeUserPool. at is the member that
// contains it.
func parseDescribed(at string, text []byte) (*userpool.UserPool, error) {
	var d describedPool
	if err := json.Unmarshal(text, &d); err != nil {
		return nil, memberError(at, err)
	}
	pool, err := d.pool()
	if err != nil {
		return nil, fmt.Errorf("%s%w", prefixed(at), err)
	}
	return pool, nil
}

// memberError names the member that has the wrong type.
func memberError(at string, err error) error {
	wrong, ok := errors.AsType[*json.UnmarshalTypeError](err)
	if !ok {
		return fmt.Errorf("it is not JSON: %w", err)
	}
	member := prefixed(at) + wrong.Field
	if wrong.Field == "" {
		member = at
	}
	if member == "" {
		return fmt.Errorf("it is a JSON %s; it must be an object, as `aws cognito-idp describe-user-pool` prints it", wrong.Value)
	}
	return fmt.Errorf("the member %s is a JSON %s; it must be %s", member, wrong.Value, jsonKind(wrong))
}

// jsonKind names the type that a member must have.
func jsonKind(wrong *json.UnmarshalTypeError) string {
	switch wrong.Type.Kind().String() {
	case "string":
		return "a string"
	case "bool":
		return "true or false"
	case "slice":
		return "an array"
	}
	return "an object"
}

func prefixed(at string) string {
	if at == "" {
		return ""
	}
	return at + "."
}

// pool returns the described pool. Its errors begin with the member.
func (d *describedPool) pool() (*userpool.UserPool, error) {
	schema, err := d.schema()
	if err != nil {
		return nil, err
	}
	p := &userpool.UserPool{
		ID: d.Id, Name: d.Name, ARN: d.Arn, Schema: schema, MFA: userpool.MFA(d.MfaConfiguration),
		AutoVerified: d.AutoVerifiedAttributes, AliasAttributes: d.AliasAttributes, UsernameAttributes: d.UsernameAttributes,
		FirstFactors: d.Policies.SignInPolicy.AllowedFirstAuthFactors,
	}
	if c := d.UsernameConfiguration; c != nil {
		p.UsernameConfigured, p.CaseInsensitive = true, !c.CaseSensitive
	}
	if p.MFA == "" {
		p.MFA = userpool.MFAOff
	}
	if len(p.FirstFactors) == 0 {
		p.FirstFactors = []string{userpool.FactorPassword}
	}
	return p, checkWords(p)
}

// checkWords refuses unknown values of settings.
func checkWords(p *userpool.UserPool) error {
	contact := []string{"email", "phone_number"}
	for _, s := range []struct {
		member       string
		words, known []string
	}{
		{"AutoVerifiedAttributes", p.AutoVerified, contact},
		{"AliasAttributes", p.AliasAttributes, append(slices.Clone(contact), "preferred_username")},
		{"UsernameAttributes", p.UsernameAttributes, contact},
		{"MfaConfiguration", []string{string(p.MFA)}, []string{string(userpool.MFAOff), string(userpool.MFAOn), string(userpool.MFAOptional)}},
	} {
		for _, word := range s.words {
			if !slices.Contains(s.known, word) {
				return fmt.Errorf("%s has %q; it may have %s", s.member, word, strings.Join(s.known, ", "))
			}
		}
	}
	return nil
}

// schema returns the attributes: the standard ones in Cognito's order, regardless of their
// order in the file, then the custom ones.
func (d *describedPool) schema() (schema userpool.Schema, err error) {
	if len(d.SchemaAttributes) == 0 {
		return nil, errors.New("SchemaAttributes is missing or empty; it has the pool's attributes")
	}
	seen := map[string]bool{}
	for i, a := range d.SchemaAttributes {
		at := fmt.Sprintf("SchemaAttributes[%d]", i)
		attribute, err := a.attribute(at)
		if err != nil {
			return nil, err
		}
		if seen[a.Name] {
			return nil, fmt.Errorf("%s.Name is %q, which another attribute has", at, a.Name)
		}
		seen[a.Name] = true
		schema = append(schema, attribute)
	}
	standard := userpool.StandardSchema()
	place := func(a userpool.SchemaAttribute) int {
		if i := standard.Index(a.Name); i >= 0 {
			return i
		}
		return len(standard)
	}
	slices.SortStableFunc(schema, func(a, b userpool.SchemaAttribute) int { return place(a) - place(b) })
	next := userpool.FirstCustomNumber
	for i := range schema {
		if schema[i].Custom() {
			schema[i].Number = next
			next++
		}
	}
	return schema, nil
}

// attribute returns one attribute. at is the member that contains it.
func (a *describedAttribute) attribute(at string) (out userpool.SchemaAttribute, err error) {
	out = userpool.SchemaAttribute{
		Name: a.Name, Type: userpool.DataType(a.AttributeDataType), DeveloperOnly: a.DeveloperOnlyAttribute, Mutable: a.Mutable, Required: a.Required,
	}
	if a.Name == "" {
		return out, fmt.Errorf("%s.Name is missing", at)
	}
	switch out.Type {
	case userpool.String:
		out.Bounds, err = a.bounds(at)
	case userpool.Number:
		out.Range, err = a.numbers(at)
	case userpool.DateTime, userpool.Boolean:
	default:
		err = fmt.Errorf("%s.AttributeDataType is %q; it must be String, Number, DateTime or Boolean", at, a.AttributeDataType)
	}
	return out, err
}

// bounds returns the bounds of a String's length.
func (a *describedAttribute) bounds(at string) (*userpool.Bounds, error) {
	low, err := readLength(at, "MinLength", a.StringAttributeConstraints.MinLength)
	if err != nil {
		return nil, err
	}
	high, err := readLength(at, "MaxLength", a.StringAttributeConstraints.MaxLength)
	return &userpool.Bounds{Min: low, Max: high}, err
}

// readLength parses a number of characters, nil for none.
func readLength(at, member, text string) (*int64, error) {
	if text == "" {
		return nil, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return nil, fmt.Errorf("%s.StringAttributeConstraints.%s is %q; it must be a number from 0 on", at, member, text)
	}
	return &n, nil
}

// numbers returns the bounds of a Number's value.
func (a *describedAttribute) numbers(at string) (*userpool.Range, error) {
	low, err := readDecimal(at, "MinValue", a.NumberAttributeConstraints.MinValue)
	if err != nil {
		return nil, err
	}
	high, err := readDecimal(at, "MaxValue", a.NumberAttributeConstraints.MaxValue)
	return &userpool.Range{Min: low, Max: high}, err
}

// readDecimal parses a bound of a range, nil for none.
func readDecimal(at, member, text string) (*userpool.Decimal, error) {
	if text == "" {
		return nil, nil
	}
	n, ok := userpool.ParseDecimal(text)
	if !ok {
		return nil, fmt.Errorf("%s.NumberAttributeConstraints.%s is %q; it must be a decimal number", at, member, text)
	}
	return &n, nil
}
