package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
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
	Unsigned   bool // nobody signs it: it needs nothing of IAM, and its entry holds nothing else
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

// checkNeeds makes sure that every operation says what it needs, in members
// that its input has.
func (m *model) checkNeeds() error {
	var problems []error
	for _, name := range slices.Sorted(maps.Keys(m.Operations)) {
		n, ok := m.Needs[name]
		if !ok {
			problems = append(problems, fmt.Errorf("%s has no entry in needs.json, which says what an operation needs of IAM", name))
			continue
		}
		if err := m.checkNeed(m.Operations[name], n); err != nil {
			problems = append(problems, fmt.Errorf("the entry of %s in needs.json: %w", name, err))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Needs)) {
		if _, ok := m.Operations[name]; !ok {
			problems = append(problems, fmt.Errorf("needs.json has an entry of %s, which is no operation here", name))
		}
	}
	return errors.Join(problems...)
}

func (m *model) checkNeed(op operation, n need) error {
	if signed := op.AuthType != "none"; signed == n.Unsigned {
		return fmt.Errorf("unsigned is %v, but the model says %v", n.Unsigned, !signed)
	}
	if n.Unsigned {
		if n.Resource != nil || n.Further != nil || n.Conditions != nil || n.Tags+n.TagKeys != "" {
			return errors.New("it is unsigned and needs something")
		}
		return nil
	}
	if n.Resource == nil {
		return errors.New("it has no resource; one that is about none in particular has the kind *")
	}
	return errors.Join(m.checkResource(op, n.Resource), m.checkFurther(op, n), m.checkConditions(op, n), m.checkTags(op, n), m.checkForgotten(op, n))
}

func (m *model) checkResource(op operation, r *resource) error {
	kind, ok := resourceKinds[r.Kind]
	if !ok {
		return fmt.Errorf("the kind %q is none of %s", r.Kind, strings.Join(slices.Sorted(maps.Keys(resourceKinds)), ", "))
	}
	var has []string
	for _, p := range r.parts() {
		if !slices.Contains(kind.must, p.name) && !slices.Contains(kind.may, p.name) {
			return fmt.Errorf("the kind %s has no %s", r.Kind, p.name)
		}
		if err := m.checkText(op, p.member); err != nil {
			return err
		}
		has = append(has, p.name)
	}
	for _, name := range kind.must {
		if !slices.Contains(has, name) {
			return fmt.Errorf("the kind %s must have a %s", r.Kind, name)
		}
	}
	return nil
}

func (m *model) checkFurther(op operation, n need) error {
	for _, f := range n.Further {
		if service, action, ok := strings.Cut(f.Action, ":"); !ok || service == "" || action == "" {
			return fmt.Errorf("the action %q is not like iam:PassRole", f.Action)
		}
		if f.IfTags && n.Tags == "" {
			return fmt.Errorf("%s is needed if there are tags, but no member gives tags", f.Action)
		}
		if f.Resource == nil {
			continue
		}
		if err := m.checkResource(op, f.Resource); err != nil {
			return fmt.Errorf("%s: %w", f.Action, err)
		}
	}
	return nil
}

func (m *model) checkConditions(op operation, n need) error {
	for _, key := range slices.Sorted(maps.Keys(n.Conditions)) {
		if err := m.checkText(op, n.Conditions[key]); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
	}
	return nil
}

// checkTags makes sure that tags can be read as such.
func (m *model) checkTags(op operation, n need) error {
	if n.Tags != "" {
		s := m.memberOf(op, n.Tags)
		if !m.tagMap(s) && !m.tagList(s) {
			return fmt.Errorf("tags: %s of the input is neither a map of texts nor a list of structures with Key and Value", n.Tags)
		}
	}
	if n.TagKeys != "" {
		if s := m.memberOf(op, n.TagKeys); s.Type != "list" || !m.text(s.Member.Shape) {
			return fmt.Errorf("tagKeys: %s of the input is no list of texts", n.TagKeys)
		}
	}
	return nil
}

func (m *model) tagMap(s shape) bool { return s.Type == "map" && m.text(s.Value.Shape) }

func (m *model) tagList(s shape) bool {
	tag := m.Shapes[s.Member.Shape]
	return s.Type == "list" && tag.Type == "structure" && m.text(tag.Members.of("Key")) && m.text(tag.Members.of("Value"))
}

// checkForgotten finds members that an entry should have named: those that
// name the resource, or give tags, of other operations of the API.
func (m *model) checkForgotten(op operation, n need) error {
	names, tags := map[string]bool{}, map[string]bool{}
	for _, other := range m.Needs {
		if other.Resource != nil {
			names[other.Resource.Name] = true
		}
		tags[other.Tags], tags[other.TagKeys] = true, true
	}
	for _, member := range m.Shapes[op.Input.Shape].Members {
		if names[member.Name] && len(n.Resource.parts()) == 0 {
			return fmt.Errorf("the kind is %s, but %s names the resource of other operations", n.Resource.Kind, member.Name)
		}
		if tags[member.Name] && n.Tags != member.Name && n.TagKeys != member.Name {
			return fmt.Errorf("%s gives tags in other operations, or takes them away", member.Name)
		}
	}
	return nil
}

func (m *model) checkText(op operation, member string) error {
	name := m.Shapes[op.Input.Shape].Members.of(member)
	if name == "" {
		return fmt.Errorf("the input has no %s", member)
	}
	if !m.text(name) {
		return fmt.Errorf("%s of the input is no text", member)
	}
	return nil
}

// text tells whether a shape is a string in Go.
func (m *model) text(name string) bool {
	s := m.Shapes[name]
	return s.Type == "string" && len(s.Enum) == 0
}

// memberOf returns the shape of a member of an operation's input, the zero
// shape if it has none of that name.
func (m *model) memberOf(op operation, member string) shape {
	return m.Shapes[m.Shapes[op.Input.Shape].Members.of(member)]
}

// of returns the name of a member's shape, "" for no member.
func (m members) of(name string) string {
	for _, each := range m {
		if each.Name == name {
			return each.Shape
		}
	}
	return ""
}
