// Package internal_test holds tests of the whole repository: layers, words, documents
// and workflows.
package internal_test

import (
	"go/ast"
	"go/parser"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// layers lists the packages of ours that a package may import. A package without an
// entry is an error: decide where a new package belongs. The domain imports nothing
// from outside. Wire types and domain types meet only in service. Only server knows
// everything.
var layers = map[string][]string{
	"userpool":  {},
	"password":  {},
	"sigv4":     {},
	"guard":     {},
	"bounds":    {"platform"},
	"wire":      {},
	"apineeds":  {},
	"apicore":   {"apineeds"},
	"exchange":  {"apicore", "bounds", "guard"},
	"awsjson":   {"apicore", "dispatch", "exchange"},
	"policy":    {"awsarn"},
	"iam":       {"awsarn", "policy"},
	"audit":     {"guard"},
	"config":    {"durable", "platform", "proxies", "regions"},
	"datadir":   {"platform"},
	"durable":   {"platform"},
	"buildinfo": {},
	"release":   {}, // a program, run by make release
	"platform":  {},

	"token":              {"guard", "userpool"},
	"outbox":             {"userpool"},
	"totp":               {},
	"signin":             {"iam", "outbox", "password", "token", "totp", "userpool"},
	"password/srpclient": {}, // for tests and measurements

	"pagetoken": {},
	"plaintext": {},
	"proxies":   {},
	"regions":   {},

	"filetext":        {},
	"usercsv/dialect": {},
	"usercsv":         {"filetext", "password", "usercsv/dialect", "userpool"},
	"userrow":         {"userpool"},
	"worldcsv":        {}, // for tests and make corpus
	"importjob":       {"guard", "userpool", "usercsv"},

	"importrows": {"importjob", "usercsv", "userpool"},

	"importfile":          {"guard", "importjob", "usercsv", "userpool"},
	"importfile/memstore": {"importfile", "importjob", "userpool"},

	"importjob/memstore":     {"importjob", "usercsv", "userpool"},
	"importjob/propertytest": {"importjob", "importjob/memstore", "resultlog", "usercsv", "userpool"},

	"resultlog":  {"importjob", "userpool"},
	"resultfile": {"importjob", "usercsv", "userpool"},
	"upload":     {"awscredential", "importjob", "platform", "sigv4", "userpool"},
	"logrole":    {"awsarn", "iam", "importjob", "policy", "resultlog", "userpool"},

	"logforward":            {"guard", "importjob", "resultlog", "userpool"},
	"logforward/cloudwatch": {"awscredential", "logforward", "regions", "resultlog"},

	"awsarn":        {},
	"awscredential": {},

	"membership": {"guard"},
	"metrics":    {"importjob"},
	"scratch":    {"platform"}, // servers for tests and benchmarks
	"filled":     {},           // values for tests

	"api":           {"apicore", "apineeds"}, // describes how the packages below are generated
	"api/cognito":   {"apicore", "apineeds"},
	"api/poolhouse": {"apicore", "apineeds"},
	"api/logs":      {"apicore", "apineeds"},
	"api/iam":       {"apicore", "apineeds"},
	"api/sts":       {"apicore", "apineeds"},
	"awsquery":      {"apicore", "dispatch"},
	"dispatch":      {"access", "apicore", "bounds", "exchange", "proxies"},
	"access":        {"apicore", "apineeds", "awsarn", "iam", "policy", "proxies", "sigv4"},
	"api/gen":       {},                                                                                         // a program, run by go generate
	"corpus":        {"filetext", "plaintext", "scratch", "usercsv", "usercsv/dialect", "userpool", "worldcsv"}, // a program, run by make corpus
	"fuzz":          {},                                                                                         // a program, run by make fuzz
	"cli/sample":    {},                                                                                         // the same

	"sqlstore":  {"awsarn", "guard", "userpool", "userrow", "usercsv", "importfile", "importjob", "resultlog", "logforward", "membership", "outbox", "signin", "token", "iam", "audit", "console/session"},
	"storetest": {"userpool", "usercsv", "password", "importfile", "importjob", "resultlog", "logforward", "outbox", "signin", "token", "iam", "audit", "console/session"},

	"service":                  {"apicore", "apineeds", "awsarn", "dispatch", "importjob", "pagetoken", "resultlog", "userpool"},
	"service/cognito":          {"service", "signin", "api/cognito", "apicore", "awsarn", "dispatch", "userpool", "usercsv", "outbox", "password", "importjob", "pagetoken"},
	"service/poolhouse":        {"service", "api/poolhouse", "apicore", "audit", "dispatch", "importfile", "importjob", "importrows", "logrole", "outbox", "pagetoken", "resultfile", "resultlog", "usercsv", "userpool"},
	"service/logs":             {"service", "api/logs", "apicore", "awsarn", "dispatch", "importjob", "pagetoken", "resultlog", "userpool"},
	"service/iam":              {"service", "api/iam", "apicore", "dispatch", "iam", "pagetoken"},
	"service/sts":              {"service", "api/sts", "apicore", "awsarn", "dispatch", "iam"},
	"service/servicetest":      {"service", "service/cognito", "service/poolhouse", "service/logs", "service/iam", "service/sts", "access", "api/cognito", "api/poolhouse", "api/logs", "api/iam", "api/sts", "apicore", "audit", "awsjson", "awsquery", "dispatch", "iam", "importfile", "importjob", "logrole", "pagetoken", "sqlstore", "upload", "usercsv", "userpool", "outbox", "password", "signin", "token"}, // for tests
	"server":                   {"apicore", "awsarn", "bounds", "buildinfo", "console", "console/session", "guard", "config", "datadir", "durable", "access", "audit", "exchange", "api/cognito", "api/poolhouse", "api/logs", "api/iam", "api/sts", "awsjson", "awsquery", "dispatch", "iam", "password", "platform", "userpool", "service", "service/cognito", "service/poolhouse", "service/logs", "service/iam", "service/sts", "upload", "importfile", "importjob", "pagetoken", "proxies", "usercsv", "sqlstore", "membership", "metrics", "logrole", "logforward", "logforward/cloudwatch", "wire", "outbox", "signin", "token"},
	"console":                  {"access", "api/cognito", "api/iam", "api/poolhouse", "apicore", "awsarn", "console/session", "dispatch", "iam", "logrole", "outbox", "pagetoken", "plaintext", "proxies", "userpool"},
	"console/session":          {"iam"},
	"console/session/memstore": {"console/session"}, // for tests
	"console/gen":              {},                  // a program, run by make console-assets

	"bench": {"password", "password/srpclient", "sigv4", "scratch"},
	"cli":   {"audit", "awsarn", "bounds", "config", "datadir", "durable", "logrole", "plaintext", "platform", "regions", "server", "sigv4", "usercsv", "userpool", "userrow"},
}

// outside lists the modules that only some packages may use.
var outside = map[string][]string{
	"github.com/aws/":                 {"awscredential", "cli", "logforward/cloudwatch", "upload"},
	"github.com/jackc/pgx":            {"sqlstore", "scratch", "bench"},
	"github.com/klauspost/compress":   {"bench", "filetext"},
	"golang.org/x/text":               {"filetext", "worldcsv"},
	"github.com/spf13/cobra":          {"cli"},
	"github.com/mattn/go-sqlite3":     {"sqlstore"},
	"modernc.org/sqlite":              {"sqlstore"},
	"github.com/pressly/goose":        {"sqlstore"},
	"database/sql":                    {"sqlstore"},
	"encoding/json":                   {"api/cognito", "api/gen", "apicore", "awsjson", "awsquery", "bench", "cli", "console", "console/gen", "corpus", "datadir", "iam", "importjob", "importjob/propertytest", "policy", "resultfile", "service/servicetest", "signin", "sqlstore", "usercsv", "userpool", "token", "worldcsv"}, // not service: it must not copy values through JSON
	"net/http":                        {"access", "awsjson", "awsquery", "bounds", "console", "dispatch", "exchange", "logforward/cloudwatch", "metrics", "proxies", "sigv4", "upload", "server", "service/servicetest", "cli", "scratch", "bench", "token"},
	"go.yaml.in/yaml":                 {"config"},
	"github.com/go-jose/":             {"token"},
	"github.com/prometheus/":          {"metrics"},
	"github.com/rogpeppe/go-internal": {},
	"github.com/anishathalye/":        {"storetest"},
	"pgregory.net/rapid":              {"importjob/propertytest"},
}

func TestLayers(t *testing.T) {
	for pkg, imports := range importsByPackage(t) {
		allowed, known := layers[pkg]
		if !known {
			t.Errorf("internal/%s is not in the table of layers", pkg)
			continue
		}
		for _, path := range imports {
			if own, ok := strings.CutPrefix(path, "poolhouse/internal/"); ok && !slices.Contains(allowed, own) {
				t.Errorf("internal/%s imports internal/%s, which its layer does not allow", pkg, own)
			}
			for prefix, users := range outside {
				if strings.HasPrefix(path, prefix) && !slices.Contains(users, pkg) {
					t.Errorf("internal/%s imports %s, which is only allowed for %v", pkg, path, users)
				}
			}
		}
	}
}

func TestLayersNameExistingPackages(t *testing.T) {
	found := importsByPackage(t)
	for pkg := range layers {
		if _, ok := found[pkg]; !ok {
			t.Errorf("the table of layers names internal/%s, which does not exist", pkg)
		}
	}
}

// importsByPackage returns the imports of each package, without its tests: a test may
// import anything.
func importsByPackage(t *testing.T) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	eachFile(t, parser.ImportsOnly, func(pkg string, file *ast.File) {
		found[pkg] = append(found[pkg], make([]string, 0)...)
		for _, spec := range file.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			found[pkg] = append(found[pkg], name)
		}
	})
	return found
}
