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
	api := camel(g.name) + "API"
	g.api(b, api)
	b.WriteString("// The operations of the model.\nvar (\n")
	list := slices.Sorted(maps.Keys(g.Operations))
	for _, name := range list {
		g.operation(b, api, g.Operations[name])
	}
	fmt.Fprintf(b, ")\n\n// %sOperations returns every operation of the model, in alphabetical order.\n", camel(g.name))
	fmt.Fprintf(b, "func %sOperations() []apicore.OperationInfo {\n\treturn []apicore.OperationInfo{\n", camel(g.name))
	for _, name := range list {
		fmt.Fprintf(b, "\t\t%s.OperationInfo,\n", name)
	}
	b.WriteString("\t}\n}\n")
	g.others(b, camel(g.name)+"Others", "apicore.OperationInfo", "API: &"+api)
	return b.Bytes()
}

// others writes a function that returns the operations of which only the names
// are taken. field is what all of them have in common.
func (g *generator) others(b *bytes.Buffer, function, typ, field string) {
	if len(g.Others) == 0 {
		return
	}
	fmt.Fprintf(b, "\n// %[1]s returns the other operations of the API, by their names only, in alphabetical order.\n"+
		"func %[1]s() []%[2]s {\n\treturn []%[2]s{\n", function, typ)
	for _, op := range g.Others {
		fmt.Fprintf(b, "\t\t{%s, Name: %q, Signed: %v},\n", field, op.Name, op.AuthType != "none")
	}
	b.WriteString("\t}\n}\n")
}

func (g *generator) operation(b *bytes.Buffer, api string, op operation) {
	out, answer := "apicore.Empty", ""
	if op.Output != nil {
		out, answer = op.Output.Shape, ", Output: &"+shapeVar(op.Output.Shape)
	}
	var errors []string
	for _, e := range op.Errors {
		errors = append(errors, fmt.Sprintf("{Code: %q}", e.Shape))
	}
	fmt.Fprintf(b, "\t%s = apicore.Operation[%s, %s]{OperationInfo: apicore.OperationInfo{\n", op.Name, op.Input.Shape, out)
	fmt.Fprintf(b, "API: &%s, Name: %q, Signed: %v, Input: &%s%s%s%s,\nErrors: []apicore.ErrorInfo{%s}}}\n",
		api, op.Name, op.AuthType != "none", shapeVar(op.Input.Shape), answer, g.needsField(op), g.pagesField(op), strings.Join(errors, ", "))
}
