package usercsv

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestColumnsSeen: what a person is shown about each column before mapping it.
func TestColumnsSeen(t *testing.T) {
	text := "Cognito Username,E-Mail-Adresse,email_verified,Geburtsdatum,password_hash,api token,,Nr,shoe_size,nickname,note\n" +
		"ann,ann@example.com,t,31.12.1985," + bcrypt + ",abc,,1,44,\"a \"\"b\"\"\"," + strings.Repeat("é", 300) + "\n" +
		"bob,bob@example.com,f,1.1.1990,,abd,,2,44,Müller\\, J.," + bcrypt + "\n" +
		"cem,,t,1.1.1990,,abe,,3,,x,\n" +
		"dan,dan@example.com,t,1.1.1991," + bcrypt + ",abf,,4,45,y,\n" +
		"short row\n"
	s := surveyed(t, text, Import{Pool: testPool(t), Columns: true, Algorithm: "BCRYPT"})
	unknown := "take it out, or add an attribute to the user pool with AddCustomAttributes and write custom: before the name, or map it to nothing"
	want := []ColumnSeen{
		{Name: "Cognito Username", Known: true, ReadAs: ColumnUsername, Filled: 4, Samples: f("ann", "bob", "cem")},
		{Name: "E-Mail-Adresse", Meant: "email", Cure: "write email", Filled: 3, Samples: f("ann@example.com", "bob@example.com", "dan@example.com")},
		{Name: "email_verified", Known: true, ReadAs: "email_verified", Filled: 4, Samples: f("t", "f")},
		{Name: "Geburtsdatum", Meant: "birthdate", Cure: "write birthdate", Filled: 4, Samples: f("31.12.1985", "1.1.1990", "1.1.1991")},
		{Name: "password_hash", Known: true, ReadAs: ColumnPasswordHash, Filled: 2, Samples: f(Hidden)},
		{Name: "api token", Cure: unknown, Filled: 4, Samples: f(Hidden)},
		{Name: "", Unread: WhyEmpty, Samples: []string{}},
		{Name: "Nr", Unread: WhyRowNumbers, Filled: 4, Samples: f("1", "2", "3")},
		{Name: "shoe_size", Cure: unknown, Filled: 3, Samples: f("44", "45")},
		{Name: "nickname", Known: true, ReadAs: "nickname", Filled: 4, Samples: f(`a "b"`, "Müller, J.", "x")},
		{Name: "note", Cure: unknown, Filled: 2, Samples: f(strings.Repeat("é", 255)+"…", Hidden)},
	}
	if diff := cmp.Diff(want, s.Columns); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if s := surveyed(t, text, Import{Pool: testPool(t), Algorithm: "BCRYPT"}); s.Columns != nil {
		t.Error("an import's survey has looked at all columns")
	}
	if s := surveyed(t, text, Import{Pool: testPool(t), Columns: true, Algorithm: "BCRYPT", Asked: Asked{Map: []Mapped{{"Geburtsdatum", "birthdate"}, {"E-Mail-Adresse", ""}}}}); s.Columns[3].ReadAs != "birthdate" ||
		s.Columns[3].Meant != "" || s.Columns[1].Unread != WhyMapped || s.Columns[1].Meant != "" || s.Columns[1].Filled != 3 {
		t.Errorf("with a map: %+v", s.Columns)
	}
	if s := surveyed(t, "jane,jane@example.com,true\n", Import{Pool: testPool(t), Columns: true}); s.Columns != nil {
		t.Errorf("of a line that is no header, %+v is told", s.Columns)
	}
}

