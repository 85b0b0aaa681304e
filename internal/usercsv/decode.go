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

// Decode makes a user of a row: a new one, with a sub of its own and without
// dates, which its keeper sets. It returns a *RowError for the first rule that
// the row breaks. [Decoder.Findings] tells all of them.
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

// Kept is what [Keeper.Kept] returns of a row.
func (d *Decoder) Kept(record Record) string { return d.keeper.Kept(record) }

// problems takes what is wrong with a row, in the order of the rules. What reads
// the row asks after each problem whether to stop: the first one is enough to
// import a row or not, and a person is told all of them. The rules are the same
// code for both.
type problems struct {
	all   bool // go on after the first
	first *RowError
	list  []*RowError // with all
}

// add takes a problem and reports whether to stop.
func (p *problems) add(problem *RowError) (stop bool) {
	if p.first == nil {
		p.first = problem
	}
	if p.all {
		p.list = append(p.list, problem)
	}
	return !p.all
}

// of reports whether a column has a problem. What a rule then says of other
// columns may only follow from that one.
func (p *problems) of(column string) bool {
	return slices.ContainsFunc(p.list, func(e *RowError) bool { return e.Column == column })
}

// decode makes a user of a row's values. The user is whole if nothing was found.
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

// countProblem says whether the row has as many values as the header has
// columns. In one that has not, no value is known to be of a column.
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

// attributes reads the row's attributes in the order of the schema. Empty
// values are no attributes, save that the two flags are always kept when they
// have a column: so the real service was seen to do. In a pool with username
// attributes, login also is the value of the one called named. A value that
// breaks a rule is kept as it is: it is there, for the rules that ask for that.
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

// read returns a value in the form that is kept.
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

// normalize brings a value from the file's form into the form that is kept:
// booleans in lower case, birthdates as yyyy-mm-dd, a flag that is not set as
// false.
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

// boolean accepts true and false in any case: the guide's examples have them
// in capitals, tools write them small.
func boolean(column, value string) (string, *RowError) {
	switch {
	case strings.EqualFold(value, "true"):
		return "true", nil
	case strings.EqualFold(value, "false"):
		return "false", nil
	}
	return "", &RowError{Column: column, Code: userpool.CodeInvalidBoolean, Reason: column + " must be true or false."}
}

// identify returns the value of the attribute that users of the pool are named by:
// what cognito:username holds. The attribute's own column may repeat it, in a pool
// without regard to case also in another case; anything else would leave open how
// the user is to be called.
func (d *Decoder) identify(c *attributeColumn, value, login string) (string, *RowError) {
	switch {
	case value == "" && c.surelyFits(login):
		return login, nil
	case value == "":
		if err := c.attribute.CheckValue(login); err != nil {
			problem := rowError(err)
			problem.Column = ColumnUsername // which has the value
			return "", problem
		}
		return login, nil
	case d.pool.UsernameKey(value) != d.pool.UsernameKey(login):
		return "", &RowError{Column: c.attribute.Name, Code: CodeUsernameMismatch,
			Reason: fmt.Sprintf("cognito:username and %s differ; in this user pool they must be equal.", c.attribute.Name)}
	}
	return value, nil
}

// surelyFits reports whether a username, whose form is known to be the attribute's, is
// within its bounds for sure: it has at most as many characters as bytes.
func (c *attributeColumn) surelyFits(login string) bool {
	b := c.attribute.Bounds
	return b == nil || (b.Max == nil || int64(len(login)) <= *b.Max) && (b.Min == nil || *b.Min <= 1)
}

// secondFactor reads cognito:mfa_enabled. Blank means what the pool requires,
// so it is true where MFA is on (Developer Guide, 2026).
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

// checkVerified demands a verified contact: one of those that the pool
// verifies by itself must be flagged true (Developer Guide, formatting the
// CSV file). The text is the one that the real service logs. A pool that
// verifies nothing has no import jobs, so nothing is demanded here. Nor is it
// where a flag is neither true nor false: that is told already.
func (d *Decoder) checkVerified(u *userpool.User, found *problems) (stop bool) {
	auto := d.pool.AutoVerified
	if len(auto) == 0 || slices.ContainsFunc(auto, u.Verified) ||
		slices.ContainsFunc(auto, func(name string) bool { return found.of(name + "_verified") }) {
		return false
	}
	var flaw userpool.Flaw
	if len(auto) > 1 {
		flaw = FlawEitherFlag
	}
	return found.add(&RowError{Column: d.flagToSet(u) + "_verified", Code: CodeNoVerified, Flaw: flaw,
		Reason: "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."})
}

// flagToSet returns the attribute whose flag is the one to set: the first that
// the pool verifies by itself, better one that has a flag in the file, and best
// one that has a value, too.
func (d *Decoder) flagToSet(u *userpool.User) string {
	auto := d.pool.AutoVerified
	flagged := func(name string) bool { return slices.Contains(d.header, name+"_verified") }
	if i := slices.IndexFunc(auto, func(name string) bool { return flagged(name) && u.Attributes.Get(name) != "" }); i >= 0 {
		return auto[i]
	}
	return auto[max(0, slices.IndexFunc(auto, flagged))]
}

// checkRequired demands what the pool requires of every user, and a value for
// each flag that is true.
func (d *Decoder) checkRequired(u *userpool.User, found *problems) (stop bool) {
	d.pool.EachMissing(u.Attributes, func(err error) bool {
		problem := rowError(err)
		if slices.Contains(d.pool.UsernameAttributes, problem.Column) && found.of(ColumnUsername) {
			return true // a good username would be the value
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

// flagAtFault reports whether of a contact that is verified and not there the
// flag is the cell to change: the user can do without it, or the file has no
// column for the contact.
func (d *Decoder) flagAtFault(u *userpool.User, contact string) bool {
	another := func(name string) bool { return name != contact && u.Verified(name) }
	return !slices.Contains(d.header, contact) || !d.pool.AutoVerifies(contact) || slices.ContainsFunc(d.pool.AutoVerified, another)
}

// credential keeps the row's password hash and decides the user's status: a
// user who can sign in with what was imported is CONFIRMED, every other one
// has to choose a password first.
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
	if d.algorithm == "" { // Survey ends such a job: a hash is not dropped in silence
		return &RowError{Column: ColumnPasswordHash, Code: CodePasswordHash,
			Reason: "There is a password hash, but the job names no PasswordHashingAlgorithm."}
	}
	if err := password.CheckHash(d.algorithm, hash, d.ceilings); err != nil {
		return &RowError{Column: ColumnPasswordHash, Code: CodePasswordHash, Reason: sentence(err.Error())}
	}
	return nil
}

// maxExternalID is the longest external id, in characters.
const maxExternalID = 256

// externalID keeps what another system calls the user.
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
