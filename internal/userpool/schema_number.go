package userpool

import "slices"

// Numbers replace the names of attributes in stored users. A number never changes its
// meaning, so that every stored table row stays readable. A standard attribute has the
// same number in every pool. A custom attribute gets the pool's next number when it is
// added, and keeps it. No attribute is ever removed from a schema.

// FirstCustomNumber is the number of a pool's first custom attribute. Lower numbers are
// for standard attributes.
const FirstCustomNumber = 32

// standardNames are the standard attributes by number. The most frequent ones come first,
// because numbers below 16 take the least space. 0 is not a number. New names are added
// at the end, and none is moved or removed.
var standardNames = [...]string{
	1: "email", 2: "email_verified", 3: "phone_number", 4: "phone_number_verified",
	5: "name", 6: "given_name", 7: "family_name", 8: "preferred_username",
	9: "birthdate", 10: "gender", 11: "locale", 12: "zoneinfo", 13: "address", 14: "updated_at",
	15: "middle_name", 16: "nickname", 17: "profile", 18: "picture", 19: "website",
}

// StoredNumber returns the number of the attribute in stored users. ok is false for sub,
// which is stored separately, and for an attribute that was declared without a number.
func (a SchemaAttribute) StoredNumber() (number int, ok bool) {
	if a.Custom() {
		return a.Number, a.Number >= FirstCustomNumber
	}
	number = slices.Index(standardNames[:], a.Name)
	return number, number > 0
}

// nextNumber returns the number for the next custom attribute.
func (s Schema) nextNumber() int {
	next := FirstCustomNumber
	for _, a := range s {
		next = max(next, a.Number+1)
	}
	return next
}
