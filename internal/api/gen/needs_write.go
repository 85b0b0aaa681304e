package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// needs writes the needs of the signed operations, with a function for each member that is
// read.
func (g *generator) needs() []byte {
	b := g.begin("poolhouse/internal/apineeds")
	b.WriteString("// What the operations need of IAM, from needs.json.\nvar (\n")
	for _, name := range slices.Sorted(maps.Keys(g.Needs)) {
		if n := g.Needs[name]; !n.Unsigned {
			fmt.Fprintf(b, "\t%s = apineeds.Operation{%s}\n", needsVar(name), strings.Join(g.needFields(g.Operations[name], n), ", "))
		}
	}
	b.WriteString(")\n")
	return b.Bytes()
}

func needsVar(operation string) string { return "needs" + operation }

// needsField returns an operation's field in the table, "" for an unsigned operation.
func (g *generator) needsField(op operation) string {
	if g.Needs[op.Name].Unsigned {
		return ""
	}
	return ", Needs: &" + needsVar(op.Name)
}

func (g *generator) needFields(op operation, n need) (fields []string) {
	add := func(format string, args ...any) { fields = append(fields, fmt.Sprintf(format, args...)) }
	if op.Input.Shape != "" {
		add("Input: func() any { return new(%s) }", exported(op.Input.Shape))
	}
	if n.Action != "" {
		add("Action: %q", n.Action)
	}
	add("Resource: %s", resourceLiteral(op, n.Resource))
	if len(n.Further) > 0 {
		var list strings.Builder
		for _, f := range n.Further {
			list.WriteString("{" + strings.Join(furtherFields(op, f), ", ") + "},\n")
		}
		add("Further: []apineeds.Further{\n%s}", list.String())
	}
	if len(n.Conditions) > 0 {
		var list strings.Builder
		for _, key := range slices.Sorted(maps.Keys(n.Conditions)) {
			fmt.Fprintf(&list, "{Key: %q, Value: %s},\n", key, textLiteral(op, n.Conditions[key]))
		}
		add("Conditions: []apineeds.Condition{\n%s}", list.String())
	}
	if n.Tags != "" {
		add("Tags: %s", g.tagsLiteral(op, n.Tags))
	}
	if n.TagKeys != "" {
		add("TagKeys: apineeds.TagKeysOf(%q, func(in *%s) []string { return in.%s })", n.TagKeys, exported(op.Input.Shape), exported(n.TagKeys))
	}
	return fields
}

func furtherFields(op operation, f further) []string {
	fields := []string{fmt.Sprintf("Action: %q", f.Action)}
	if f.Resource != nil {
		fields = append(fields, "Resource: "+resourceLiteral(op, f.Resource))
	}
	if f.PassedTo != "" {
		fields = append(fields, fmt.Sprintf("PassedTo: %q", f.PassedTo))
	}
	if f.IfTags {
		fields = append(fields, "IfTags: true")
	}
	return fields
}

func resourceLiteral(op operation, r *resource) string {
	fields := []string{"Kind: apineeds." + resourceKinds[r.Kind].constant}
	for _, p := range r.parts() {
		fields = append(fields, "\n"+p.name+": "+textLiteral(op, p.member))
	}
	if len(fields) > 1 {
		fields = append(fields, "\n")
	}
	return "apineeds.Resource{" + strings.Join(fields, ",") + "}"
}

func textLiteral(op operation, member string) string {
	return fmt.Sprintf("apineeds.TextOf(%q, func(in *%s) string { return in.%s })", member, exported(op.Input.Shape), exported(member))
}

func (g *generator) tagsLiteral(op operation, member string) string {
	in, field := exported(op.Input.Shape), exported(member)
	if g.tagMap(g.memberOf(op, member)) {
		return fmt.Sprintf("apineeds.TagsOf(%q, func(in *%s) map[string]string { return in.%s })", member, in, field)
	}
	return fmt.Sprintf("apineeds.TagsOf(%q, func(in *%s) map[string]string {\ntags := map[string]string{}\n"+
		"for _, tag := range in.%s {\ntags[tag.Key] = tag.Value\n}\nreturn tags\n})", member, in, field)
}
