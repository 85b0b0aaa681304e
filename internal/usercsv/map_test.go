package usercsv

import (
	"strings"
	"testing"

	"poolhouse/internal/userpool"
)

// TestMap: columns are read as the job's map says, and otherwise by their own names.
// Entries that do not fit are reported with a correction.
func TestMap(t *testing.T) {
	m := func(pairs ...string) (out []Mapped) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, Mapped{Column: pairs[i], Attribute: pairs[i+1]})
		}
		return out
	}
	tests := []struct {
		name, header string
		asked        []Mapped
		want         string // the columns as they are read
		says         string // a part of a refusal
	}{
		{name: "by their names", header: "Login,Mail,email_verified", asked: m("Login", "cognito:username", "Mail", "email"), want: "cognito:username,email,email_verified"},
		{name: "by their plain names", header: "LOGIN,e mail,email_verified", asked: m("login", "cognito:username", "E-Mail", "email"), want: "cognito:username,email,email_verified"},
		{name: "exactly first", header: "login,Login,email_verified", asked: m("Login", "cognito:username", "login", "nickname"), want: "nickname,cognito:username,email_verified"},
		{name: "to nothing", header: "cognito:username,shoe_size,email_verified", asked: m("shoe_size", ""), want: "cognito:username,poolhouse:ignore:shoe_size,email_verified"},
		{name: "a known one to nothing", header: "cognito:username,nickname,email_verified", asked: m("nickname", ""), want: "cognito:username,poolhouse:ignore:nickname,email_verified"},
		{name: "one of two to nothing", header: "cognito:username,Email,email,email_verified", asked: m("email", ""), want: "cognito:username,email,poolhouse:ignore:email,email_verified"},
		{name: "a name that is there twice to nothing", header: "cognito:username,x,x,email_verified", asked: m("x", ""),
			want: "cognito:username,poolhouse:ignore:x,poolhouse:ignore:x (column 3),email_verified"},
		{name: "without a name", header: "cognito:username,,email_verified,", asked: m("column 2", "", "column 4", "nickname"),
			want: "cognito:username,poolhouse:ignore:column 2,email_verified,nickname"},
		{name: "swapped", header: "cognito:username,given_name,family_name,email_verified", asked: m("given_name", "family_name", "family_name", "given_name"),
			want: "cognito:username,family_name,given_name,email_verified"},
		{name: "to itself", header: "cognito:username,email_verified", asked: m("cognito:username", "cognito:username"), want: "cognito:username,email_verified"},
		{name: "to the number of another system", header: "cognito:username,id,email_verified", asked: m("id", "poolhouse:external_id"), want: "cognito:username,poolhouse:external_id,email_verified"},

		{name: "no such attribute", header: "Login,email_verified", asked: m("Login", "shoe_size"), says: "Login is mapped to shoe_size, which is no column of the user pool's files; GetCSVHeader"},
		{name: "another way of writing one", header: "Login,email_verified", asked: m("Login", "Email"), says: "mapped to Email, which is no column of the user pool's files; write email."},
		{name: "a slip", header: "Login,email_verified", asked: m("Login", "emial"), says: "is it email?"},
		{name: "a column of results", header: "Login,email_verified", asked: m("Login", "poolhouse:line"), says: "mapped to poolhouse:line, which is no column"},
		{name: "an ignored column", header: "Login,email_verified", asked: m("Login", "poolhouse:ignore:x"), says: "which is no column"},
		{name: "not in the file", header: "cognito:username,email_verified", asked: m("Mail", "email"), says: "the file has no column Mail."},
		{name: "not in the file, to nothing", header: "cognito:username,email_verified", asked: m("Mail", ""), says: "the file has no column Mail."},
		{name: "no column of that number", header: "cognito:username,email_verified", asked: m("column 2", ""), says: "the file has no column column 2."},
		{name: "two to one", header: "cognito:username,a,b,email_verified", asked: m("a", "email", "b", "email"), says: "a and b are both mapped to email"},
		{name: "twice", header: "cognito:username,a,email_verified", asked: m("a", "email", "a", "nickname"), says: "it has the column a twice"},
		{name: "by two names", header: "cognito:username,a_b,email_verified", asked: m("a_b", "email", "a b", "nickname"), says: "a_b and a b are the same column"},
		{name: "several of the name", header: "cognito:username,a,a,email_verified", asked: m("a", "email"), says: "several columns a, and only one can be email"},
		{name: "several of the plain name", header: "cognito:username,A b,a-b,email_verified", asked: m("a b", "email"), says: "several columns a b"},
		{name: "another one is that", header: "cognito:username,a,Email,email_verified", asked: m("a", "email"), says: "a is mapped to email, and the file has the column Email, which is read as that, too; map that one to nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			row := strings.Repeat(",x", strings.Count(tt.header, ","))
			s := surveyed(t, tt.header+"\nann"+row+"\nbob"+row+"\n", Import{Pool: testPool(t), Asked: Asked{Map: tt.asked}})
			if tt.says != "" {
				if problemCodes(s.Problems) != CodeFileMap || !strings.Contains(s.Problems[0].Error(), tt.says) || len([]rune(s.Problems[0].Reason)) > maxReason {
					t.Errorf("%s", FileErrors(s.Problems))
				}
				return
			}
			if len(s.Problems) > 0 || strings.Join(s.Header, ",") != tt.want {
				t.Errorf("%q, %s", s.Header, FileErrors(s.Problems))
			}
			for i, name := range s.Header {
				if why := Why(WhyMapped); strings.HasPrefix(name, NotImported) && s.Format.Unread[i] != why {
					t.Errorf("%s is not imported because of %s", name, s.Format.Unread[i])
				}
			}
			if problem := CheckMap(testPool(t), tt.asked); problem != nil {
				t.Errorf("without the file: %v", problem)
			}
		})
	}
	many := make([]Mapped, 500)
	for i := range many {
		many[i] = Mapped{Column: strings.Repeat("x", i+1), Attribute: "no"}
	}
	if problem := CheckMap(testPool(t), many); problem == nil || len([]rune(problem.Reason)) > maxReason || !strings.Contains(problem.Detail, "And 450 more.") {
		t.Errorf("%+v", problem)
	}
	if problem := CheckMap(nil, m("a", "custom:any", "b", "nothing")); problem == nil || strings.Contains(problem.Error(), "custom:any") {
		t.Errorf("without a pool: %v", problem)
	}
}

