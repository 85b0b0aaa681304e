package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"
)

// arnsAsText are the packages that may write ARNs as text, each with its reason. All
// others build and parse them with package awsarn. Parsing by hand fails for some ARNs,
// such as that of a user whose path has a colon.
var arnsAsText = map[string]string{
	"awsarn":              "owns the form",
	"policy":              "describes the form of a pattern of ARNs",
	"bench":               "is a client, and names the resources that it creates",
	"storetest":           "tests with examples",
	"service/servicetest": "the same",
}

// TestARNsAreBuiltInOnePlace looks for string literals that contain an ARN or its
// beginning.
func TestARNsAreBuiltInOnePlace(t *testing.T) {
	eachFile(t, parser.SkipObjectResolution|parser.ParseComments, func(pkg string, file *ast.File) {
		if _, may := arnsAsText[pkg]; may || ast.IsGenerated(file) {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			text, ok := n.(*ast.BasicLit)
			if !ok || text.Kind != token.STRING {
				return true
			}
			if value, err := strconv.Unquote(text.Value); err != nil || strings.Contains(value, "arn:") {
				t.Errorf("internal/%s has the text %s; use package awsarn", pkg, text.Value)
			}
			return true
		})
	})
}
