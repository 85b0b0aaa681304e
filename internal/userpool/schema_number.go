package userpool

import "slices"

// Numbers stand for the names of attributes where users are kept. A number
// never changes its meaning: a row that was written with it is read with it
// for good. A standard attribute has the same number in every pool. A custom
// one gets the pool's next number when it is added, and keeps it; no attribute
// is ever removed from a schema.

// FirstCustomNumber is the number of a pool's first custom attribute. Those
// below are for standard ones.
const FirstCustomNumber = 32

// standardNames are the standard attributes by number. Those that most users
// have come first: numbers below 16 take the least room. 0 is no number. Names
// are added at the end, and none is moved or removed.
var standardNames = [...]string{
	1: "email", 2: "email_verified", 3: "phone_number", 4: "phone_number_verified",
	5: "name", 6: "given_name", 7: "family_name", 8: "preferred_username",
	9: "birthdate", 10: "gender", 11: "locale", 12: "zoneinfo", 13: "address", 14: "updated_at",
	15: "middle_name", 16: "nickname", 17: "profile", 18: "picture", 19: "website",
}

// StoredNumber returns the number that stands for the attribute's name where
// users are kept. It is false for sub, which is kept by itself, and for an
// attribute that was declared without a number.
func (a SchemaAttribute) StoredNumber() (number int, ok bool) {
	if a.Custom() {
		return a.Number, a.Number >= FirstCustomNumber
	}
	number = slices.Index(standardNames[:], a.Name)
	return number, number > 0
}

// nextNumber is the number of the custom attribute that is added next.
func (s Schema) nextNumber() int {
	next := FirstCustomNumber
	for _, a := range s {
		next = max(next, a.Number+1)
	}
	return next
}
