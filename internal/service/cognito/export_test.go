package cognitoservice_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// exporter writes a file of rows like a program that exports users.
type exporter struct {
	name  string
	write func(rows [][]string) string
	// plain turns a value into one that the form can hold; nil if it can hold all values.
	plain func(string) string
}

func exporters() []exporter {
	return []exporter{
		{name: "quoted where needed", write: func(rows [][]string) string {
			var b bytes.Buffer
			if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
				panic(err) // a buffer never fails
			}
			return b.String()
		}},
		{name: "all quoted, CR LF", write: func(rows [][]string) string {
			return joined(rows, "\r\n", func(v string) string { return `"` + strings.ReplaceAll(v, `"`, `""`) + `"` })
		}},
		{name: "as the guide says", write: func(rows [][]string) string {
			return joined(rows, "\n", func(v string) string { return strings.ReplaceAll(v, ",", `\,`) })
		}, plain: func(v string) string { return strings.Trim(strings.ReplaceAll(v, "\n", " "), `"`) }},
	}
}

func joined(rows [][]string, end string, write func(string) string) string {
	var b strings.Builder
	for _, row := range rows {
		values := make([]string, len(row))
		for i, v := range row {
			values[i] = write(v)
		}
		b.WriteString(strings.Join(values, ",") + end)
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
	{"email": "cyd@example.com", "email_verified": "true", "birthdate": "0000-02-29", "custom:note": `back\slash \\\, end`, "custom:since": "2026-11-21"},
}

// TestExportImportsAgain exports users from ListUsers' answers, and imports the file into a
// pool with the same schema.
func TestExportImportsAgain(t *testing.T) {
	f := newFixture(t)
	f.RunEngine()
	custom := func(name, kind string, developer bool) object {
		return object{"Name": name, "AttributeDataType": kind, "Mutable": true, "DeveloperOnlyAttribute": developer}
	}
	like := object{"AutoVerifiedAttributes": []any{"email"}, "Schema": []any{custom("bal", "Number", false), custom("vip", "Boolean", false),
		custom("since", "DateTime", false), custom("note", "String", false), custom("rank", "Number", true)}}
	source := f.Pool(like)
	for _, u := range exported {
		var pairs []string
		for name, value := range u {
			pairs = append(pairs, name, value.(string))
		}
		name, _, _ := strings.Cut(u["email"].(string), "@")
		f.Do("AdminCreateUser", object{"UserPoolId": source, "Username": name, "MessageAction": "SUPPRESS", "UserAttributes": named(pairs...)})
	}
	for _, e := range exporters() {
		t.Run(e.name, func(t *testing.T) {
			users, target := f.users(source), f.Pool(like)
			for _, u := range users {
				for name, v := range u.(object) {
					if e.plain != nil {
						u.(object)[name] = e.plain(v.(string))
					}
				}
			}
			job := f.ImportFile(target, e.write(f.export(target, users)), nil)
			if job["Status"] != "Succeeded" || job["ImportedUsers"] != 3.0 || job["FailedUsers"] != 0.0 {
				t.Fatalf("the job: %v: %v", job, f.Do("GetUserImportJobLog", object{"UserPoolId": target, "JobId": job["JobId"]})["Events"])
			}
			for _, u := range users { // an empty value of a flag means a flag that is not set
				if u.(object)["phone_number_verified"] == nil {
					u.(object)["phone_number_verified"] = "false"
				}
			}
			if diff := cmp.Diff(users, f.users(target)); diff != "" {
				t.Errorf("the users:\n%s", diff)
			}
		})
	}
}

// export returns the users as a file with all columns of the pool.
func (f *fixture) export(pool string, users object) [][]string {
	f.T.Helper()
	var header []string
	for _, column := range f.Do("GetCSVHeader", object{"UserPoolId": pool})["CSVHeader"].([]any) {
		header = append(header, column.(string))
	}
	rows := [][]string{header}
	for name, user := range users {
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

// users returns the attributes of a pool's users from ListUsers, by username.
func (f *fixture) users(pool string) object {
	f.T.Helper()
	out := object{}
	for _, u := range f.Do("ListUsers", object{"UserPoolId": pool})["Users"].([]any) {
		out[u.(object)["Username"].(string)] = attributes(u.(object)["Attributes"])
	}
	return out
}
