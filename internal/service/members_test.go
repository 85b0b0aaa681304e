package service_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	iamapi "poolhouse/internal/api/iam"
	logsapi "poolhouse/internal/api/logs"
	poolhouseapi "poolhouse/internal/api/poolhouse"
	stsapi "poolhouse/internal/api/sts"
	"poolhouse/internal/apicore"
	"poolhouse/internal/service/servicetest"
)

// embedded are the types that requests share with answers (api/gen/shared.json). The service
// passes them on as one value.
var embedded = map[string]string{
	"cognitoapi.CreateUserPool":       "cognitoapi.UserPoolSettings",
	"cognitoapi.UpdateUserPool":       "cognitoapi.UserPoolSettings",
	"cognitoapi.SetUserPoolMfaConfig": "cognitoapi.UserPoolMfaSettings",
	"cognitoapi.CreateUserPoolClient": "cognitoapi.UserPoolClientSettings",
	"cognitoapi.UpdateUserPoolClient": "cognitoapi.UserPoolClientSettings",
}

// notRead are the members that the service need not read.
var notRead = map[string]string{
	"stsapi.AssumeRole":                     "ExternalId",       // access reads it for the trust policy
	"iamapi.ListVirtualMFADevices":          "AssignmentStatus", // selects from a list that is always empty
	"iamapi.ListServiceSpecificCredentials": "ServiceName",      // the same
}

// TestEveryMemberIsRead: the service reads each member of each request. So no member of a new
// model is dropped unnoticed. docs/divergences.md names the members that are dropped on
// purpose.
func TestEveryMemberIsRead(t *testing.T) {
	divergences, err := os.ReadFile("../../docs/divergences.md")
	if err != nil {
		t.Fatal(err)
	}
	read := membersRead(t)
	if n := len(servedInputs(t)); n < 70 {
		t.Errorf("only %d operations are looked at", n)
	}
	for request, input := range servedInputs(t) {
		if input == nil {
			continue
		}
		for _, m := range input.Members {
			field := strings.ToUpper(m.Name[:1]) + m.Name[1:]
			if !read[request+"Request"][field] && !read[embedded[request]][field] && notRead[request] != m.Name && !strings.Contains(string(divergences), "`"+m.Name+"`") {
				t.Errorf("%s: the member %s is neither read nor named in docs/divergences.md as ignored", request, m.Name)
			}
		}
	}
}

// servedInputs returns the inputs of all served operations, by package and operation.
func servedInputs(t *testing.T) map[string]*apicore.Shape {
	t.Helper()
	inputs := map[string]*apicore.Shape{}
	f := servicetest.New(t)
	for _, op := range servicetest.Operations() {
		switch {
		case !f.Calls.Serves(op):
		case op.API == &logsapi.API:
			inputs["logsapi."+op.Name] = op.Input
		case op.API == &poolhouseapi.API:
			inputs["poolhouseapi."+op.Name] = op.Input
		default:
			inputs["cognitoapi."+op.Name] = op.Input
		}
	}
	accounts := servicetest.NewIAM(t).Calls
	for _, op := range iamapi.Operations() {
		if accounts.Serves(op) {
			inputs["iamapi."+op.Name] = op.Input
		}
	}
	for _, op := range stsapi.Operations() {
		inputs["stsapi."+op.Name] = op.Input
	}
	return inputs
}

// membersRead returns the fields that the service's code selects from its parameters, by
// parameter type.
func membersRead(t *testing.T) map[string]map[string]bool {
	t.Helper()
	names, err := filepath.Glob("*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	read := map[string]map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				for name, kind := range parameters(f) {
					if read[kind] == nil {
						read[kind] = map[string]bool{}
					}
					maps.Copy(read[kind], selected(f.Body, name))
				}
			}
		}
	}
	return read
}

// parameters returns the types of a function's parameters that come from another package, by
// parameter name.
func parameters(f *ast.FuncDecl) map[string]string {
	types := map[string]string{}
	for _, field := range f.Type.Params.List {
		kind := field.Type
		if pointer, ok := kind.(*ast.StarExpr); ok {
			kind = pointer.X
		}
		if s, ok := kind.(*ast.SelectorExpr); ok {
			for _, name := range field.Names {
				types[name.Name] = s.X.(*ast.Ident).Name + "." + s.Sel.Name
			}
		}
	}
	return types
}

// selected returns the fields that a function selects from a variable.
func selected(body ast.Node, variable string) map[string]bool {
	fields := map[string]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := s.X.(*ast.Ident); ok && x.Name == variable {
				fields[s.Sel.Name] = true
			}
		}
		return true
	})
	return fields
}
