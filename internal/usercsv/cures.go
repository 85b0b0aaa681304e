package usercsv

import (
	"strings"
	"unicode"
)

// cure says what to do with an unknown column.
type cure struct {
	shown  string // the column, as a message shows it
	column string // the column that is meant, "" if none is known
	clear  bool   // the name certainly means that column or a known thing, so it is no user's value
	short  string // what to do, in a few words
	full   string // what to do and why
}

// removed has names, in their simplest form, that exports of other systems have and no
// import takes. For each it says what to do with the column.
var removed = map[string][2]string{
	"sub":                  {"take it out", "take it out: every imported user gets a new sub"},
	"identities":           {"take it out", "take it out: links to identity providers are not imported"},
	"groups":               {"take it out", "take it out: an import puts users into no groups; do that afterwards"},
	"password":             {"only hashes are imported", passwordCure},
	"temporarypassword":    {"only hashes are imported", passwordCure},
	"passwd":               {"only hashes are imported", passwordCure},
	"userstatus":           {"take it out", stateCure},
	"enabled":              {"take it out", stateCure},
	"usercreatedate":       {"take it out", stateCure},
	"userlastmodifieddate": {"take it out", stateCure},
	"mfaoptions":           {"take it out", stateCure},
	"preferredmfasetting":  {"take it out", stateCure},
	"usermfasettinglist":   {"take it out", stateCure},
}

const (
	passwordCure = "take it out: passwords are imported as hashes only, in the column password_hash of a job with a PasswordHashingAlgorithm"
	stateCure    = "take it out: an import cannot set it"
)

// synonyms maps other words, in their simplest form, to the one column that they mean. A
// word with two meanings, such as nombre, is not included.
var synonyms = map[string]string{
	"user": ColumnUsername, "userid": ColumnUsername, "login": ColumnUsername, "loginname": ColumnUsername,
	"mail": "email", "emailaddress": "email", "mailaddress": "email", "emailconfirmed": "email_verified", "verifiedemail": "email_verified",
	"phone": "phone_number", "telephone": "phone_number", "mobile": "phone_number", "mobilephone": "phone_number", "telephonenumber": "phone_number",
	"mobilenumber": "phone_number", "cellphone": "phone_number", "phoneno": "phone_number",
	"phoneverified": "phone_number_verified", "phoneconfirmed": "phone_number_verified",
	"firstname": "given_name", "forename": "given_name", "lastname": "family_name", "surname": "family_name",
	"fullname": "name", "displayname": "name", "dob": "birthdate", "dateofbirth": "birthdate", "birthday": "birthdate",
	"sex": "gender", "timezone": "zoneinfo", "language": "locale", "url": "website", "updated": "updated_at",
	"mfa": ColumnMFA, "hash": ColumnPasswordHash, "hashedpassword": ColumnPasswordHash,
	"postaladdress": "address", "streetaddress": "address",

	// German
	"benutzername": ColumnUsername, "benutzer": ColumnUsername, "anmeldename": ColumnUsername, "emailadresse": "email", "mailadresse": "email",
	"vorname": "given_name", "nachname": "family_name", "familienname": "family_name", "zuname": "family_name", "geburtsdatum": "birthdate",
	"telefonnummer": "phone_number", "telefon": "phone_number", "handynummer": "phone_number", "handy": "phone_number", "mobilnummer": "phone_number",
	"mobiltelefon": "phone_number", "rufnummer": "phone_number", "anschrift": "address", "geschlecht": "gender", "zeitzone": "zoneinfo", "sprache": "locale",

	// French
	"nomutilisateur": ColumnUsername, "nomdutilisateur": ColumnUsername, "courriel": "email", "adressecourriel": "email", "adresseemail": "email",
	"adressemail": "email", "prénom": "given_name", "prenom": "given_name", "nomdefamille": "family_name",
	"datedenaissance": "birthdate", "datenaissance": "birthdate", "téléphone": "phone_number", "numérodetéléphone": "phone_number",
	"numerodetelephone": "phone_number", "téléphoneportable": "phone_number", "adressepostale": "address",

	// Spanish
	"nombredeusuario": ColumnUsername, "usuario": ColumnUsername, "correo": "email", "correoelectrónico": "email", "correoelectronico": "email",
	"nombredepila": "given_name", "apellidos": "family_name", "apellido": "family_name", "fechadenacimiento": "birthdate", "fechanacimiento": "birthdate",
	"teléfono": "phone_number", "telefono": "phone_number", "teléfonomóvil": "phone_number", "telefonomovil": "phone_number",
	"móvil": "phone_number", "movil": "phone_number", "celular": "phone_number", "númerodeteléfono": "phone_number", "numerodetelefono": "phone_number",
	"dirección": "address", "direccion": "address", "domicilio": "address",
}

