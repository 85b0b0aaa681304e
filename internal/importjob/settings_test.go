package importjob_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/importjob/memstore"
	"poolhouse/internal/usercsv"
	"poolhouse/internal/userpool"
)

// TestSettings: a job records the settings that its rows are judged by when it begins, under
// stable names.
func TestSettings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		pool := testPool()
		pool.AliasAttributes, pool.CaseInsensitive = []string{"email", "preferred_username"}, true
		pool.Schema[pool.Schema.Index("name")].Required = true
		one, ten := int64(1), int64(10)
		age := userpool.SchemaAttribute{Name: "custom:age", Type: userpool.Number, Range: &userpool.Range{Min: decimal(t, "0")}}
		tag := userpool.SchemaAttribute{Name: "custom:tag", Type: userpool.String, Bounds: &userpool.Bounds{Min: &one, Max: &ten}}
		flag := userpool.SchemaAttribute{Name: "dev:custom:flag", Type: userpool.Boolean}
		pool.Schema = append(pool.Schema, age, tag, flag)
		m := memstore.New(pool)
		key := m.Add("import-1", "cognito:username,email,email_verified,name,password_hash\na,a@example.com,true,A,x\n")
		m.Jobs[key].HashAlgorithm = "SCRYPT"
		m.Jobs[key].Budget = importjob.Budget{Rows: 5, HasRows: true, Percent: 7, HasPercent: true}
		cfg := config("a")
		cfg.Limits.Hashes.SCryptN = 1024
		cfg.Strict = true
		m.Jobs[key].Asked = &usercsv.Asked{Strict: true}
		_, stop := start(m, m, cfg)
		time.Sleep(time.Minute)
		stop()
		settings, err := importjob.ParseSettings(m.Job(key).Settings)
		if err != nil {
			t.Fatal(err)
		}
		var lines []string
		for _, s := range settings {
			lines = append(lines, s.Name+": "+s.Value)
		}
		want := `AutoVerifiedAttributes: email
AliasAttributes: email, preferred_username
UsernameConfiguration.CaseSensitive: false
MfaConfiguration: OFF
SchemaAttributes.Required: sub, name
SchemaAttributes.custom:age: Number, from 0
SchemaAttributes.custom:tag: String, 1 to 10 characters
SchemaAttributes.dev:custom:flag: Boolean
PasswordHashingAlgorithm: SCRYPT
import-max-rows: 10000
import-max-bytes: 100000000
import-max-row-characters: 200
import-max-scrypt-n: 1024
import-max-scrypt-r: 8
import-max-scrypt-p: 1
import-dialect: cognito
Strict: true
import-failed-share: 0.5
ErrorBudget.FailedRows: 5
ErrorBudget.FailedPercent: 7`
		if got := strings.Join(lines, "\n"); got != want {
			t.Errorf("the settings are\n%s\nwant\n%s", got, want)
		}
	})
}

func decimal(t *testing.T, text string) *userpool.Decimal {
	t.Helper()
	d, ok := userpool.ParseDecimal(text)
	if !ok {
		t.Fatal(text)
	}
	return &d
}
