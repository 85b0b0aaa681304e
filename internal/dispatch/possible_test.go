package dispatch_test

import (
	"strings"
	"testing"

	"poolhouse/internal/access"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/dispatch"
)

// TestImpossible: a caller may do the operation on no resource. A body is decoded only if it
// is small, to name the resource, and its mistakes are not reported. A caller that may do it
// on some resource learns of mistakes.
func TestImpossible(t *testing.T) {
	const (
		form    = "application/x-www-form-urlencoded"
		getUser = "Action=GetUser&Version=2010-05-08&UserName="
	)
	padded := func(body string, size int) string { return body + strings.Repeat(" ", size-len(body)) }
	const named, wrong = `{"MaxResults":1,"UserPoolId":"` + pool + `"}`, `{"MaxResults":"x"}`
	denied := func(on string) string { return implicit("cognito-idp:ListUserImportJobs", on) }
	for _, c := range []struct{ body, without, with string }{ // the answer without a policy, and with one for another pool
		{named, denied(poolARN), "200"},
		{wrong, denied("*"), "SerializationException"},
		{"{", denied("*"), "SerializationException"},
		{padded(named, 16<<10), denied(poolARN), "200"},
		{padded(named, 16<<10+1), denied("*"), "200"},
		{padded("{", 16<<10+1), denied("*"), "SerializationException"},
	} {
		for policy, want := range map[string]string{"": c.without, watcher: c.with} {
			g := newFixture(t, func(o *dispatch.Options) { o.Possible = (&access.Authorizer{}).Possible })
			if policy != "" {
				g.put(t, policy)
			}
			asJSON, _ := g.handlers()
			got := answer(asJSON, g.signed(t, "cognito-idp", awsjson.ContentType, listTarget, c.body))
			if !strings.Contains(got, want) {
				t.Errorf("%.60s (%d bytes) with policy %.10q: %.300s\nwant %s", c.body, len(c.body), policy, got, want)
			}
			if policy == "" && (g.handled > 0 || len(g.ended) != 1 || !strings.Contains(g.ended[0], "by "+adaARN)) {
				t.Errorf("%.60s: %d handled, ended %q", c.body, g.handled, g.ended)
			}
		}
	}
	g := newFixture(t, func(o *dispatch.Options) { o.Possible = (&access.Authorizer{}).Possible })
	_, asQuery := g.handlers()
	for body, want := range map[string]string{getUser + "a": "user/a", getUser + "a%20b": "resource: *", getUser + "a%20b" + strings.Repeat("x", 16<<10): "resource: *"} {
		if got := answer(asQuery, g.signed(t, "iam", form, "", body)); !strings.HasPrefix(got, "403") || !strings.Contains(got, want) {
			t.Errorf("%.60s: %.300s, want %s", body, got, want)
		}
	}
}
