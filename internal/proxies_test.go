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

// origins are the packages that may read where a request comes from, each with
// its reason. All others ask package proxies, so that policies, the audit, rates and
// the console never have two answers.
var origins = map[string]string{
	"proxies": "has the one answer",
	"bounds":  "counts connections, each by its own ends",
	"wire":    "tells the log which connection was ended",
}

// originFields are the fields of net/http and the methods of net that tell of
// a connection's other end and of its encryption.
var originFields = []string{"RemoteAddr", "TLS"}

// originHeaders are parts of the names of headers by which proxies tell the same.
var originHeaders = []string{"forwarded", "x-real-ip", "client-ip"}

// TestCallersHaveOneAddress: no package but those of the table looks at the address or the
// encryption of a connection, or at a header about them.
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
				t.Errorf("internal/%s uses %s: ask proxies.Trusted.Caller where a request comes from", pkg, what)
			}
			return true
		})
	})
	for pkg := range origins {
		if found[pkg] == 0 {
			t.Errorf("internal/%s does not read where a request comes from: the table is out of date, or the search finds nothing", pkg)
		}
	}
}

// originHeader returns a text that is the name of such a header, "" for another one: a
// name has no space.
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
