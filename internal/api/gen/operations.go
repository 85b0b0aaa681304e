package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// operations writes a variable for each operation and the list of them all.
func (g *generator) operations() []byte {
	b := g.begin("poolhouse/internal/apicore")
	g.api(b)
	b.WriteString("// The operations of the model.\nvar (\n")
	list := slices.Sorted(maps.Keys(g.Operations))
	for _, name := range list {
		g.operation(b, g.Operations[name])
	}
	g.lists(b, list)
	return b.Bytes()
}

// lists ends the declaration of the operations. It writes the functions that return the
// declared operations, and the names of the others.
func (g *generator) lists(b *bytes.Buffer, names []string) {
	b.WriteString(")\n\n// Operations returns every operation of the model, in alphabetical order.\n" +
		"func Operations() []apicore.OperationInfo {\n\treturn []apicore.OperationInfo{\n")
	for _, name := range names {
		fmt.Fprintf(b, "\t\t%s.OperationInfo,\n", name)
	}
	b.WriteString("\t}\n}\n")
	g.others(b)
}

// others writes a function that returns the undeclared operations, by name only.
func (g *generator) others(b *bytes.Buffer) {
	if len(g.Others) == 0 {
		return
	}
	b.WriteString("\n// Others returns the other operations of the API, by their names only, in alphabetical order.\n" +
		"func Others() []apicore.OperationInfo {\n\treturn []apicore.OperationInfo{\n")
	for _, op := range g.Others {
		fmt.Fprintf(b, "\t\t{API: &API, Name: %q, Signed: %v},\n", op.Name, op.AuthType != "none")
	}
	b.WriteString("\t}\n}\n")
}

func (g *generator) operation(b *bytes.Buffer, op operation) {
	out, answer := "apicore.Empty", ""
	if op.Output != nil {
		out, answer = op.Output.Shape, ", Output: &"+shapeVar(op.Output.Shape)
	}
	var errors []string
	for _, e := range op.Errors {
		errors = append(errors, fmt.Sprintf("{Code: %q}", e.Shape))
	}
	fmt.Fprintf(b, "\t%s = apicore.Operation[%s, %s]{OperationInfo: apicore.OperationInfo{\n", op.Name, op.Input.Shape, out)
	fmt.Fprintf(b, "API: &API, Name: %q, Signed: %v, Input: &%s%s%s%s,\nErrors: []apicore.ErrorInfo{%s}}}\n",
		op.Name, op.AuthType != "none", shapeVar(op.Input.Shape), answer, g.needsField(op), g.pagesField(op), strings.Join(errors, ", "))
}
