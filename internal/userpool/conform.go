package userpool

import (
	"errors"
	"strings"
)

// conformity collects the breaches of the schema in one request. The real service reports
// all of them, one on each line. It reports other mistakes one at a time.
type conformity struct {
	conformityWords
	lines strings.Builder
	first *Error // the error of the first line
	other error  // the first mistake that is not a breach of the schema
}

// conformityWords are the words for breaches of the schema.
type conformityWords struct {
	prefix string // of the message
	each   string // precedes the name of each attribute
}

// The words for the attributes of a new user, of a change and of a deletion, as the real
// service was seen to use them.
var (
	ofNew      = conformityWords{prefix: "Attributes did not conform to the schema: "}
	ofChange   = conformityWords{each: "user."}
	ofDeletion = conformityWords{prefix: "Invalid user attributes: ", each: "user."}
)

// add adds the result of checking one attribute.
func (c *conformity) add(err error) {
	e, ok := errors.AsType[*Error](err)
	switch {
	case err == nil:
	case ok && e.reason != "":
		if c.first == nil {
			c.first = e
		}
		c.lines.WriteString(c.each + e.Attribute + ": " + e.reason + "\n")
	case c.other == nil:
		c.other = err
	}
}

// complete adds what the user with these attributes lacks, and returns the result of err.
func (c *conformity) complete(p *UserPool, a Attributes) error {
	for i := range p.Schema {
		c.add(p.Schema[i].checkPresent(a))
	}
	if err := c.err(); err != nil {
		return err
	}
	for _, name := range contacts {
		if err := checkVerified(a, name); err != nil {
			return err
		}
	}
	return nil
}

// err returns all breaches of the schema as one error, or else the first other mistake.
func (c *conformity) err() error {
	if c.first == nil {
		return c.other
	}
	e := *c.first
	e.Message, e.reason = c.prefix+c.lines.String(), ""
	return &e
}

// CheckChanges applies the schema to new attributes of an existing user. Each must be
// declared and mutable, with a value of its type, form and length. An empty value removes
// an attribute. It returns one *Error with all breaches of the schema.
func (p *UserPool) CheckChanges(changes Attributes) error {
	return p.checkChanges(ofChange, changes)
}

// CheckDeletions is [UserPool.CheckChanges] for the deletion of attributes.
func (p *UserPool) CheckDeletions(names []string) error {
	deletions := make(Attributes, 0, len(names))
	for _, name := range names {
		deletions.Set(name, "")
	}
	return p.checkChanges(ofDeletion, deletions)
}

func (p *UserPool) checkChanges(words conformityWords, changes Attributes) error {
	c := conformity{conformityWords: words}
	for _, a := range changes {
		err := p.CheckAttribute(a)
		if s, ok := p.Schema.Find(a.Name); ok && !s.Mutable {
			err = nonconforming(CodeAttributeReadOnly, a.Name, "Attribute cannot be updated.")
		}
		c.add(err)
	}
	return c.err()
}

// CheckComplete returns an *Error that names every required attribute that is not in a.
func (p *UserPool) CheckComplete(a Attributes) error {
	c := conformity{conformityWords: ofNew}
	return c.complete(p, a)
}