// cure finds out what an unknown column means. taken are the columns that the file has;
// the meaning found is added to it. similar says whether to look for similar names, which
// takes time.
func (c *catalogue) cure(name string, taken map[string]bool, similar bool) cure {
	simple, bare := fold(name), fold(withoutPrefix(name))
	column, clear := c.folded[simple]
	if !clear {
		column, clear = c.bare[bare]
	}
	if why, known := removed[bare]; known && !clear && !isCustom(name) {
		return cure{clear: true, short: why[0], full: why[1]}
	}
	if !clear && !isCustom(name) {
		column, clear = synonyms[bare]
		clear = clear && c.known[column]
	}
	question := ""
	if !clear && similar {
		column = c.similar(bare)
		question = "is it "
	}
	switch {
	case column == "" || !c.known[column]:
		return c.cureOfUnknown(name)
	case taken[column]:
		return cure{column: column, clear: clear, short: "take it out", full: "take it out: the file has the column " + column}
	case question != "":
		return cure{column: column, short: question + shown(column) + "?", full: question + shown(column) + "?"}
	}
	taken[column] = true
	return cure{column: column, clear: clear, short: "write " + shown(column), full: "write " + shown(column)}
}

// cureOfUnknown returns the cure of a column that resembles no known one.
func (c *catalogue) cureOfUnknown(name string) cure {
	or := ""
	if c.canMap {
		or = ", or map it to nothing"
	}
	if isCustom(name) {
		return cure{short: "not in this pool", full: "add the attribute to the user pool with AddCustomAttributes, or take the column out" + or}
	}
	return cure{full: "take it out, or add an attribute to the user pool with AddCustomAttributes and write custom: before the name" + or}
}

// similar returns the known column whose name, without its prefix, has one typing error
// less, "" if there is none.
func (c *catalogue) similar(simple string) string {
	const longest = 64 // bytes
	if len(simple) < 3 || len(simple) > longest {
		return ""
	}
	best, distance := "", 1+len(simple)/6
	for folded, column := range c.bare {
		if d := slips(simple, folded, distance); d < distance || d == distance && (best == "" || column < best) {
			best, distance = column, d
		}
	}
	return best
}

// slips counts the letters omitted, added, changed or swapped with the next one that turn
// a into b (the optimal string alignment distance). If the result would exceed most, it
// returns a larger number than most.
func slips(a, b string, most int) int {
	if len(a)-len(b) > most || len(b)-len(a) > most {
		return most + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			changed := last[j-1]
			if a[i-1] != b[j-1] {
				changed++
			}
			row[j] = min(last[j]+1, row[j-1]+1, changed)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

// fold returns the simplest form of a name: lower-case letters and digits.
func fold(name string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, name)
}

// withoutPrefix returns a column's name without custom:, dev:custom:, cognito: or
// poolhouse:.
func withoutPrefix(name string) string {
	small := strings.ToLower(name)
	for _, prefix := range []string{"custom:", "dev:custom:", "cognito:", "poolhouse:"} {
		if strings.HasPrefix(small, prefix) {
			return name[len(prefix):]
		}
	}
	return name
}

// isCustom reports whether a name has the prefix of custom attributes.
func isCustom(name string) bool {
	return strings.HasPrefix(name, "custom:") || strings.HasPrefix(name, "dev:custom:")
}

// looksLikeValue reports whether a cell of a header is more likely a user's value: an
// address, a number, a date, a flag, a long text.
func looksLikeValue(cell string) bool {
	if strings.ContainsRune(cell, '@') ||
		strings.EqualFold(cell, "true") || strings.EqualFold(cell, "false") {
		return true
	}
	return cell != "" && !strings.ContainsFunc(cell, unicode.IsLetter)
}
