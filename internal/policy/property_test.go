package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// The properties draw policies and requests from few words, so that many of them match.

var (
	someActions   = []string{"a:Get", "a:Put", "b:Get"}
	actionPattern = []string{"*", "a:*", "a:Get", "A:g?t", "b:*", "a:*t"}
	someResources = []string{"*", "arn:aws:a:::x", "arn:aws:a:::x/ada", "arn:aws:a:::y:z", "arn:aws:b:r:1:x"}
	patterns      = []string{"*", "arn:aws:a:::*", "arn:aws:a:::x", "arn:aws:a:::${aws:username}", "arn:aws:a:::x/${aws:username}", "arn:aws:a:::?", "arn:aws:b:*"}
	someKeys      = []string{"aws:k", "AWS:K", "aws:PrincipalTag/t"}
	someValues    = []string{"", "1", "2", "ada", "true", "2026-11-21", "arn:aws:a:::x"}
)

func quotedList(t *rapid.T, from []string, label string) string {
	list := rapid.SliceOfN(rapid.SampledFrom(from), 1, 3).Draw(t, label)
	return `["` + strings.Join(list, `","`) + `"]`
}

func drawCondition(t *rapid.T) string {
	operator := rapid.SampledFrom([]string{"", "ForAnyValue:", "ForAllValues:"}).Draw(t, "set") +
		rapid.SampledFrom([]string{"StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase"}).Draw(t, "operator") +
		rapid.SampledFrom([]string{"", "IfExists"}).Draw(t, "exists")
	key := rapid.SampledFrom(someKeys).Draw(t, "key")
	switch rapid.IntRange(0, 4).Draw(t, "type") {
	case 0:
		return fmt.Sprintf(`{"Null":{%q:"%t"}}`, key, rapid.Bool().Draw(t, "null"))
	case 1:
		return fmt.Sprintf(`{"NumericLessThan":{%q:"2"}}`, key)
	}
	return fmt.Sprintf(`{%q:{%q:%s}}`, operator, key, quotedList(t, append([]string{"${aws:username}", "*a"}, someValues...), "values"))
}

// drawStatement returns a statement with the effect.
func drawStatement(t *rapid.T, effect string) string {
	not := rapid.SampledFrom([]string{"", "", "Not"})
	s := fmt.Sprintf(`{"Effect":%q,"%sAction":%s,"%sResource":%s`, effect, not.Draw(t, "not action"), quotedList(t, actionPattern, "actions"),
		not.Draw(t, "not resource"), quotedList(t, patterns, "resources"))
	if rapid.Bool().Draw(t, "conditional") {
		s += `,"Condition":` + drawCondition(t)
	}
	return s + `}`
}

func drawStatements(t *rapid.T) []string {
	effects := rapid.SliceOfN(rapid.SampledFrom([]string{"Allow", "Allow", "Deny"}), 0, 5).Draw(t, "effects")
	statements := make([]string, len(effects))
	for i, effect := range effects {
		statements[i] = drawStatement(t, effect)
	}
	return statements
}

func drawRequest(t *rapid.T) Request {
	return Request{
		Action:    rapid.SampledFrom(someActions).Draw(t, "action"),
		Resource:  rapid.SampledFrom(someResources).Draw(t, "resource"),
		Principal: Principal{UserName: rapid.SampledFrom([]string{"", "ada", "x"}).Draw(t, "user")},
		Context:   rapid.MapOfN(rapid.SampledFrom(someKeys), rapid.SliceOfN(rapid.SampledFrom(someValues), 0, 3), 0, 3).Draw(t, "context"),
	}
}

// decideOn evaluates one document for each statement.
func decideOn(t *rapid.T, statements []string, r Request) Decision {
	var docs []*Document
	for _, s := range statements {
		docs = append(docs, mustParse(t, policy(s)))
	}
	return Evaluate(docs, r)
}

func TestAllowNeverRemovesAccess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statements, r := drawStatements(t), drawRequest(t)
		before := decideOn(t, statements, r)
		after := decideOn(t, append(statements, drawStatement(t, "Allow")), r)
		if after != before && (before != ImplicitDeny || after != Allow) {
			t.Fatalf("%v became %v", before, after)
		}
	})
}

func TestDenyNeverAddsAccess(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statements, r := drawStatements(t), drawRequest(t)
		before := decideOn(t, statements, r)
		after := decideOn(t, append(statements, drawStatement(t, "Deny")), r)
		if after != before && after != ExplicitDeny {
			t.Fatalf("%v became %v", before, after)
		}
	})
}