// TestMapIsNotRead: a strict reading refuses a map. Another file's rows already have the
// names of columns.
func TestMapIsNotRead(t *testing.T) {
	text := "cognito:username,email_verified,nickname\nann,true,x\n"
	asked := Asked{Map: []Mapped{{"nickname", "name"}}}
	if s := surveyed(t, text, Import{Pool: testPool(t), Asked: asked, Again: true}); len(s.Problems) > 0 || s.Header[2] != "nickname" {
		t.Errorf("again: %q, %v", s.Header, s.Problems)
	}
	asked.Strict = true
	if s := surveyed(t, text, Import{Pool: testPool(t), Asked: asked}); problemCodes(s.Problems) != CodeFileMap {
		t.Errorf("strictly: %v", s.Problems)
	}
}

// TestMappedValues: a mapped column is judged and converted like the column that it is
// read as. A column that is not imported has no rules.
func TestMappedValues(t *testing.T) {
	text := "Kennung,Mail,Bestätigt,Geboren,Hash\n" +
		"ann,ann@example.com,ja,31.12.1985," + bcrypt + "\nbob,bob@example.com,nein,1.2.1990,\n"
	asked := Asked{Map: []Mapped{{"Kennung", ColumnUsername}, {"mail", "email"}, {"bestätigt", "email_verified"}, {"Geboren", "birthdate"}, {"Hash", ""}}}
	want := Import{Pool: testPool(t), Asked: asked}
	got, format := outcomes(t, text, "birthdate", want)
	if got[0] != "1985-12-31" || got[1] != "NoVerifiedAttribute " || format.Names[0] != "Kennung" || format.Columns[4] != "poolhouse:ignore:Hash" || format.Unread[4] != WhyMapped {
		t.Errorf("%q, %+v", got, format)
	}
	want.Asked.Map[4].Attribute = ColumnPasswordHash
	if s := surveyed(t, text, want); problemCodes(s.Problems) != CodeFileHashAlgorithm {
		t.Errorf("a hash that nothing can be done with: %v", s.Problems)
	}
	want.Pool = testPool(t, func(p *userpool.UserPool) { p.AutoVerified = []string{"phone_number"} })
	want.Asked.Map[4].Attribute = ""
	if s := surveyed(t, text, want); problemCodes(s.Problems) != CodeFileMissingColumn {
		t.Errorf("a column that is needed and is not there: %v", s.Problems)
	}
}
