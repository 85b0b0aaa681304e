package main

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// queryOperations writes the API, its errors, a variable for each operation and the list of
// operations, for package awsquery.
func (g *generator) queryOperations() []byte {
	b := g.begin("poolhouse/internal/apicore")
	g.api(b)
	g.errorCodes(b)
	b.WriteString("// The operations of the model.\nvar (\n")
	list := slices.Sorted(maps.Keys(g.Operations))
	for _, name := range list {
		g.queryOperation(b, g.Operations[name])
	}
	g.lists(b, list)
	return b.Bytes()
}

// api writes what all operations have in common.
func (g *generator) api(b *bytes.Buffer) {
	m := g.Metadata
	fields := fmt.Sprintf("Service: %q, SignedFor: %q", m.EndpointPrefix, m.signedFor())
	if g.query() {
		fields += fmt.Sprintf(",\n\tVersion: %q, Namespace: %q", m.APIVersion, m.XMLNamespace)
	} else {
		fields += fmt.Sprintf(", TargetPrefix: %q", m.TargetPrefix)
	}
	if g.wires() != "" {
		fields += ", Names: names"
	}
	fmt.Fprintf(b, "// API is what all operations have in common.\nvar API = apicore.API{\n\t%s,\n}\n\n", fields)
}

// errorCodes writes the exceptions that operations name.
func (g *generator) errorCodes(b *bytes.Buffer) {
	b.WriteString("// The errors of the model, by the names of their shapes.\nvar (\n")
	for _, name := range g.names() {
		if e := g.Shapes[name].Error; e != nil {
			fmt.Fprintf(b, "\t%s = apicore.ErrorInfo{Code: %q, Status: %d}\n", exported(name), e.Code, e.HTTPStatusCode)
		}
	}
	b.WriteString(")\n\n")
}

func (g *generator) queryOperation(b *bytes.Buffer, op operation) {
	in, out := "apicore.Empty", "apicore.Empty"
	fields := fmt.Sprintf("API: &API, Name: %q, Signed: %v", op.Name, op.AuthType != "none")
	if op.Input.Shape != "" {
		in = exported(op.Input.Shape)
		fields += ", Input: &" + shapeVar(op.Input.Shape)
	}
	if op.Output != nil {
		out = exported(op.Output.Shape)
		fields += fmt.Sprintf(", Output: &%s, Result: %q", shapeVar(op.Output.Shape), op.Output.ResultWrapper)
	}
	fields += g.needsField(op) + g.pagesField(op)
	var codes []string
	for _, e := range op.Errors {
		codes = append(codes, exported(e.Shape))
	}
	fmt.Fprintf(b, "\t%s = apicore.Operation[%s, %s]{OperationInfo: apicore.OperationInfo{\n", op.Name, in, out)
	fmt.Fprintf(b, "%s,\nErrors: []apicore.ErrorInfo{%s}}}\n", fields, strings.Join(codes, ", "))
}

// wires writes the shapes whose names on the wire are not the default; "" if there are none.
func (g *generator) wires() string {
	var b strings.Builder
	for _, name := range g.names() {
		if fields := wireFields(g.Shapes[name]); g.query() && g.described[name] && len(fields) > 0 {
			fmt.Fprintf(&b, "\t&%s: {%s},\n", shapeVar(name), strings.Join(fields, ", "))
		}
	}
	if b.Len() == 0 {
		return ""
	}
	return "\n// names are the names on the wire that differ from the default.\nvar names = apicore.Names{\n" + b.String() + "}\n"
}

func wireFields(s shape) (fields []string) {
	if s.Flattened {
		fields = append(fields, "Flattened: true")
	}
	if element := s.Member.LocationName + s.Value.LocationName; element != "" {
		fields = append(fields, fmt.Sprintf("Element: %q", element))
	}
	if s.Key.LocationName != "" {
		fields = append(fields, fmt.Sprintf("Key: %q", s.Key.LocationName))
	}
	members := map[string]string{}
	for _, m := range s.Members {
		if m.LocationName != "" && m.LocationName != m.Name {
			members[m.Name] = m.LocationName
		}
	}
	if len(members) > 0 {
		fields = append(fields, fmt.Sprintf("Members: %#v", members))
	}
	return fields
}

// checkQuery returns what the model of a Query API lacks, or has that package awsquery cannot
// express.
func (m *model) checkQuery() error {
	var problems []error
	if m.Metadata.APIVersion == "" || m.Metadata.XMLNamespace == "" || m.Metadata.EndpointPrefix == "" {
		problems = append(problems, errors.New("the metadata lack the apiVersion, the xmlNamespace or the endpointPrefix"))
	}
	for _, name := range slices.Sorted(maps.Keys(m.Operations)) {
		for _, e := range m.Operations[name].Errors {
			problems = append(problems, m.checkErrorCode(e.Shape))
		}
	}
	return errors.Join(problems...)
}

// firstOfServer is the first HTTP status that blames the server.
const firstOfServer = 500

// checkErrorCode demands that an error's status says whose fault it is, because package
// awsquery relies on that.
func (m *model) checkErrorCode(name string) error {
	switch e := m.Shapes[name].Error; {
	case e == nil || e.Code == "" || e.HTTPStatusCode == 0:
		return fmt.Errorf("the error %s has no code or no HTTP status", name)
	case e.SenderFault != (e.HTTPStatusCode < firstOfServer):
		return fmt.Errorf("the error %s has the HTTP status %d and senderFault %v, which contradict each other", name, e.HTTPStatusCode, e.SenderFault)
	}
	return nil
}
