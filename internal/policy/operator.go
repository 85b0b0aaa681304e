package policy

import "strings"

// setOperator says how several values of a key are compared (Set operators for
// multivalued context keys).
type setOperator string

const (
	forAllValues setOperator = "ForAllValues:"
	forAnyValue  setOperator = "ForAnyValue:"
	ifExists                 = "IfExists"
)

// operator is a condition operator.
type operator struct {
	compile  func(n *node, variables bool) (test, error) // makes the test for a value of the policy
	negated  bool
	null     bool
	ifExists bool
	set      setOperator
}

// operators are the condition operators without set operators and IfExists (Condition
// operators). The case of their names counts: the guide allows no other case.
var operators = map[string]operator{
	"StringEquals":              {compile: equalText(false)},
	"StringNotEquals":           {compile: equalText(false), negated: true},
	"StringEqualsIgnoreCase":    {compile: equalText(true)},
	"StringNotEqualsIgnoreCase": {compile: equalText(true), negated: true},
	"StringLike":                {compile: likeText},
	"StringNotLike":             {compile: likeText, negated: true},

	"NumericEquals":            {compile: compareNumber(equal)},
	"NumericNotEquals":         {compile: compareNumber(equal), negated: true},
	"NumericLessThan":          {compile: compareNumber(less)},
	"NumericLessThanEquals":    {compile: compareNumber(lessOrEqual)},
	"NumericGreaterThan":       {compile: compareNumber(greater)},
	"NumericGreaterThanEquals": {compile: compareNumber(greaterOrEqual)},

	"DateEquals":            {compile: compareDate(equal)},
	"DateNotEquals":         {compile: compareDate(equal), negated: true},
	"DateLessThan":          {compile: compareDate(less)},
	"DateLessThanEquals":    {compile: compareDate(lessOrEqual)},
	"DateGreaterThan":       {compile: compareDate(greater)},
	"DateGreaterThanEquals": {compile: compareDate(greaterOrEqual)},

	"Bool":         {compile: equalBool},
	"BinaryEquals": {compile: equalBytes},
	"IpAddress":    {compile: inNetwork},
	"NotIpAddress": {compile: inNetwork, negated: true},

	// The two of each pair are the same.
	"ArnEquals":    {compile: likeARN},
	"ArnLike":      {compile: likeARN},
	"ArnNotEquals": {compile: likeARN, negated: true},
	"ArnNotLike":   {compile: likeARN, negated: true},

	"Null": {compile: equalBool, null: true},
}

// newOperator returns the operator that n's name means. IAM accepts Null with a set
// operator, which then always has the same result (Access Analyzer policy checks, null
// with qualifier). Here it is refused.
func newOperator(n *node) (operator, error) {
	name, set := n.name, setOperator("")
	for _, s := range []setOperator{forAllValues, forAnyValue} {
		if rest, ok := strings.CutPrefix(name, string(s)); ok {
			name, set = rest, s
			break
		}
	}
	base, exists := strings.CutSuffix(name, ifExists)
	op, known := operators[base]
	switch {
	case !known:
		return op, unknownOperator(n, base)
	case op.null && exists:
		return op, refuse(n, "Null asks itself whether a key exists. Remove %s.", ifExists)
	case op.null && set != "":
		return op, refuse(n, "Null looks at a key and not at its values. Remove %s", set)
	}
	op.ifExists, op.set = exists, set
	return op, nil
}

func unknownOperator(n *node, base string) error {
	for name := range operators {
		if strings.EqualFold(name, base) {
			return refuse(n, "There is no such condition operator. Write %s: the case of names counts.", name)
		}
	}
	return refuse(n, "There is no such condition operator. An operator is one like StringEquals, before which there may be "+
		"%s or %s and behind which %s.", forAllValues, forAnyValue, ifExists)
}