// TestMeant: a column is suggested if the name means only that one, in several languages,
// and the values fit.
func TestMeant(t *testing.T) {
	good := map[string]string{"email": "ann@example.com", "phone_number": "+49 (30) 123-456", "birthdate": "31.12.1985", "given_name": "Ann", "family_name": "O'Neill",
		ColumnUsername: "ann", "address": "Mill Road 5", "email_verified": "ja"}
	tests := []struct{ name, column, value, want string }{
		{"E-Mail-Adresse", "", "", "email"}, {"mail address", "", "", "email"}, {"courriel", "", "", "email"}, {"Correo electrónico", "", "", "email"},
		{"Telefonnummer", "", "", "phone_number"}, {"Téléphone", "", "", "phone_number"}, {"Teléfono", "", "", "phone_number"}, {"Mobile phone", "", "", "phone_number"},
		{"Vorname", "", "", "given_name"}, {"Prénom", "", "", "given_name"}, {"First name", "", "", "given_name"}, {"Nombre de pila", "", "", "given_name"},
		{"Nachname", "", "", "family_name"}, {"Nom de famille", "", "", "family_name"}, {"Apellidos", "", "", "family_name"}, {"Surname", "", "", "family_name"},
		{"Geburtsdatum", "", "", "birthdate"}, {"Date de naissance", "", "", "birthdate"}, {"Fecha de nacimiento", "", "", "birthdate"}, {"DOB", "", "", "birthdate"},
		{"Benutzername", "", "", ColumnUsername}, {"Nom d'utilisateur", "", "", ColumnUsername}, {"Usuario", "", "", ColumnUsername}, {"Username", "", "", ColumnUsername},
		{"Anschrift", "", "", "address"}, {"Dirección", "", "", "address"}, {"email confirmed", "", "", "email_verified"},

		{"Mail", "email", "Mill Road 5", ""}, {"Mail", "email", "ann@example.com, bob@example.com", ""}, {"Telefon", "phone_number", "Ann", ""}, {"Telefon", "phone_number", "12", ""},
		{"Geburtsdatum", "birthdate", "Berlin", ""}, {"Vorname", "given_name", "ann@example.com", ""}, {"Anschrift", "address", "ann@example.com", ""},
		{"email confirmed", "email_verified", "perhaps", ""}, {"Login", ColumnUsername, "Ann Lee", ""},
		{"Nombre", "given_name", "Ann", ""}, {"Nom", "family_name", "Lee", ""}, {"emial", "email", "ann@example.com", ""}, {"shoe_size", "email", "ann@example.com", ""},
	}
	for _, tt := range tests {
		value := tt.value
		if value == "" {
			value = good[tt.want]
		}
		s := surveyed(t, fmt.Sprintf("cognito:mfa_enabled,%s\ntrue,\"%s\"\ntrue,\n", tt.name, value), Import{Pool: testPool(t), Columns: true})
		if len(s.Columns) != 2 || s.Columns[1].Meant != tt.want {
			t.Errorf("%s with %s: %+v", tt.name, value, s.Columns)
		}
	}
	s := surveyed(t, "email_verified,mail,e-mail address,email,phone,mobile\ntrue,a@x.org,b@x.org,c@x.org,+14255550100,+14255550101\n", Import{Pool: testPool(t), Columns: true})
	if slices.ContainsFunc(s.Columns, func(c ColumnSeen) bool { return c.Meant != "" }) {
		t.Errorf("of several columns, one is chosen: %+v", s.Columns)
	}
}

// TestColumnsSeenAreBounded: many columns and long values take little memory, and values
// already seen take none.
func TestColumnsSeenAreBounded(t *testing.T) {
	header, row := "cognito:username", "ann"
	for i := range 1500 {
		header, row = header+fmt.Sprintf(",c%d", i), row+",x"
	}
	s := surveyed(t, header+"\n"+row+"\n", Import{Pool: testPool(t), Columns: true})
	if len(s.Columns) != 1501 || s.Columns[999].Filled != 1 || s.Columns[1000].Filled != 0 {
		t.Errorf("%d columns", len(s.Columns))
	}
	many := func(rows int) float64 {
		text := "cognito:username,email_verified,nickname,birthdate\n" + strings.Repeat("ann,true,x,12/31/1985\n", rows)
		return testing.AllocsPerRun(5, func() { surveyed(t, text, Import{Pool: testPool(t), Columns: true}) })
	}
	if few, lots := many(10), many(2000); lots > few+100 {
		t.Errorf("%v allocations for 10 rows, %v for 2000", few, lots)
	}
}
