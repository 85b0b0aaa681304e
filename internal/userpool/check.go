package userpool

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Codes of the rules that a user can break. They are stable: result files and scripts may
// rely on them.
const (
	CodeUsernameMissing   = "UsernameMissing"
	CodeUsernameInvalid   = "UsernameInvalid"
	CodeUsernameNotAlias  = "UsernameNotEmailOrPhone"
	CodeUsernameIsAlias   = "UsernameLooksLikeAlias"
	CodeAttributeUnknown  = "AttributeUnknown"
	CodeAttributeMissing  = "AttributeMissing"
	CodeAttributeReadOnly = "AttributeImmutable"
	CodeTooLong           = "ValueTooLong"
	CodeTooShort          = "ValueTooShort"
	CodeTooLarge          = "ValueTooLarge"
	CodeTooSmall          = "ValueTooSmall"
	CodeInvalidEmail      = "InvalidEmail"
	CodeInvalidPhone      = "InvalidPhoneNumber"
	CodeInvalidBirthdate  = "InvalidBirthdate"
	CodeInvalidNumber     = "InvalidNumber"
	CodeInvalidBoolean    = "InvalidBoolean"
	CodeInvalidDateTime   = "InvalidDateTime"
	CodeInvalidCharacter  = "InvalidCharacter"
	CodeVerifiedNoValue   = "VerifiedWithoutValue"
	CodeAliasExists       = "AliasExists"
	CodeUsernameExists    = "UsernameExists"
)

// MaxUsernameLength bounds a username, in characters (API Reference, AdminCreateUser).
const MaxUsernameLength = 128

func invalid(code, attribute, format string, args ...any) *Error {
	return &Error{Kind: InvalidParameter, Code: code, Attribute: attribute, Message: fmt.Sprintf(format, args...)}
}

// nonconforming returns a breach of the schema in Cognito's words.
func nonconforming(code, attribute, reason string) *Error {
	e := invalid(code, attribute, "Attributes did not conform to the schema: %s: %s", attribute, reason)
	e.reason = reason
	return e
}

// CheckNewUser applies every rule of the pool to a new user: the form of the username,
// each attribute against the schema, and the required attributes. It returns an *Error
// for the first broken rule. All breaches of the schema are one error.
//
// loginName is the name that the caller gave the user. In a pool with username attributes
// it must also be the value of one of them.
func (p *UserPool) CheckNewUser(loginName string, a Attributes) error {
	if err := p.CheckUsername(loginName); err != nil {
		return err
	}
	c := conformity{conformityWords: ofNew}
	for i := range a {
		c.add(p.CheckAttribute(a[i]))
	}
	return c.complete(p, a)
}

// CheckUsername applies the rules for usernames. They have 1 to 128 characters, without
// white space or control characters. In a pool with username attributes they are an email
// address or phone number. If these are aliases, a username must not look like one
// (Developer Guide, customizing sign-in attributes).
func (p *UserPool) CheckUsername(name string) error {
	switch {
	case name == "":
		return invalid(CodeUsernameMissing, "username", "The username is missing.")
	case utf8.RuneCountInString(name) > MaxUsernameLength:
		return invalid(CodeUsernameInvalid, "username", "The username is longer than %d characters.", MaxUsernameLength).with(FlawTooLong)
	case strings.ContainsFunc(name, notPrinted):
		return invalid(CodeUsernameInvalid, "username", "The username contains a space, a tab or another character that is not allowed.").with(FlawCharacter)
	}
	if p.UsesUsernameAttributes() {
		return p.checkUsernameAttribute(name)
	}
	for _, alias := range p.AliasAttributes {
		switch {
		case alias == "email" && ValidEmail(name):
			return invalid(CodeUsernameIsAlias, "username",
				"Username cannot be of email format, since user pool is configured for email alias.").with(FlawEmail)
		case alias == "phone_number" && ValidPhone(name):
			return invalid(CodeUsernameIsAlias, "username",
				"Username cannot be of phone number format, since user pool is configured for phone number alias.").with(FlawPhone)
		}
	}
	return nil
}

// notPrinted reports whether [\p{L}\p{M}\p{S}\p{N}\p{P}] excludes a character.
func notPrinted(r rune) bool {
	if r < utf8.RuneSelf {
		return r <= ' ' || r == 0x7f
	}
	return !unicode.In(r, unicode.L, unicode.M, unicode.S, unicode.N, unicode.P)
}

func (p *UserPool) checkUsernameAttribute(name string) error {
	if p.UsernameAttributeOf(name) != "" {
		return nil
	}
	want, flaw := "Username should be either an email or a phone number.", Flaw("")
	if len(p.UsernameAttributes) == 1 {
		want, flaw = "Username should be an email.", FlawEmail
		if p.UsernameAttributes[0] == "phone_number" {
			want, flaw = "Username should be a phone number.", FlawPhone
		}
	}
	return invalid(CodeUsernameNotAlias, "username", "%s", want).with(flaw)
}

// UsernameAttributeOf returns the username attribute of the pool whose form the name has,
// "" for none.
func (p *UserPool) UsernameAttributeOf(name string) string {
	for _, attribute := range p.UsernameAttributes {
		if attribute == "email" && ValidEmail(name) || attribute == "phone_number" && ValidPhone(name) {
			return attribute
		}
	}
	return ""
}

