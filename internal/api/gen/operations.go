package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
)

// operations writes a variable for each operation and the list of them all.
func (g *generator) operations() []byte {
	b := g.begin("poolhouse/internal/awsjson")
	b.WriteString("// The operations of the model.\nvar (\n")
	list := slices.Sorted(maps.Keys(g.Operations))
	for _, name := range list {
		g.operation(b, g.Operations[name])
	}
	fmt.Fprintf(b, ")\n\n// %sOperations returns every operation of the model, in alphabetical order.\n", camel(g.name))
	fmt.Fprintf(b, "func %sOperations() []awsjson.OperationInfo {\n\treturn []awsjson.OperationInfo{\n", camel(g.name))
	for _, name := range list {
		fmt.Fprintf(b, "\t\t%s.OperationInfo,\n", name)
	}
	b.WriteString("\t}\n}\n")
	return b.Bytes()
}

func (g *generator) operation(b *bytes.Buffer, op operation) {
	out := "awsjson.Empty"
	if op.Output != nil {
		out = op.Output.Shape
	}
	var errors []string
	for _, e := range op.Errors {
		errors = append(errors, e.Shape)
	}
	fmt.Fprintf(b, "\t%s = awsjson.Operation[%s, %s]{OperationInfo: awsjson.OperationInfo{\n", op.Name, op.Input.Shape, out)
	fmt.Fprintf(b, "Name: %q, Prefix: %q, Signed: %v, Output: %v, Input: &%s,\nErrors: %#v}}\n",
		op.Name, g.Metadata.TargetPrefix, op.AuthType != "none", op.Output != nil, shapeVar(op.Input.Shape), errors)
}
