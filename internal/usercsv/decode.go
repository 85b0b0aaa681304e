package usercsv

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// Decode makes a new user from a row. The user has a new sub and no dates; the store sets
// the dates. Decode returns a *RowError for the first rule that the row breaks.
// [Decoder.Findings] returns all of them.
func (d *Decoder) Decode(record Record) (*userpool.User, *RowError) {
	if record.Err != nil {
		return nil, record.Err
	}
	var found problems
	u := d.decode(d.restored(record.Fields), &found)
	if found.first != nil {
		found.first.Line = record.Line
		return nil, found.first
	}
	return u, nil
}

// Kept returns what [Keeper.Kept] returns for a row.
func (d *Decoder) Kept(record Record) string { return d.keeper.Kept(record) }

// problems collects what is wrong with a row, in the order of the rules. After each
// problem, the code that reads the row asks whether to stop. An import needs only the
// first problem, and a person is shown all of them. Both use the same code.
type problems struct {
	all   bool // do not stop after the first
	first *RowError
	list  []*RowError // filled if all is set
}

// add adds a problem and reports whether to stop.
func (p *problems) add(problem *RowError) (stop bool) {
	if p.first == nil {
		p.first = problem
	}
	if p.all {
		p.list = append(p.list, problem)
	}
	return !p.all
}

// has reports whether a column has a problem. If it has, problems of other columns may
// only follow from it.
func (p *problems) has(column string) bool {
	return slices.ContainsFunc(p.list, func(e *RowError) bool { return e.Column == column })
}

// decode makes a user from a row's values. The user is complete if no problem was found.
func (d *Decoder) decode(fields []string, found *problems) *userpool.User {
	if problem := d.countProblem(fields); problem != nil {
		found.add(problem)
		return nil
	}
	login := fields[d.username]
	if err := d.pool.CheckUsername(login); err != nil && found.add(rowError(err)) {
		return nil
	}
	u := &userpool.User{PoolID: d.pool.ID, Sub: userpool.NewSub(), Username: login, Enabled: true}
	named := d.pool.UsernameAttributeOf(login)
	if named != "" {
		u.Username = u.Sub
	}
	if d.attributes(u, fields, login, named, found) || d.secondFactor(u, fields, found) || d.checkVerified(u, found) ||
		d.checkRequired(u, found) || d.credential(u, fields, found) || d.externalID(u, fields, found) {
		return nil
	}
	return u
}

// countProblem reports a wrong number of values. In such a row, no value can be assigned
// to a column.
func (d *Decoder) countProblem(fields []string) *RowError {
	n := len(fields)
	if n == d.columns {
		return nil
	}
	flaw := FlawTooFewValues
	switch {
	case n > d.columns:
		flaw = FlawTooManyValues
	case slices.ContainsFunc(fields, func(value string) bool { return strings.Contains(value, ",") }):
		flaw = FlawCommaInValue
	}
	return &RowError{Code: CodeFieldCount, Flaw: flaw,
		Reason: fmt.Sprintf("The number of values in the row is %d, but the number of columns in the header is %d.", n, d.columns)}
}

// attributes reads the row's attributes in the order of the schema. An empty value is no
// attribute. The two flags are the exception: they are kept whenever they have a column,
// as the real service was seen to do. In a pool with username attributes, login is also
// the value of the attribute called named. A value that breaks a rule is kept as it is,
// so that rules which ask for the attribute find it.
func (d *Decoder) attributes(u *userpool.User, fields []string, login, named string, found *problems) (stop bool) {
	u.Attributes = make(userpool.Attributes, 0, len(d.plan))
	for i := range d.plan {
		c := &d.plan[i]
		written := ""
		if c.index != none {
			written = fields[c.index]
		}
		value, problem := c.read(written)
		if problem == nil && c.attribute.Name == named {
			value, problem = d.identify(c, value, login)
		}
		if problem != nil {
			if found.add(problem) {
				return true
			}
			value = written
		}
		if value != "" {
			u.Attributes = append(u.Attributes, userpool.Attribute{Name: c.attribute.Name, Value: value})
		}
	}
	return false
}

// read returns a value in the form in which it is stored.
func (c *attributeColumn) read(value string) (string, *RowError) {
	value, problem := c.normalize(value)
	if problem != nil {
		return "", problem
	}
	if err := c.attribute.CheckValue(value); err != nil {
		return "", rowError(err)
	}
	return value, nil
}

