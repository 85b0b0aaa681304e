package service_test

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exporters write rows of values as programs that export users do.
var exporters = map[string]func(rows [][]string) string{
	"quoted where needed, LF": func(rows [][]string) string { return writeCSV(rows, false) },
	"quoted where needed, CR LF": func(rows [][]string) string {
		return writeCSV(rows, true)
	},
	"all quoted": func(rows [][]string) string {
		return joined(rows, func(v string) string { return `"` + strings.ReplaceAll(v, `"`, `""`) + `"` })
	},
	"as the guide says": func(rows [][]string) string { // which has no way to write a line break
		for i, row := range rows {
			rows[i] = slices.Clone(row)
			for j, v := range row {
				rows[i][j] = strings.NewReplacer("\r", "", "\n", "").Replace(v)
			}
		}
		return joined(rows, func(v string) string { return strings.ReplaceAll(v, ",", `\,`) })
	},
}

func writeCSV(rows [][]string, crlf bool) string {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.UseCRLF = crlf
	if err := w.WriteAll(rows); err != nil {
		panic(err) // a buffer takes everything
	}
	return b.String()
}

func joined(rows [][]string, write func(string) string) string {
	var b strings.Builder
	for _, row := range rows {
		values := make([]string, len(row))
		for i, v := range row {
			values[i] = write(v)
		}
		b.WriteString(strings.Join(values, ",") + "\n")
	}
	return b.String()
}

// exported has every kind of attribute.
var exported = []object{
	{"name": `Doe, "Jane" Ann`, "address": "1 Main St\nSpringfield, IL", "email": "jane@example.com", "email_verified": "true", "birthdate": "1980-01-31",
		"phone_number": "+14325551212", "phone_number_verified": "false", "updated_at": "1795893446.454", "custom:bal": "-12.50", "custom:vip": "true",
		"custom:since": "2026-11-21T10:00:00Z", "custom:note": `C:\dir\,x "q" 'a' =1+1 日本 😀`, "dev:custom:rank": "99999999999999999999999"},
	{"name": `"quoted"`, "email": "bob@example.com", "email_verified": "true", "birthdate": "2000-12-01", "updated_at": "0", "custom:bal": "1e3",
		"custom:vip": "false", "custom:since": "1471453471.5", "custom:note": "007", "dev:custom:rank": "+.5"},
	{"email": "cyd@example.com", "email_verified": "true", "birthdate": "0000-02-29", "custom:note": `back\slash\\`, "custom:since": "2026-11-21"},
}

// TestExportImportsAgain exports users as ListUsers gives them and imports the
// file into a pool of the same schema.
func TestExportImportsAgain(t *testing.T) {
	f := newFixture(t)
	f.runEngine()
	custom := func(name, kind string, developer bool) object {
		return object{"Name": name, "AttributeDataType": kind, "Mutable": true, "DeveloperOnlyAttribute": developer}
	}
	like := object{"AutoVerifiedAttributes": []any{"email"}, "Schema": []any{custom("bal", "Number", false), custom("vip", "Boolean", false),
		custom("since", "DateTime", false), custom("note", "String", false), custom("rank", "Number", true)}}
	source := f.pool(like)
	for _, u := range exported {
		var pairs []string
		for name, value := range u {
			pairs = append(pairs, name, value.(string))
		}
		name, _, _ := strings.Cut(u["email"].(string), "@")
		f.do("AdminCreateUser", object{"UserPoolId": source, "Username": name, "MessageAction": "SUPPRESS", "UserAttributes": named(pairs...)})
	}
	for name, write := range exporters {
		t.Run(name, func(t *testing.T) {
			target := f.pool(like)
			job := f.importFile(target, write(f.export(source)), nil)
			if job["Status"] != "Succeeded" || job["ImportedUsers"] != 3.0 || job["FailedUsers"] != 0.0 {
				t.Fatalf("the job: %v: %v", job, f.do("GetUserImportJobLog", object{"UserPoolId": target, "JobId": job["JobId"]})["Events"])
			}
			want, got := f.users(source), f.users(target)
			if name == "as the guide says" {
				want["jane"].(object)["address"] = "1 Main StSpringfield, IL"
			}
			for _, u := range want { // a column of a flag without a value is a flag that is not set
				if u.(object)["phone_number_verified"] == nil {
					u.(object)["phone_number_verified"] = "false"
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the users:\n%s", diff)
			}
		})
	}
}

// export returns the users of a pool as a file of all its columns.
func (f *fixture) export(pool string) [][]string {
	f.t.Helper()
	var header []string
	for _, column := range f.do("GetCSVHeader", object{"UserPoolId": pool})["CSVHeader"].([]any) {
		header = append(header, column.(string))
	}
	rows := [][]string{header}
	for name, user := range f.users(pool) {
		row := make([]string, len(header))
		for i, column := range header {
			row[i], _ = user.(object)[column].(string)
			if column == "cognito:username" {
				row[i] = name
			}
		}
		rows = append(rows, row)
	}
	return rows
}

// users returns the attributes of a pool's users, as ListUsers gives them, by
// username.
func (f *fixture) users(pool string) object {
	f.t.Helper()
	out := object{}
	for _, u := range f.do("ListUsers", object{"UserPoolId": pool})["Users"].([]any) {
		out[u.(object)["Username"].(string)] = attributes(u.(object)["Attributes"])
	}
	return out
}
