package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
)

// needsFile says what every operation needs of IAM. It is indexed by service, named as in
// actions, and by operation. need describes an entry, resourceKinds the kinds of resources.
//
//go:embed needs.json
var needsFile []byte

// ownService is the service in the actions of our own operations.
const ownService = "poolhouse"

// need is what one operation needs of IAM.
type need struct {
	Unsigned   bool   // its calls are unsigned: it needs nothing of IAM, and its entry has nothing else
	Action     string // instead of the operation's own; "" for its own
	Resource   *resource
	Further    []further
	Conditions once[string] // members by condition key
	Tags       string       // the member that sets tags
	TagKeys    string       // the member with the keys of tags to remove
}

// resource is a kind of resource, with the members that name it.
type resource struct {
	Kind                                    string
	Name, Identifier, Stream, NewName, Path string
}

// further is another action that an operation needs.
type further struct {
	Action   string
	Resource *resource // nil for the operation's own
	PassedTo string
	IfTags   bool
}

// resourceKind is a kind's constant in package apineeds, with the members of its entries.
type resourceKind struct {
	constant string
	must     []string // required
	may      []string // optional
}

var resourceKinds = map[string]resourceKind{
	"nothing":        {constant: "Nothing"},
	"*":              {constant: "Any"},
	"log-groups":     {constant: "LogGroups"},
	"user-pool":      {constant: "UserPool", must: []string{"Name"}},
	"arn":            {constant: "ARN", must: []string{"Name"}},
	"log-group":      {constant: "LogGroup", must: []string{"Name"}, may: []string{"Identifier", "Stream"}},
	"user":           {constant: "User", must: []string{"Name"}},
	"user-or-caller": {constant: "UserOrCaller", must: []string{"Name"}},
	"new-user":       {constant: "NewUser", must: []string{"Name", "Path"}},
	"moved-user":     {constant: "MovedUser", must: []string{"Name", "NewName", "Path"}},
	"role":           {constant: "Role", must: []string{"Name"}},
	"new-role":       {constant: "NewRole", must: []string{"Name", "Path"}},
	"role-arn":       {constant: "RoleARN", must: []string{"Name"}},
	"trusting-role":  {constant: "TrustingRole", must: []string{"Name"}},
	"policy":         {constant: "Policy", must: []string{"Name"}},
	"new-policy":     {constant: "NewPolicy", must: []string{"Name", "Path"}},
	"users":          {constant: "Users", may: []string{"Path"}},
	"roles":          {constant: "Roles", may: []string{"Path"}},
	"policies":       {constant: "Policies", may: []string{"Path"}},
	"mfa-devices":    {constant: "MFADevices"},
	"access-key":     {constant: "AccessKey", must: []string{"Name"}},
}

// part is a member of a resource.
type part struct{ name, member string }

// parts returns the members of a resource, in order.
func (r *resource) parts() (list []part) {
	for _, p := range []part{{"Name", r.Name}, {"Identifier", r.Identifier}, {"Stream", r.Stream}, {"NewName", r.NewName}, {"Path", r.Path}} {
		if p.member != "" {
			list = append(list, p)
		}
	}
	return list
}

// once is a JSON object without duplicate names.
type once[T any] map[string]T

// UnmarshalJSON refuses an object with two members of one name. encoding/json would take the
// last one.
func (o *once[T]) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return errors.Join(errors.New("it is not an object"), err)
	}
	*o = once[T]{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		var value T
		if err := d.Decode(&value); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if _, twice := (*o)[name.(string)]; twice {
			return fmt.Errorf("%s is there twice", name)
		}
		(*o)[name.(string)] = value
	}
	return nil
}

// needsOf returns the needs of a service's operations, by operation.
func needsOf(file []byte, service string) (map[string]need, error) {
	var all once[once[need]]
	if err := json.Unmarshal(file, &all); err != nil {
		return nil, fmt.Errorf("needs.json: %w", err)
	}
	if service == "" {
		service = ownService
	}
	return all[service], nil
}
