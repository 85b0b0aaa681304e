package usercsv

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/password"
	"poolhouse/internal/userpool"
)

// Decode makes a user of a row: a new one, with a sub of its own and without
// dates, which whoever keeps it sets. It returns a *RowError for the first
// rule that the row breaks.
func (d *Decoder) Decode(record Record) (*userpool.User, *RowError) {
	u, err := d.decode(record)
	if err != nil {
		err.Line = record.Line
		return nil, err
	}
	return u, nil
}

func (d *Decoder) decode(record Record) (*userpool.User, *RowError) {
	if record.Err != nil {
		return nil, record.Err
	}
	if n := len(record.Fields); n != d.columns {
		return nil, &RowError{Code: CodeFieldCount, Reason: fmt.Sprintf("The row has %d values, but the header has %d columns.", n, d.columns)}
	}
	login := record.Fields[d.username]
	if err := d.pool.CheckUsername(login); err != nil {
		return nil, rowError(err)
	}
	u := &userpool.User{PoolID: d.pool.ID, Sub: uuid.NewString(), Username: login, Enabled: true}
	var problem *RowError
	if u.Attributes, problem = d.attributes(record.Fields); problem != nil {
		return nil, problem
	}
	if problem := d.identify(u, login); problem != nil {
		return nil, problem
	}
	if err := d.pool.CheckRequired(u.Attributes); err != nil {
		return nil, rowError(err)
	}
	if problem := d.checkVerified(u); problem != nil {
		return nil, problem
	}
	if u.SMSMFA, problem = d.secondFactor(record.Fields); problem != nil {
		return nil, problem
	}
	return u, d.credential(u, record.Fields)
}

// attributes reads the row's attributes in the order of the schema. Empty
// values are no attributes, save that the two flags are always kept when they
// have a column: so the real service was seen to do.
func (d *Decoder) attributes(fields []string) (userpool.Attributes, *RowError) {
	out := make(userpool.Attributes, 0, len(d.plan)+1)
	for i := range d.plan {
		c := &d.plan[i]
		value := fields[c.index]
		if value == "" {
			if c.flag {
				out = append(out, userpool.Attribute{Name: c.attribute.Name, Value: "false"})
			}
			continue
		}
		value, problem := c.normalize(value)
		if problem != nil {
			return nil, problem
		}
		if err := c.attribute.CheckValue(value); err != nil {
			return nil, rowError(err)
		}
		out = append(out, userpool.Attribute{Name: c.attribute.Name, Value: value})
	}
	return out, nil
}

// normalize brings a value from the file's form into the form that is kept:
// booleans in lower case, birthdates from mm/dd/yyyy to yyyy-mm-dd (Developer
// Guide, formatting the CSV file).
func (c *attributeColumn) normalize(value string) (string, *RowError) {
	switch {
	case c.attribute.Type == userpool.Boolean:
		switch {
		case value == "true" || strings.EqualFold(value, "true"):
			return "true", nil
		case strings.EqualFold(value, "false"):
			return "false", nil
		}
		return "", &RowError{Column: c.attribute.Name, Code: userpool.CodeInvalidBoolean,
			Reason: c.attribute.Name + " must be true or false."}
	case c.attribute.Name == "birthdate":
		at, err := time.Parse("01/02/2006", value)
		if err != nil {
			return "", &RowError{Column: c.attribute.Name, Code: userpool.CodeInvalidBirthdate,
				Reason: "The birthdate must be a date of the form mm/dd/yyyy."}
		}
		return at.Format(time.DateOnly), nil
	}
	return value, nil
}

// identify names the user. In a pool with username attributes, the value of
// cognito:username is one of these attributes, and the username is the sub.
func (d *Decoder) identify(u *userpool.User, login string) *RowError {
	if !d.pool.UsesUsernameAttributes() {
		return nil
	}
	attribute := d.pool.UsernameAttributeOf(login)
	switch has := u.Attributes.Get(attribute); has {
	case login:
	case "":
		u.Attributes.Set(attribute, login)
		d.sort(u.Attributes)
	default:
		return &RowError{Column: attribute, Code: CodeUsernameMismatch,
			Reason: fmt.Sprintf("cognito:username and %s differ; in this user pool they must be equal.", attribute)}
	}
	u.Username = u.Sub
	return nil
}

// checkVerified demands a verified contact: one of those that the pool
// verifies by itself must be flagged true (Developer Guide, formatting the
// CSV file). The text is the one that the real service logs.
func (d *Decoder) checkVerified(u *userpool.User) *RowError {
	if len(d.pool.AutoVerified) == 0 || slices.ContainsFunc(d.pool.AutoVerified, u.Verified) {
		return nil
	}
	return &RowError{Column: d.pool.AutoVerified[0] + "_verified", Code: CodeNoVerified,
		Reason: "The User Record does not set any of the auto verified attributes to verified. (Example: email_verified to true)."}
}

// secondFactor reads cognito:mfa_enabled. Blank means what the pool requires
// (Developer Guide, 2026).
func (d *Decoder) secondFactor(fields []string) (bool, *RowError) {
	value := ""
	if d.mfa >= 0 {
		value = strings.ToLower(fields[d.mfa])
	}
	refuse := func(reason string) (bool, *RowError) {
		return false, &RowError{Column: ColumnMFA, Code: CodeMFA, Reason: reason}
	}
	switch {
	case value == "":
		return false, nil
	case value != "true" && value != "false":
		return refuse("cognito:mfa_enabled must be true, false or blank.")
	case value == "false" && d.pool.MFA == userpool.MFAOn:
		return refuse("cognito:mfa_enabled must be true or blank: the user pool requires MFA.")
	case value == "true" && d.pool.MFA == userpool.MFAOff:
		return refuse("cognito:mfa_enabled must be false or blank: the user pool has MFA off.")
	}
	return value == "true", nil
}

// credential keeps the row's password hash and decides the user's status: a
// user who can sign in with what was imported is CONFIRMED, everybody else
// has to choose a password first.
func (d *Decoder) credential(u *userpool.User, fields []string) *RowError {
	u.Status = userpool.ResetRequired
	if d.pool.PasswordlessFactor(u.Attributes) {
		u.Status = userpool.Confirmed
	}
	if d.hash < 0 || fields[d.hash] == "" {
		return nil
	}
	hash := fields[d.hash]
	if err := password.CheckHash(d.algorithm, hash); err != nil {
		return &RowError{Column: ColumnPasswordHash, Code: CodePasswordHash, Reason: sentence(err.Error())}
	}
	u.Credential = userpool.Credential{Scheme: d.algorithm, Secret: hash}
	u.Status = userpool.Confirmed
	return nil
}

// sort puts attributes into the order of the schema.
func (d *Decoder) sort(a userpool.Attributes) {
	slices.SortStableFunc(a, func(x, y userpool.Attribute) int {
		return d.pool.Schema.Index(x.Name) - d.pool.Schema.Index(y.Name)
	})
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + "." }

// rowError turns a broken rule of the pool into a row's error.
func rowError(err error) *RowError {
	e, ok := errors.AsType[*userpool.Error](err)
	if !ok {
		return &RowError{Code: "InternalError", Reason: "Internal error."}
	}
	column := e.Attribute
	if column == "username" {
		column = ColumnUsername
	}
	return &RowError{Column: column, Code: e.Code, Reason: e.Message}
}