// TestMatchingDenyWins adds a Deny that covers the request: a statement that allows it,
// with the other effect.
func TestMatchingDenyWins(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statements, r := drawStatements(t), drawRequest(t)
		match := drawStatement(t, "Allow")
		if decideOn(t, []string{match}, r) != Allow {
			match = fmt.Sprintf(`{"Effect":"Allow","Action":%q,"Resource":["*"]}`, r.Action)
		}
		at := rapid.IntRange(0, len(statements)).Draw(t, "at")
		statements = slices.Insert(statements, at, strings.Replace(match, "Allow", "Deny", 1))
		if got := decideOn(t, statements, r); got != ExplicitDeny {
			t.Fatalf("with %s: %v", statements[at], got)
		}
	})
}

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		statements, r := drawStatements(t), drawRequest(t)
		want := decideOn(t, statements, r)
		shuffled := rapid.Permutation(statements).Draw(t, "shuffled")
		if got := decideOn(t, shuffled, r); got != want {
			t.Fatalf("in another order of documents: %v, not %v", got, want)
		}
		if len(shuffled) == 0 {
			return
		}
		if got := Evaluate([]*Document{mustParse(t, policy(shuffled...))}, r); got != want {
			t.Fatalf("in one document: %v, not %v", got, want)
		}
	})
}

// TestNegationIsTheOpposite: for a key with one value, a negated operator has the opposite
// result, also if a variable has no value.
func TestNegationIsTheOpposite(t *testing.T) {
	pairs := [][2]string{{"StringEquals", "StringNotEquals"}, {"StringLike", "StringNotLike"}, {"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"},
		{"NumericEquals", "NumericNotEquals"}, {"IpAddress", "NotIpAddress"}, {"ArnLike", "ArnNotLike"}, {"DateEquals", "DateNotEquals"}}
	wanted := map[string][]string{"NumericEquals": {"1", "2"}, "IpAddress": {"10.0.0.0/8", "::/0"}, "ArnLike": {"arn:aws:*:::*", "${aws:username}"}, "DateEquals": {"2026-11-21", "1"}}
	rapid.Check(t, func(t *rapid.T) {
		pair := rapid.SampledFrom(pairs).Draw(t, "operators")
		values := wanted[pair[0]]
		if values == nil {
			values = append([]string{"${aws:username}", "${aws:username}*"}, someValues...)
		}
		list := quotedList(t, values, "wanted")
		r := drawRequest(t)
		r.Context = Context{"aws:k": {rapid.SampledFrom(append([]string{"10.1.1.1", "adam"}, someValues...)).Draw(t, "value")}}
		plain := decideOn(t, []string{allow(`,"Condition":` + of(pair[0], list))}, r)
		negated := decideOn(t, []string{allow(`,"Condition":` + of(pair[1], list))}, r)
		if plain == negated {
			t.Fatalf("%q of %s: both %v", pair, list, plain)
		}
	})
}

// fits is the simplest implementation of patterns.
func fits(pattern, s []rune) bool {
	if len(pattern) == 0 {
		return len(s) == 0
	}
	switch {
	case pattern[0] == '*':
		return fits(pattern[1:], s) || len(s) > 0 && fits(pattern, s[1:])
	case len(s) == 0:
		return false
	}
	return (pattern[0] == '?' || pattern[0] == s[0]) && fits(pattern[1:], s[1:])
}

func TestGlobMatchesAsTheSimplestDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringOfN(rapid.RuneFrom([]rune("ab**??é")), 0, 8, -1).Draw(t, "pattern")
		s := rapid.StringOfN(rapid.RuneFrom([]rune("aabé")), 0, 10, -1).Draw(t, "text")
		if got, want := newGlob(pattern).matches(runes(s)), fits([]rune(pattern), []rune(s)); got != want {
			t.Fatalf("%q matches %q: %t", pattern, s, got)
		}
	})
}

// TestARNsMatchPartByPart compares matchesARN with a match of the parts that package
// strings splits.
func TestARNsMatchPartByPart(t *testing.T) {
	texts := rapid.StringOfN(rapid.RuneFrom([]rune(":::::::ab*?")), 0, 14, -1)
	rapid.Check(t, func(t *rapid.T) {
		pattern, arn := texts.Draw(t, "pattern"), texts.Draw(t, "ARN")
		p, a := strings.SplitN(pattern, ":", 6), strings.SplitN(arn, ":", 6)
		want := len(p) == 6 && len(a) == 6
		for i := 0; want && i < 6; i++ {
			want = fits([]rune(p[i]), []rune(a[i]))
		}
		got := matchesARN(newGlob(pattern), runes(arn))
		if got != want {
			t.Fatalf("%q matches %q: %t", pattern, arn, got)
		}
		if got && !newGlob(pattern).matches(runes(arn)) {
			t.Fatalf("%q matches %q by parts only", pattern, arn)
		}
	})
}

// TestGlobIsQuick does not end if the matcher tries every length for every *.
func TestGlobIsQuick(t *testing.T) {
	pattern, s := newGlob(strings.Repeat("*a", 1000)+"b"), runes(strings.Repeat("a", 20_000))
	if pattern.matches(s) {
		t.Error("a text of a's has a b")
	}
}
