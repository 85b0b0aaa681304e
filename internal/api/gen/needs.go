package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
)

// needsFile says what every operation needs of IAM: by services, whose names
// are those of their actions, and by operations. need tells what an entry may
// hold, resourceKinds what kinds of resources there are.
//
//go:embed needs.json
var needsFile []byte

// ownService is the name that our own operations have in actions.
const ownService = "poolhouse"

// need is what one operation needs of IAM.
type need struct {
	Unsigned   bool   // its calls are not signed: it needs nothing of IAM, and its entry holds nothing else
	Action     string // in the place of the operation's own; "" for its own
	Resource   *resource
	Further    []further
	Conditions once[string] // members by the condition keys that they give
	Tags       string       // the member that gives tags
	TagKeys    string       // the member that holds the keys of tags that are taken away
}

// resource is a kind of resource, and the members that name it.
type resource struct {
	Kind                                    string
	Name, Identifier, Stream, NewName, Path string
}

// further is an action that an operation needs besides its own.
type further struct {
	Action   string
	Resource *resource // nil for the operation's own
	PassedTo string
	IfTags   bool
}

// resourceKind says what a kind is called in package apineeds, and which members
// an entry of it has.
type resourceKind struct {
	constant string
	must     []string // these
	may      []string // and these, or not
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

// once is a JSON object in which nothing is said twice.
type once[T any] map[string]T

// UnmarshalJSON refuses an object that has two members of one name, of which
// encoding/json would take the last.
func (o *once[T]) UnmarshalJSON(data []byte) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return errors.Join(errors.New("there must be an object"), err)
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

// needsOf returns what the operations of a service need, by their names.
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
