package console

import (
	"slices"
	"strconv"
	"strings"

	cognitoapi "poolhouse/internal/api/cognito"
)

// fileColumn describes a column of a pool's import file: its meaning, the form of its
// values, and an example.
type fileColumn struct {
	Name, Means, Form, Example string
	Required                   bool
}

// The columns that are not attributes.
const (
	columnUsername = "cognito:username"
	columnMFA      = "cognito:mfa_enabled"
	columnHash     = "password_hash"
)

// described explains the columns of standard attributes (OpenID Connect Core 1.0, section
// 5.1): their meaning, the form of their values if not every text is allowed, and an
// example.
var described = map[string]fileColumn{
	"name":                  {Means: "The whole name, as it is shown", Example: "Ada Lovelace"},
	"given_name":            {Means: "The first name", Example: "Ada"},
	"family_name":           {Means: "The last name", Example: "Lovelace"},
	"middle_name":           {Means: "The names between"},
	"nickname":              {Means: "A casual name"},
	"preferred_username":    {Means: "The name that the user wants to be called"},
	"profile":               {Means: "The address of a page about the user", Form: "A URL"},
	"picture":               {Means: "The address of a picture of the user", Form: "A URL"},
	"website":               {Means: "The address of the user's own site", Form: "A URL"},
	"email":                 {Means: "The email address", Form: "An address such as ada@example.com", Example: "ada@example.com"},
	"email_verified":        {Means: "Whether the email address is known to be the user's", Form: "true or false", Example: "true"},
	"gender":                {Means: "The gender"},
	"birthdate":             {Means: "The date of birth", Form: "mm/dd/yyyy or yyyy-mm-dd", Example: "12/10/1990"},
	"zoneinfo":              {Means: "The time zone", Form: "A name such as Europe/London", Example: "Europe/London"},
	"locale":                {Means: "The language and the country", Form: "A tag such as en-GB", Example: "en-GB"},
	"phone_number":          {Means: "The phone number", Form: "+, the country's code and digits", Example: "+442079460123"},
	"phone_number_verified": {Means: "Whether the phone number is known to be the user's", Form: "true or false", Example: "true"},
	"address":               {Means: "The postal address; write a comma in it as \\,", Example: `12 St James's Square\, London`},
	"updated_at":            {Means: "When the user was last changed", Form: "Seconds since 1970", Example: "1700000000"},

	columnMFA:      {Means: "Whether the user has a second factor", Form: "true or false", Example: "false"},
	columnUsername: {Means: "The user's name", Form: "1 to 128 characters without spaces", Example: "ada"},
	columnHash:     {Means: "A hash of the user's password, in a job with a password hashing algorithm", Form: "As the algorithm writes it"},
}

// columnsOf returns the columns of a pool's import file, in the order of its header.
func columnsOf(p *cognitoapi.UserPoolType, header []string) (all []fileColumn) {
	for _, name := range header {
		c, ok := described[name]
		c.Name = name
		i := slices.IndexFunc(p.SchemaAttributes, func(a cognitoapi.SchemaAttributeType) bool { return a.Name == name })
		if i >= 0 {
			a := &p.SchemaAttributes[i]
			c.Required = isTrue(a.Required)
			if !ok {
				c.Means, c.Form, c.Example = "A custom attribute", formOf(a), exampleOf(a)
			}
		}
		all = append(all, c)
	}
	for i := range all {
		all[i].ofPool(p)
	}
	return all
}

// ofPool adapts a column's description to the pool's settings.
func (c *fileColumn) ofPool(p *cognitoapi.UserPoolType) {
	switch c.Name {
	case columnUsername:
		c.Required = true
		c.ofSignIn(p)
	case columnMFA:
		if p.MfaConfiguration == cognitoapi.UserPoolMfaTypeOn {
			c.Means, c.Form, c.Example = "Every user has a second factor", "true", "true"
		}
	}
	for _, verified := range p.AutoVerifiedAttributes {
		if c.Name == string(verified)+"_verified" {
			c.Required = true
			c.Means += ". " + mustVerify(len(p.AutoVerifiedAttributes))
		}
	}
}

// mustVerify says what a row must have for the attributes that the pool verifies
// automatically. attributes is their number.
func mustVerify(attributes int) string {
	if attributes > 1 {
		return "One of the two must be true"
	}
	return "It must be true"
}

// ofSignIn describes the username of a pool whose users sign in with an email address or a
// phone number.
func (c *fileColumn) ofSignIn(p *cognitoapi.UserPoolType) {
	if len(p.UsernameAttributes) == 0 {
		return
	}
	names := map[cognitoapi.UsernameAttributeType]string{
		cognitoapi.UsernameAttributeTypeEmail: "email address", cognitoapi.UsernameAttributeTypePhoneNumber: "phone number",
	}
	var forms []string
	for _, a := range p.UsernameAttributes {
		forms = append(forms, names[a])
	}
	c.Means, c.Form = "What the user signs in with", "The "+strings.Join(forms, " or the ")
	c.Example = described[string(p.UsernameAttributes[0])].Example
}

// formOf describes the values of a custom attribute.
func formOf(a *cognitoapi.SchemaAttributeType) string {
	bounds := rowsOf([]cognitoapi.SchemaAttributeType{*a})[0].Bounds
	switch a.AttributeDataType {
	case cognitoapi.AttributeDataTypeNumber:
		return strings.TrimSpace("A number " + strings.TrimPrefix(" "+bounds, " "))
	case cognitoapi.AttributeDataTypeBoolean:
		return "true or false"
	case cognitoapi.AttributeDataTypeDateTime:
		return "A time"
	}
	if bounds == "" {
		return "Any text"
	}
	return "A text of " + bounds
}

// exampleOf returns a valid value of a custom attribute, "" if none is known.
func exampleOf(a *cognitoapi.SchemaAttributeType) string {
	switch a.AttributeDataType {
	case cognitoapi.AttributeDataTypeNumber:
		if n := a.NumberAttributeConstraints; n != nil && n.MinValue != "" {
			return n.MinValue
		}
		if n := a.NumberAttributeConstraints; n != nil && n.MaxValue != "" {
			return n.MaxValue
		}
		return "1"
	case cognitoapi.AttributeDataTypeString:
		return exampleText(a.StringAttributeConstraints)
	case cognitoapi.AttributeDataTypeBoolean:
		return "true"
	}
	return ""
}

// exampleText returns a text of an allowed length.
func exampleText(bounds *cognitoapi.StringAttributeConstraintsType) string {
	const text, longest = "example", 2048
	if bounds == nil {
		return text
	}
	least, _ := strconv.Atoi(bounds.MinLength) // "" means no bound
	most, err := strconv.Atoi(bounds.MaxLength)
	if err != nil {
		most = longest
	}
	example := text
	for len(example) < min(least, longest) {
		example += text
	}
	return example[:min(len(example), max(most, 0))]
}
