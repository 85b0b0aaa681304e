package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// checkNeeds demands an entry for every operation, with members that the operation's input has.
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
		if n.Resource != nil || n.Further != nil || n.Conditions != nil || n.Action+n.Tags+n.TagKeys != "" {
			return errors.New("it is unsigned and needs something")
		}
		return nil
	}
	if n.Resource == nil {
		return errors.New("it has no resource; one that is about none in particular has the kind *")
	}
	if n.Action != "" {
		if err := checkAction(n.Action); err != nil {
			return err
		}
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

// checkAction checks the form of an action.
func checkAction(name string) error {
	if service, action, ok := strings.Cut(name, ":"); !ok || service == "" || action == "" {
		return fmt.Errorf("the action %q is not like iam:PassRole", name)
	}
	return nil
}

func (m *model) checkFurther(op operation, n need) error {
	for _, f := range n.Further {
		if err := checkAction(f.Action); err != nil {
			return err
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

// checkTags demands that the members for tags have a form with tags.
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

// checkForgotten finds members that an entry should name: members that name the resource, or
// set tags, in other operations of the API.
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

// text reports whether a shape is a string in Go.
func (m *model) text(name string) bool {
	s := m.Shapes[name]
	return s.Type == "string" && len(s.Enum) == 0
}

// memberOf returns the shape of an input member of an operation, the zero shape if there is
// none.
func (m *model) memberOf(op operation, member string) shape {
	return m.Shapes[m.Shapes[op.Input.Shape].Members.of(member)]
}

// of returns the shape of a member, "" if there is none.
func (m members) of(name string) string {
	for _, each := range m {
		if each.Name == name {
			return each.Shape
		}
	}
	return ""
}