// normalize converts a value from the file's form to the stored form. Booleans are in
// lower case, birthdates are yyyy-mm-dd, and an empty flag is false.
func (c *attributeColumn) normalize(value string) (string, *RowError) {
	switch {
	case value == "" && c.flag:
		return "false", nil
	case value == "":
		return "", nil
	case c.attribute.Type == userpool.Boolean:
		return boolean(c.attribute.Name, value)
	case c.attribute.Name == "birthdate":
		return birthdate(&c.attribute, c.form, value)
	}
	return value, nil
}

// boolean accepts true and false in any case. The guide's examples have them in upper
// case, and tools write them in lower case.
func boolean(column, value string) (string, *RowError) {
	switch {
	case strings.EqualFold(value, "true"):
		return "true", nil
	case strings.EqualFold(value, "false"):
		return "false", nil
	}
	return "", &RowError{Column: column, Code: userpool.CodeInvalidBoolean, Reason: column + " must be true or false."}
}

// identify returns the value of the attribute that users of the pool are named by: the
// value of cognito:username. The attribute's own column may repeat it, in a
// case-insensitive pool also in another case. Any other value would leave open how the
// user is called.
func (d *Decoder) identify(c *attributeColumn, value, login string) (string, *RowError) {
	switch {
	case value == "" && c.surelyFits(login):
		return login, nil
	case value == "":
		if err := c.attribute.CheckValue(login); err != nil {
			problem := rowError(err)
			problem.Column = ColumnUsername // the column that has the value
			return "", problem
		}
		return login, nil
	case d.pool.UsernameKey(value) != d.pool.UsernameKey(login):
		return "", &RowError{Column: c.attribute.Name, Code: CodeUsernameMismatch,
			Reason: fmt.Sprintf("cognito:username and %s differ; in this user pool they must be equal.", c.attribute.Name)}
	}
	return value, nil
}

// surelyFits reports whether a username is certainly within the bounds of the attribute.
// Its form is already known to be the attribute's. A text has at most as many characters
// as bytes.
func (c *attributeColumn) surelyFits(login string) bool {
	b := c.attribute.Bounds
	return b == nil || (b.Max == nil || int64(len(login)) <= *b.Max) && (b.Min == nil || *b.Min <= 1)
}

// secondFactor reads cognito:mfa_enabled. Blank means what the pool requires, so it means
// true where MFA is on (Developer Guide, 2026).
func (d *Decoder) secondFactor(u *userpool.User, fields []string, found *problems) (stop bool) {
	if d.mfa == none || fields[d.mfa] == "" {
		u.SMSMFA = d.pool.MFA == userpool.MFAOn
		return false
	}
	value, problem := boolean(ColumnMFA, fields[d.mfa])
	if problem != nil {
		return found.add(problem)
	}
	u.SMSMFA = value == "true"
	switch {
	case !u.SMSMFA && d.pool.MFA == userpool.MFAOn:
		return found.add(&RowError{Column: ColumnMFA, Code: CodeMFA,
			Reason: "cognito:mfa_enabled must be true or blank: the user pool requires MFA."})
	case u.SMSMFA && d.pool.MFA != userpool.MFAOn && d.pool.MFA != userpool.MFAOptional:
		return found.add(&RowError{Column: ColumnMFA, Code: CodeMFA,
			Reason: "cognito:mfa_enabled must be false or blank: the user pool has MFA off."})
	}
	return false
}

// checkVerified demands a verified contact. At least one of the attributes that the pool
// verifies automatically must be flagged true (Developer Guide, formatting the CSV file).
// The text is the one that the real service logs. A pool that verifies nothing has no
// import jobs, so this demands nothing there. It also demands nothing if a flag is
// neither true nor false, because that is already a problem.
func (d *Decoder) checkVerified(u *userpool.User, found *problems) (stop bool) {
	auto := d.pool.AutoVerified
	if len(auto) == 0 || slices.ContainsFunc(auto, u.Verified) ||
		slices.ContainsFunc(auto, func(name string) bool { return found.has(name + "_verified") }) {
		return false
	}
	var flaw userpool.Flaw
	if len(auto) > 1 {
		flaw = FlawEitherFlag
	}
	return found.add(&RowError{Column: d.flagToSet(u) + "_verified", Code: CodeNoVerified, Flaw: flaw,
		Reason: "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."})
}

