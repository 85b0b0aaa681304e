package usercsv

import (
	"bytes"
	"encoding/csv"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// manyPools generates pools with all kinds of schemas from a fixed seed.
func manyPools(t *testing.T, n int) (pools []*userpool.UserPool) {
	t.Helper()
	draw := rand.New(rand.NewPCG(1, 2))
	names := []string{"team", "Team", "größe", "日本", "a;b", "@", "true", "1", "sub", "password", "email", "=SUM(1)", "'x", "x|y"}
	types := []userpool.DataType{userpool.String, userpool.Number, userpool.Boolean, userpool.DateTime}
	for range n {
		var custom []userpool.SchemaAttribute
		for _, i := range draw.Perm(len(names))[:draw.IntN(len(names))] {
			custom = append(custom, userpool.SchemaAttribute{Name: names[i], Type: types[draw.IntN(len(types))], Mutable: draw.IntN(2) == 0, DeveloperOnly: draw.IntN(4) == 0})
		}
		schema, err := userpool.StandardSchema().WithCustom(custom...)
		if err != nil {
			t.Fatal(err)
		}
		for i := range schema {
			schema[i].Required = !schema[i].Custom() && schema[i].Type != userpool.Boolean && draw.IntN(4) == 0
		}
		p := &userpool.UserPool{ID: "us-east-1_AbCdEfGhI", Schema: schema, FirstFactors: []string{userpool.FactorPassword},
			MFA: []userpool.MFA{userpool.MFAOff, userpool.MFAOn, userpool.MFAOptional}[draw.IntN(3)], CaseInsensitive: draw.IntN(2) == 0}
		p.AutoVerified = [][]string{{"email"}, {"phone_number"}, {"email", "phone_number"}}[draw.IntN(3)]
		switch draw.IntN(4) {
		case 0:
			p.UsernameAttributes = [][]string{{"email"}, {"phone_number"}, {"email", "phone_number"}}[draw.IntN(3)]
		case 1:
			p.AliasAttributes = []string{"email", "phone_number", "preferred_username"}[draw.IntN(2):]
		}
		pools = append(pools, p)
	}
	return pools
}

func newDraw(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, seed)) }

// filled is a value of the column that any pool accepts.
func filled(p *userpool.UserPool, column string) string {
	switch column {
	case ColumnUsername:
		switch {
		case slices.Contains(p.UsernameAttributes, "email"):
			return "ann@example.com"
		case slices.Contains(p.UsernameAttributes, "phone_number"):
			return "+14255550100"
		}
		return "ann"
	case "email":
		return "ann@example.com"
	case "phone_number":
		return "+14255550100"
	case "email_verified", "phone_number_verified":
		return "TRUE"
	case "birthdate":
		return "12/31/1985"
	case "updated_at":
		return "1471453471"
	case ColumnMFA, ColumnPasswordHash:
		return ""
	}
	a, _ := p.Schema.Find(column)
	if a.Required {
		return "x"
	}
	return ""
}

// TestReturnedHeaderImports: a file with the columns that GetCSVHeader returns is
// imported, for any pool, with and without an algorithm, and for any quoting.
func TestReturnedHeaderImports(t *testing.T) {
	for i, p := range manyPools(t, 300) {
		header, strict := Header(p), i%10 > 0 // detection takes most of the time
		if header[len(header)-1] != ColumnPasswordHash {
			t.Fatalf("pool %d: the last column is not password_hash: %q", i, header)
		}
		row := make([]string, len(header))
		for k, column := range header {
			row[k] = filled(p, column)
		}
		for name, write := range map[string]func(...[]string) string{"in marks": inMarks, "escaped": escaped} {
			for _, algorithm := range []string{"", password.BCrypt} {
				u, problem := surveyAndDecode(t, p, algorithm, write(header, row), strict)
				if problem != nil || u.Credential.Secret != "" {
					t.Errorf("pool %d, %s, algorithm %q: %+v\n%q", i, name, algorithm, problem, header)
				}
			}
			row[len(row)-1] = bcrypt
			if u, problem := surveyAndDecode(t, p, password.BCrypt, write(header, row), strict); problem != nil || u.Credential.Secret != bcrypt || u.Status != userpool.Confirmed {
				t.Errorf("pool %d, %s, with a hash: %+v", i, name, problem)
			}
			row[len(row)-1] = ""
		}
	}
}

