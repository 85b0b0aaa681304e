// Command sample writes the demo's import file: a thousand rows, most of them good, some of
// existing users, and some with one mistake each. Its output is always the same.
package main

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
)

const rows = 1000

var columns = []string{
	"cognito:username", "given_name", "family_name", "name", "email", "email_verified", "phone_number", "phone_number_verified",
	"birthdate", "locale", "zoneinfo", "address", "updated_at", "cognito:mfa_enabled", "custom:department", "custom:level",
}

var (
	given = strings.Fields("Ada Amir Ana Anders Aoife Bao Bea Björn Carlos Chidi Clara Dana Diego Elif Emil Esra Fatima Finn Grace " +
		"Hana Hiro Ines Ivan Jana João Jun Kofi Lars Leila Linh Luca Maja Mateo Mei Mina Nadia Noah Olga Omar Paula Priya Quinn " +
		"Rafael Rosa Samir Sofia Tariq Uma Viktor Wanda Yara Zoë")
	family = strings.Fields("Abe Adeyemi Andersen Bakker Bianchi Castillo Chen Costa Dubois Eriksson Fischer Garcia Haddad Hansen Ito " +
		"Ivanova Jansen Kaya Khan Kim Kowalski Larsen Lee Lopez Meyer Mensah Moreau Müller Nakamura Nguyen Novak Okafor Oliveira " +
		"Patel Petrov Rossi Sato Schmidt Silva Singh Suzuki Tanaka Torres Virtanen Wagner Weber Yilmaz Zhang")
	streets     = []string{"Birch Lane", "Harbour Road", "High Street", "Mill Way", "Orchard Close", "Station Road"}
	towns       = []string{"Eastwick", "Fairview", "Kingsbridge", "Northfield", "Oakhurst", "Westport"}
	locales     = []string{"en-GB", "en-US", "de-DE", "fr-FR", "pt-BR", "ja-JP"}
	zones       = []string{"Europe/London", "America/New_York", "Europe/Berlin", "Europe/Paris", "America/Sao_Paulo", "Asia/Tokyo"}
	departments = []string{"Engineering", "Finance", "Legal", "Marketing", "Operations", "Sales", "Support"}
)

// mistakes change a good row into one that must fail, each in its own way, by the row's
// number.
var mistakes = map[int]func(row map[string]string) string{
	41:  set("cognito:username", ""),
	97:  set("cognito:username", "two words"),
	158: set("email_verified", "FALSE", "phone_number_verified", "FALSE"),
	203: set("email", "not-an-address"),
	266: set("phone_number", "020 7946 0000"),
	319: set("birthdate", "02/30/1990"),
	377: set("email_verified", "perhaps"),
	434: set("updated_at", "last week"),
	488: set("custom:department", "The Department of Long Department Names"),
	541: set("custom:level", "11"),
	593: set("cognito:mfa_enabled", "TRUE"),
	640: set("email", "", "email_verified", "TRUE"),
	702: set("family_name", ""),
	758: func(row map[string]string) string { return line(row) + ",one value too many" },
	811: func(row map[string]string) string {
		return strings.Replace(line(row), row["given_name"], "Bj\xf6rn", 1) // Latin-1
	},
	869: set("birthdate", "12/31/85"),
	934: func(row map[string]string) string { return strings.Join(strings.Split(line(row), ",")[:9], ",") },
}

// twice are the rows that repeat an earlier row's user.
var twice = map[int]int{120: 12, 245: 200, 360: 359, 512: 44, 777: 700, 905: 8}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintln(out, strings.Join(columns, ","))
	r := rand.New(rand.NewPCG(2026, 11))
	var made []map[string]string
	for i := range rows {
		row := person(r, i)
		if earlier, ok := twice[i]; ok {
			row = made[earlier]
		}
		made = append(made, row)
		if mistake := mistakes[i]; mistake != nil {
			fmt.Fprintln(out, mistake(row))
			continue
		}
		fmt.Fprintln(out, line(row))
	}
}

func person(r *rand.Rand, i int) map[string]string {
	first, last := given[r.IntN(len(given))], family[r.IntN(len(family))]
	name := fmt.Sprintf("%s.%s%d", ascii(first), ascii(last), i)
	home := r.IntN(len(locales))
	return map[string]string{
		"cognito:username": name, "given_name": first, "family_name": last, "name": first + " " + last,
		"email": name + "@example.com", "email_verified": "TRUE",
		"phone_number": fmt.Sprintf("+1555%07d", 1000000+i), "phone_number_verified": []string{"TRUE", "FALSE"}[r.IntN(2)],
		"birthdate": fmt.Sprintf("%02d/%02d/%d", 1+r.IntN(12), 1+r.IntN(28), 1950+r.IntN(55)),
		"locale":    locales[home], "zoneinfo": zones[home],
		"address":    fmt.Sprintf(`%d %s\, %s`, 1+r.IntN(120), streets[r.IntN(len(streets))], towns[r.IntN(len(towns))]),
		"updated_at": fmt.Sprint(1_760_000_000 + r.IntN(9_000_000)), "cognito:mfa_enabled": "",
		"custom:department": departments[r.IntN(len(departments))], "custom:level": fmt.Sprint(1 + r.IntN(10)),
	}
}

func line(row map[string]string) string {
	values := make([]string, len(columns))
	for i, c := range columns {
		values[i] = row[c]
	}
	return strings.Join(values, ",")
}

func set(pairs ...string) func(map[string]string) string {
	return func(row map[string]string) string {
		for i := 0; i < len(pairs); i += 2 {
			row[pairs[i]] = pairs[i+1]
		}
		return line(row)
	}
}

func ascii(s string) string {
	return strings.ToLower(strings.NewReplacer("ö", "oe", "ã", "a", "ë", "e", "ü", "ue").Replace(s))
}