// CheckRequired returns an *Error for the first required attribute that the user lacks.
func (p *UserPool) CheckRequired(a Attributes) (first error) {
	p.EachMissing(a, func(err error) bool {
		first = err
		return false
	})
	return first
}

// EachMissing calls tell with an *Error for each required attribute that the user lacks,
// and for each verified contact that is missing. The order is that of the rules. It stops
// when tell returns false.
func (p *UserPool) EachMissing(a Attributes, tell func(error) (goOn bool)) {
	for i := range p.Schema {
		if !p.Schema[i].Required { // checked here, it saves a call for each attribute of a row
			continue
		}
		if err := p.Schema[i].checkPresent(a); err != nil && !tell(err) {
			return
		}
	}
	for _, name := range contacts {
		if err := checkVerified(a, name); err != nil && !tell(err) {
			return
		}
	}
}

// checkPresent returns an *Error if the attribute is required and missing.
func (a *SchemaAttribute) checkPresent(of Attributes) error {
	if a.Required && a.Name != "sub" && of.Get(a.Name) == "" {
		return nonconforming(CodeAttributeMissing, a.Name, "The attribute is required")
	}
	return nil
}

// contacts are the attributes that can be verified.
var contacts = [...]string{"email", "phone_number"}

// checkVerified returns an *Error if a contact is verified and missing.
func checkVerified(a Attributes, name string) error {
	if a.Get(name+"_verified") == "true" && a.Get(name) == "" {
		return invalid(CodeVerifiedNoValue, name, "%s is required when %s_verified is true.", name, name)
	}
	return nil
}

// CheckAttribute applies the schema to one value: the attribute must be declared there,
// and the value must have its type, form and length. The empty value always passes,
// because it means "none".
func (p *UserPool) CheckAttribute(a Attribute) error {
	s, ok := p.Schema.Find(a.Name)
	if !ok {
		return nonconforming(CodeAttributeUnknown, a.Name, "Attribute does not exist in the schema.")
	}
	return s.CheckValue(a.Value)
}

// CheckValue applies the attribute's type, form and bounds to a value.
func (a *SchemaAttribute) CheckValue(v string) error {
	if v == "" {
		return nil
	}
	if len(v) > MaxAttributeValueSize {
		return nonconforming(CodeTooLong, a.Name, fmt.Sprintf("The value is longer than %d bytes", MaxAttributeValueSize))
	}
	if strings.IndexByte(v, 0) >= 0 {
		return nonconforming(CodeInvalidCharacter, a.Name, "The value contains a NUL character")
	}
	switch a.Type {
	case Number:
		return a.checkNumber(v)
	case Boolean:
		if v != "true" && v != "false" {
			return nonconforming(CodeInvalidBoolean, a.Name, "The value must be true or false")
		}
		return nil
	case DateTime:
		return a.checkDateTime(v)
	}
	if err := a.checkLength(v); err != nil {
		return err
	}
	return a.checkForm(v)
}

func (a *SchemaAttribute) checkNumber(v string) error {
	n, ok := ParseDecimal(v)
	if !ok {
		return nonconforming(CodeInvalidNumber, a.Name, "The value must be a decimal number from -2^1023 to 2^1023")
	}
	if r := a.Range; r != nil {
		if r.Min != nil && n.Compare(*r.Min) < 0 {
			return nonconforming(CodeTooSmall, a.Name, "The value must not be less than "+r.Min.shown("MinValue"))
		}
		if r.Max != nil && n.Compare(*r.Max) > 0 {
			return nonconforming(CodeTooLarge, a.Name, "The value must not be greater than "+r.Max.shown("MaxValue"))
		}
	}
	return nil
}

func (a *SchemaAttribute) checkDateTime(v string) error {
	for _, layout := range []string{time.RFC3339, time.DateOnly, time.DateTime} {
		if _, err := time.Parse(layout, v); err == nil {
			return nil
		}
	}
	if _, ok := ParseDecimal(v); ok { // seconds since 1970
		return nil
	}
	return nonconforming(CodeInvalidDateTime, a.Name, "The value must be a date and time such as 2026-11-21T10:00:00Z")
}

func (a *SchemaAttribute) checkLength(v string) error {
	b := a.Bounds
	if b == nil {
		return nil
	}
	n := int64(len(v))
	if b.Max != nil && n > *b.Max || b.Min != nil && *b.Min > 0 {
		n = int64(utf8.RuneCountInString(v))
	}
	if b.Min != nil && n < *b.Min {
		return nonconforming(CodeTooShort, a.Name, fmt.Sprintf("String must be no shorter than %d characters", *b.Min))
	}
	if b.Max != nil && n > *b.Max {
		return nonconforming(CodeTooLong, a.Name, fmt.Sprintf("String must be no longer than %d characters", *b.Max))
	}
	return nil
}

func (a *SchemaAttribute) checkForm(v string) error {
	switch {
	case a.Name == "email":
		if flaw := emailFlaw(v); flaw != "" {
			return invalid(CodeInvalidEmail, a.Name, "Invalid email address format.").with(flaw)
		}
	case a.Name == "phone_number":
		if flaw := phoneFlaw(v); flaw != "" {
			return invalid(CodeInvalidPhone, a.Name, "Invalid phone number format.").with(flaw)
		}
	case a.Name == "birthdate":
		if _, err := time.Parse(time.DateOnly, v); err != nil {
			return invalid(CodeInvalidBirthdate, a.Name, "Invalid birthdate format, please use YYYY-MM-DD.")
		}
	}
	return nil
}
