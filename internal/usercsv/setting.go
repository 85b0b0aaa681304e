package usercsv

import (
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/userpool"
)

// Whether a setting can be changed.
const (
	fixedPool      = "It cannot be changed after the user pool was created."
	fixedAttribute = "It cannot be changed after the attribute was added to the user pool."
	changeable     = "UpdateUserPool can change it."
	changeableMFA  = "SetUserPoolMfaConfig can change it."
)

// setting names the setting of the user pool that would let a row with this problem pass,
// with the names of the API. It says what the setting is, what it would have to be, and
// whether it can be changed. It is "" if there is none. fields are the row's values, nil
// if unknown. The text contains no value of the row.
func (d *Decoder) setting(problem *RowError, fields []string) string {
	switch problem.Code {
	case userpool.CodeUsernameNotAlias:
		return fmt.Sprintf("UsernameAttributes of the user pool is %s; without it a username could be any name. %s",
			strings.Join(d.pool.UsernameAttributes, ", "), fixedPool)
	case CodeUsernameMismatch:
		return fmt.Sprintf("UsernameAttributes of the user pool is %s; without it %s and %s could differ. %s",
			strings.Join(d.pool.UsernameAttributes, ", "), ColumnUsername, problem.Column, fixedPool)
	case userpool.CodeUsernameIsAlias:
		name, what := "email", "an email address"
		if problem.Flaw == userpool.FlawPhone {
			name, what = "phone_number", "a phone number"
		}
		return fmt.Sprintf("AliasAttributes of the user pool has %s; without it a username could be %s. %s", name, what, fixedPool)
	case userpool.CodeAliasExists:
		if slices.Contains(d.pool.AliasAttributes, problem.Column) {
			return fmt.Sprintf("AliasAttributes of the user pool has %s; without it several users could have the same value. %s", problem.Column, fixedPool)
		}
	case CodeNoVerified:
		return d.verifiedSetting(fields)
	case CodeMFA:
		if d.pool.MFA == userpool.MFAOn {
			return "MfaConfiguration of the user pool is ON and would have to be OPTIONAL or OFF. " + changeableMFA
		}
		return "MfaConfiguration of the user pool is OFF and would have to be OPTIONAL or ON. " + changeableMFA
	}
	return d.schemaSetting(problem, fields)
}

// verifiedSetting is for a row with another verified contact than the pool asks for.
func (d *Decoder) verifiedSetting(fields []string) string {
	value := func(column string) string {
		if i := slices.Index(d.header, column); i >= 0 && i < len(fields) {
			return fields[i]
		}
		return ""
	}
	for _, name := range []string{"email", "phone_number"} {
		if !d.pool.AutoVerifies(name) && value(name) != "" && strings.EqualFold(value(name+"_verified"), "true") {
			return fmt.Sprintf("AutoVerifiedAttributes of the user pool is %s; if it also had %s, which is verified in the row, the row would pass. %s",
				strings.Join(d.pool.AutoVerified, ", "), name, changeable)
		}
	}
	return ""
}

// schemaSetting is for a value that the attribute's entry in the schema does not allow.
func (d *Decoder) schemaSetting(problem *RowError, fields []string) string {
	name, value := problem.Column, ""
	if i := slices.Index(d.header, name); i >= 0 && i < len(fields) {
		value = fields[i]
	}
	if name == ColumnUsername {
		name = d.pool.UsernameAttributeOf(value)
	}
	a, ok := d.pool.Schema.Find(name)
	if !ok {
		return ""
	}
	fixed := fixedPool
	if a.Custom() {
		fixed = fixedAttribute
	}
	say := func(what string, is any, want string) string {
		return fmt.Sprintf("%s of %s in the user pool's Schema is %v and would have to be %s. %s", what, name, is, want, fixed)
	}
	switch b, r := a.Bounds, a.Range; problem.Code {
	case userpool.CodeTooLong:
		if b != nil && b.Max != nil && len(value) <= userpool.MaxAttributeValueSize {
			return say("StringAttributeConstraints.MaxLength", *b.Max, "greater")
		}
	case userpool.CodeTooShort:
		if b != nil && b.Min != nil {
			return say("StringAttributeConstraints.MinLength", *b.Min, "smaller")
		}
	case userpool.CodeTooLarge:
		if r != nil && r.Max != nil {
			return say("NumberAttributeConstraints.MaxValue", clip(r.Max.String(), 40), "greater")
		}
	case userpool.CodeTooSmall:
		if r != nil && r.Min != nil {
			return say("NumberAttributeConstraints.MinValue", clip(r.Min.String(), 40), "smaller")
		}
	case userpool.CodeAttributeMissing:
		return say("Required", true, "false")
	case userpool.CodeInvalidNumber, userpool.CodeInvalidBoolean, userpool.CodeInvalidDateTime:
		if a.Custom() {
			return say("AttributeDataType", a.Type, "String")
		}
	}
	return ""
}
