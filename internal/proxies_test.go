package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// origins are the packages that may read the origin of a request, each with its reason.
// All others ask package proxies. So policies, audit, rate limits and console always
// agree.
var origins = map[string]string{
	"proxies": "determines the origin",
	"bounds":  "counts connections by their own addresses",
	"wire":    "logs which connection was ended",
}

// originFields are the fields of net/http and the methods of net for the address and
// the encryption of a connection.
var originFields = []string{"RemoteAddr", "TLS"}

// originHeaders are parts of the names of headers in which proxies report the origin.
var originHeaders = []string{"forwarded", "x-real-ip", "client-ip"}

// TestCallersHaveOneAddress: only the packages in the table read the address or the
// encryption of a connection, or a header about them.
func TestCallersHaveOneAddress(t *testing.T) {
	found := map[string]int{}
	eachFile(t, parser.SkipObjectResolution, func(pkg string, file *ast.File) {
		ast.Inspect(file, func(n ast.Node) bool {
			what := ""
			switch n := n.(type) {
			case *ast.SelectorExpr:
				if slices.Contains(originFields, n.Sel.Name) {
					what = n.Sel.Name
				}
			case *ast.BasicLit:
				what = originHeader(n)
			}
			if what == "" {
				return true
			}
			found[pkg]++
			if origins[pkg] == "" {
				t.Errorf("internal/%s uses %s: ask proxies.Trusted.Caller for the origin of a request", pkg, what)
			}
			return true
		})
	})
	for pkg := range origins {
		if found[pkg] == 0 {
			t.Errorf("internal/%s does not read the origin of a request: the table is out of date, or the search is broken", pkg)
		}
	}
}

// originHeader returns the literal's text if it is the name of such a header, else "".
// A text with a space is not a name.
func originHeader(lit *ast.BasicLit) string {
	if lit.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil || strings.ContainsAny(text, " \n") {
		return ""
	}
	for _, part := range originHeaders {
		if lower := strings.ToLower(text); lower == part || strings.HasPrefix(lower, "x-"+part) || strings.HasSuffix(lower, part) && strings.Contains(lower, "-") {
			return text
		}
	}
	return ""
}
