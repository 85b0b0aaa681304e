package e2e

import (
	"fmt"
	"math/rand/v2"
	"slices"
)

// drawnPool is a user pool with random settings, and what files for it have.
type drawnPool struct {
	in        object   // input of CreateUserPool
	algorithm string   // algorithm of the jobs' password hashes, "" for none
	columns   []string // columns that a file may have
	needed    []string // columns without which the whole file is refused
	byEmail   bool     // usernames are email addresses, or
	byPhone   bool     // phone numbers
	required  []string
}

// some returns a part of a list, not empty, in the list's order.
func some(r *rand.Rand, all ...string) (part []string) {
	for len(part) == 0 {
		for _, one := range all {
			if r.IntN(2) == 0 {
				part = append(part, one)
			}
		}
	}
	return part
}

func pick[T any](r *rand.Rand, all ...T) T { return all[r.IntN(len(all))] }

// drawPool returns random settings of a pool that accepts imports.
func drawPool(r *rand.Rand) drawnPool {
	verified := some(r, "email", "phone_number")
	p := drawnPool{in: object{"PoolName": "drawn", "AutoVerifiedAttributes": verified}}
	switch r.IntN(3) {
	case 1:
		p.in["AliasAttributes"] = some(r, "email", "phone_number", "preferred_username")
	case 2:
		names := some(r, "email", "phone_number")
		p.in["UsernameAttributes"] = names
		p.byEmail, p.byPhone = slices.Contains(names, "email"), slices.Contains(names, "phone_number")
	}
	if r.IntN(3) > 0 {
		p.in["UsernameConfiguration"] = object{"CaseSensitive": r.IntN(2) == 0}
	}
	p.in["MfaConfiguration"] = pick(r, "OFF", "OPTIONAL", "ON")
	p.algorithm = pick(r, "", "", "BCRYPT", "SCRYPT", "ARGON2ID", "PBKDF2_SHA256")
	p.drawSchema(r)
	p.needed = append(p.needed, "cognito:username", verified[r.IntN(len(verified))]+"_verified")
	p.columns = append(p.columns, "email", "email_verified", "phone_number", "phone_number_verified", "name", "preferred_username",
		"birthdate", "updated_at", "locale", "cognito:mfa_enabled", "poolhouse:external_id")
	if p.algorithm != "" {
		p.needed = append(p.needed, "password_hash")
	}
	return p
}

// drawSchema chooses the required attributes, the bounds of a standard attribute, and
// custom attributes of every type.
func (p *drawnPool) drawSchema(r *rand.Rand) {
	var schema []object
	for _, name := range []string{"given_name", "birthdate", "email", "phone_number"} {
		if r.IntN(5) == 0 {
			schema = append(schema, object{"Name": name, "Required": true, "Mutable": true})
			p.required = append(p.required, name)
			if !(name == "email" && p.byEmail || name == "phone_number" && p.byPhone) {
				p.needed = append(p.needed, name)
			}
		}
	}
	schema = append(schema, object{"Name": "nickname", "Mutable": true,
		"StringAttributeConstraints": object{"MinLength": "2", "MaxLength": fmt.Sprint(10 + r.IntN(20))}})
	p.columns = append(p.columns, "nickname", "given_name")
	for _, own := range []struct {
		name string
		in   object
	}{
		{"level", object{"AttributeDataType": "Number", "NumberAttributeConstraints": object{"MinValue": "1", "MaxValue": "100"}}},
		{"code", object{"AttributeDataType": "String", "StringAttributeConstraints": object{"MinLength": "3", "MaxLength": "8"}}},
		{"member", object{"AttributeDataType": "Boolean"}},
		{"since", object{"AttributeDataType": "DateTime"}},
	} {
		if r.IntN(3) == 0 {
			continue
		}
		own.in["Name"], own.in["Mutable"] = own.name, true
		column := "custom:" + own.name
		if r.IntN(4) == 0 {
			own.in["DeveloperOnlyAttribute"], column = true, "dev:"+column
		}
		schema, p.columns = append(schema, own.in), append(p.columns, column)
	}
	p.in["Schema"] = schema
}

// header returns the columns of a file in random order.
func (p *drawnPool) header(r *rand.Rand) (columns []string) {
	columns = slices.Clone(p.needed)
	for _, name := range p.columns {
		if r.IntN(4) > 0 && !slices.Contains(columns, name) {
			columns = append(columns, name)
		}
	}
	for _, name := range []string{"email", "phone_number"} { // otherwise each row would lack the address of its flag
		if slices.Contains(columns, name+"_verified") && !slices.Contains(columns, name) && !p.byEmail && !p.byPhone {
			columns = append(columns, name)
		}
	}
	r.Shuffle(len(columns), func(i, j int) { columns[i], columns[j] = columns[j], columns[i] })
	return columns
}