// surveyAndDecode handles a file of one row as a job does. The reading may be strict.
func surveyAndDecode(t *testing.T, p *userpool.UserPool, algorithm, file string, strict bool) (*userpool.User, *RowError) {
	t.Helper()
	rows, _, err := surveySource(strings.NewReader(file), Limits{}, Import{Pool: p, Algorithm: algorithm, Asked: Asked{Strict: strict}})
	if err != nil || rows != 1 {
		t.Fatalf("%d rows, %v\n%s", rows, err, file)
	}
	return decodeOne(t, p, algorithm, file)
}

// inMarks writes rows as most programs do.
func inMarks(rows ...[]string) string {
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		panic(err) // a buffer never fails
	}
	return b.String()
}

// escaped writes rows as in the Developer Guide.
func escaped(rows ...[]string) string {
	var b strings.Builder
	for _, row := range rows {
		for k, v := range row {
			if k > 0 {
				b.WriteByte(',')
			}
			b.WriteString(strings.ReplaceAll(v, ",", `\,`))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestBlankHashColumn: the template of the console, with an empty column of hashes.
func TestBlankHashColumn(t *testing.T) {
	u, problem := surveyAndDecode(t, testPool(t), "", "cognito:username,email,email_verified,password_hash\nann,ann@example.com,TRUE,\n", false)
	if problem != nil || u.Credential.Secret != "" || u.Status != userpool.ResetRequired {
		t.Errorf("got %+v, %+v", u, problem)
	}
}

// TestArgon2idRows: the commas of an argon2id hash are escaped, or the hash is quoted.
// The rows are those of the documentation.
func TestArgon2idRows(t *testing.T) {
	text, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	header, written := "", map[bool]int{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "cognito:username,") {
			header = line
		}
		if !strings.Contains(line, "$argon2id$") {
			continue
		}
		u, problem := surveyAndDecode(t, testPool(t), password.Argon2id, header+"\n"+line+"\n", false)
		if problem != nil || u.Credential.Secret != strings.ReplaceAll(argon, `\`, "") || u.Status != userpool.Confirmed {
			t.Errorf("%s: got %+v, %+v", line, u, problem)
		}
		written[strings.Contains(line, `"$argon2id$`)]++
	}
	if written[true] == 0 || written[false] == 0 {
		t.Errorf("the documentation has %d rows with marks and %d with backslashes", written[true], written[false])
	}
}

// TestCeilingOfLimits: the limits raise a ceiling, and the hash is stored unchanged.
func TestCeilingOfLimits(t *testing.T) {
	dear := strings.Replace(bcrypt, "$10$", "$13$", 1)
	file := "cognito:username,email,email_verified,password_hash\nann,ann@example.com,TRUE," + dear + "\n"
	for ceiling, refused := range map[int]bool{0: true, 12: true, 13: false, 14: false} {
		limits := Limits{Hashes: password.Ceilings{BCryptCost: ceiling}}
		r := NewReader(strings.NewReader(file), Position{}, limits)
		header, err := r.Header()
		if err != nil {
			t.Fatal(err)
		}
		d, err := NewDecoder(testPool(t), header, password.BCrypt, limits, nil)
		if err != nil {
			t.Fatal(err)
		}
		record, err := r.Next()
		if err != nil && err != io.EOF {
			t.Fatal(err)
		}
		u, problem := d.Decode(record)
		if refused && (problem == nil || problem.Code != CodePasswordHash || !strings.Contains(problem.Reason, "above 12") || !strings.Contains(problem.Reason, "import-max-bcrypt-cost")) {
			t.Errorf("ceiling %d: %+v", ceiling, problem)
		}
		if !refused && (problem != nil || u.Credential.Secret != dear) {
			t.Errorf("ceiling %d: %+v", ceiling, problem)
		}
	}
}