// flagToSet returns the attribute whose flag must be set: the first one that the pool
// verifies automatically. It prefers one with a flag in the file, and most of all one
// that also has a value.
func (d *Decoder) flagToSet(u *userpool.User) string {
	auto := d.pool.AutoVerified
	flagged := func(name string) bool { return slices.Contains(d.header, name+"_verified") }
	if i := slices.IndexFunc(auto, func(name string) bool { return flagged(name) && u.Attributes.Get(name) != "" }); i >= 0 {
		return auto[i]
	}
	return auto[max(0, slices.IndexFunc(auto, flagged))]
}

// checkRequired demands the attributes that the pool requires, and a value for each flag
// that is true.
func (d *Decoder) checkRequired(u *userpool.User, found *problems) (stop bool) {
	d.pool.EachMissing(u.Attributes, func(err error) bool {
		problem := rowError(err)
		if slices.Contains(d.pool.UsernameAttributes, problem.Column) && found.has(ColumnUsername) {
			return true // a valid username would be the value
		}
		if problem.Code == userpool.CodeVerifiedNoValue && d.flagAtFault(u, problem.Column) {
			problem.Column += "_verified"
			problem.Flaw = FlawFlagAlone
		}
		stop = found.add(problem)
		return !stop
	})
	return stop
}

// flagAtFault reports whether the flag is the cell to change when a contact is verified
// but missing. It is if the pool does not require the contact, or if the file has no
// column for it.
func (d *Decoder) flagAtFault(u *userpool.User, contact string) bool {
	another := func(name string) bool { return name != contact && u.Verified(name) }
	return !slices.Contains(d.header, contact) || !d.pool.AutoVerifies(contact) || slices.ContainsFunc(d.pool.AutoVerified, another)
}

// credential keeps the row's password hash and decides the user's status. A user who can
// sign in with the imported hash is CONFIRMED. Every other user has to choose a password
// first.
func (d *Decoder) credential(u *userpool.User, fields []string, found *problems) (stop bool) {
	u.Status = userpool.ResetRequired
	if d.pool.PasswordlessFactor(u.Attributes) {
		u.Status = userpool.Confirmed
	}
	if d.hash == none || fields[d.hash] == "" {
		return false
	}
	hash := fields[d.hash]
	if problem := d.hashProblem(hash); problem != nil {
		return found.add(problem)
	}
	u.Credential = userpool.Credential{Scheme: d.algorithm, Secret: hash}
	u.Status = userpool.Confirmed
	return false
}

func (d *Decoder) hashProblem(hash string) *RowError {
	if hash == Hidden {
		return &RowError{Column: ColumnPasswordHash, Code: CodeHashHidden, Reason: "The password hash is not in the file: result files hide it."}
	}
	if d.algorithm == "" { // Survey refuses such a job, so that no hash is dropped silently
		return &RowError{Column: ColumnPasswordHash, Code: CodePasswordHash,
			Reason: "There is a password hash, but the job names no PasswordHashingAlgorithm."}
	}
	if err := password.CheckHash(d.algorithm, hash, d.ceilings); err != nil {
		return &RowError{Column: ColumnPasswordHash, Code: CodePasswordHash, Reason: sentence(err.Error())}
	}
	return nil
}

// maxExternalID bounds the external id, in characters.
const maxExternalID = 256

// externalID keeps the user's id in another system.
func (d *Decoder) externalID(u *userpool.User, fields []string, found *problems) (stop bool) {
	if d.external == none || fields[d.external] == "" {
		return false
	}
	u.ExternalID = fields[d.external]
	switch {
	case utf8.RuneCountInString(u.ExternalID) > maxExternalID:
		return found.add(&RowError{Column: ColumnExternalID, Code: CodeExternalID, Flaw: userpool.FlawTooLong,
			Reason: fmt.Sprintf("The external id is longer than %d characters.", maxExternalID)})
	case strings.ContainsFunc(u.ExternalID, unicode.IsControl):
		return found.add(&RowError{Column: ColumnExternalID, Code: CodeExternalID, Flaw: userpool.FlawCharacter,
			Reason: "The external id contains a control character."})
	}
	return false
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// rowError turns a broken rule of the pool into a row's error.
func rowError(err error) *RowError {
	e, ok := errors.AsType[*userpool.Error](err)
	if !ok {
		return &RowError{Code: CodeInternal, Reason: "Internal error."}
	}
	column := e.Attribute
	if column == "username" {
		column = ColumnUsername
	}
	return &RowError{Column: column, Code: e.Code, Flaw: e.Flaw, Reason: e.Message}
}
