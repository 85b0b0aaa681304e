package usercsv

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// Decode makes a user of a row: a new one, with a sub of its own and without
// dates, which whoever keeps it sets. It returns a *RowError for the first
// rule that the row breaks.
func (d *Decoder) Decode(record Record) (*userpool.User, *RowError) {
	if record.Err != nil {
		return nil, record.Err
	}
	u, problem := d.decode(record.Fields)
	if problem != nil {
		problem.Line = record.Line
		return nil, problem
	}
	return u, nil
}

func (d *Decoder) decode(fields []string) (*userpool.User, *RowError) {
	if n := len(fields); n != d.columns {
		flaw := FlawTooFewValues
		switch {
		case n > d.columns:
			flaw = FlawTooManyValues
		case slices.ContainsFunc(fields, func(value string) bool { return strings.Contains(value, ",") }):
			flaw = FlawCommaInValue
		}
		return nil, &RowError{Code: CodeFieldCount, Flaw: flaw,
			Reason: fmt.Sprintf("The number of values in the row is %d, but the number of columns in the header is %d.", n, d.columns)}
	}
	login := fields[d.username]
	if err := d.pool.CheckUsername(login); err != nil {
		return nil, rowError(err)
	}
	u := &userpool.User{PoolID: d.pool.ID, Sub: userpool.NewSub(), Username: login, Enabled: true}
	named := d.pool.UsernameAttributeOf(login)
	if named != "" {
		u.Username = u.Sub
	}
	var problem *RowError
	if u.Attributes, problem = d.attributes(fields, login, named); problem != nil {
		return nil, problem
	}
	if u.SMSMFA, problem = d.secondFactor(fields); problem != nil {
		return nil, problem
	}
	if problem = d.checkVerified(u); problem != nil {
		return nil, problem
	}
	if err := d.pool.CheckRequired(u.Attributes); err != nil {
		return nil, rowError(err)
	}
	return u, d.credential(u, fields)
}

// attributes reads the row's attributes in the order of the schema. Empty
// values are no attributes, save that the two flags are always kept when they
// have a column: so the real service was seen to do. In a pool with username
// attributes, login also is the value of the one called named.
func (d *Decoder) attributes(fields []string, login, named string) (userpool.Attributes, *RowError) {
	out := make(userpool.Attributes, 0, len(d.plan))
	for i := range d.plan {
		c := &d.plan[i]
		value := ""
		if c.index != none {
			value = fields[c.index]
		}
		value, problem := c.normalize(value)
		if problem != nil {
			return nil, problem
		}
		if err := c.attribute.CheckValue(value); err != nil {
			return nil, rowError(err)
		}
		if c.attribute.Name == named {
			if value, problem = d.identify(value, login, named); problem != nil {
				return nil, problem
			}
		}
		if value != "" {
			out = append(out, userpool.Attribute{Name: c.attribute.Name, Value: value})
		}
	}
	return out, nil
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
		return birthdate(&c.attribute, value)
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

// identify returns the value of the attribute that users of the pool are
// named by: what cognito:username holds. The attribute's own column may repeat
// it, in a pool without regard to case also in another case; anything else
// would leave open how the user is to be called.
func (d *Decoder) identify(value, login, attribute string) (string, *RowError) {
	if value == "" {
		return login, nil
	}
	if d.pool.UsernameKey(value) != d.pool.UsernameKey(login) {
		return "", &RowError{Column: attribute, Code: CodeUsernameMismatch,
			Reason: fmt.Sprintf("cognito:username and %s differ; in this user pool they must be equal.", attribute)}
	}
	return value, nil
}

// secondFactor reads cognito:mfa_enabled. Blank means what the pool requires,
// so it is true where MFA is on (Developer Guide, 2026).
func (d *Decoder) secondFactor(fields []string) (bool, *RowError) {
	if d.mfa == none || fields[d.mfa] == "" {
		return d.pool.MFA == userpool.MFAOn, nil
	}
	value, problem := boolean(ColumnMFA, fields[d.mfa])
	if problem != nil {
		return false, problem
	}
	refuse := func(reason string) (bool, *RowError) {
		return false, &RowError{Column: ColumnMFA, Code: CodeMFA, Reason: reason}
	}
	enabled := value == "true"
	switch {
	case !enabled && d.pool.MFA == userpool.MFAOn:
		return refuse("cognito:mfa_enabled must be true or blank: the user pool requires MFA.")
	case enabled && d.pool.MFA != userpool.MFAOn && d.pool.MFA != userpool.MFAOptional:
		return refuse("cognito:mfa_enabled must be false or blank: the user pool has MFA off.")
	}
	return enabled, nil
}

// checkVerified demands a verified contact: one of those that the pool
// verifies by itself must be flagged true (Developer Guide, formatting the
// CSV file). The text is the one that the real service logs. A pool that
// verifies nothing has no import jobs, so nothing is demanded here.
func (d *Decoder) checkVerified(u *userpool.User) *RowError {
	if len(d.pool.AutoVerified) == 0 || slices.ContainsFunc(d.pool.AutoVerified, u.Verified) {
		return nil
	}
	var flaw userpool.Flaw
	if len(d.pool.AutoVerified) > 1 {
		flaw = FlawEitherFlag
	}
	return &RowError{Column: d.pool.AutoVerified[0] + "_verified", Code: CodeNoVerified, Flaw: flaw,
		Reason: "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."}
}

// credential keeps the row's password hash and decides the user's status: a
// user who can sign in with what was imported is CONFIRMED, everybody else
// has to choose a password first.
func (d *Decoder) credential(u *userpool.User, fields []string) *RowError {
	u.Status = userpool.ResetRequired
	if d.pool.PasswordlessFactor(u.Attributes) {
		u.Status = userpool.Confirmed
	}
	if d.hash == none || fields[d.hash] == "" {
		return nil
	}
	hash := fields[d.hash]
	if d.algorithm == "" { // Survey ends such a job: a hash is not dropped in silence
		return &RowError{Column: ColumnPasswordHash, Code: CodePasswordHash,
			Reason: "There is a password hash, but the job names no PasswordHashingAlgorithm."}
	}
	if err := password.CheckHash(d.algorithm, hash, d.ceilings); err != nil {
		return &RowError{Column: ColumnPasswordHash, Code: CodePasswordHash, Reason: sentence(err.Error())}
	}
	u.Credential = userpool.Credential{Scheme: d.algorithm, Secret: hash}
	u.Status = userpool.Confirmed
	return nil
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
