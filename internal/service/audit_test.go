package service_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/audit"
	"poolhouse/internal/pagetoken"
)

const (
	auditAda  = "arn:aws:iam::000000000000:user/ada"
	auditRoot = "arn:aws:iam::000000000000:root"
)

// auditBegun is when the first of the events below happened.
var auditBegun = time.UnixMilli(1_700_000_000_500).UTC()

// withAudit adds 250 events, a second apart: of every five, one is ada's, and
// of every ten, one deletes a user.
func (f *fixture) withAudit() {
	f.t.Helper()
	var events []audit.Event
	for i := range 250 {
		e := audit.Event{ID: fmt.Sprintf("01890000-0000-7000-8000-%012d", i), At: auditBegun.Add(time.Duration(i) * time.Second), RequestID: fmt.Sprint("r", i),
			Service: "cognito-idp", Operation: "AdminCreateUser", Principal: auditRoot, AccessKeyID: "PHIA", Address: "192.0.2.7", UserAgent: "aws-cli/2", Resource: "*"}
		if i%5 == 0 {
			e.Principal = auditAda
		}
		if i%10 == 0 {
			e.Operation, e.Result = "AdminDeleteUser", "UserNotFoundException"
		}
		events = append(events, e)
	}
	if err := f.store.Audit().Append(f.t.Context(), events); err != nil {
		f.t.Fatal(err)
	}
}

// auditIDs reads all pages and returns the numbers of their events' requests,
// and how many pages they were.
func (f *fixture) auditIDs(in object) (ids []string, pages int) {
	f.t.Helper()
	for {
		out := f.do("ListAuditEvents", in)
		for _, e := range out["Events"].([]any) {
			ids = append(ids, e.(object)["RequestId"].(string))
		}
		pages++
		if out["NextToken"] == nil {
			return ids, pages
		}
		in["NextToken"] = out["NextToken"]
	}
}

func TestListAuditEvents(t *testing.T) {
	f := newFixture(t)
	if out := f.do("ListAuditEvents", object{}); len(out["Events"].([]any)) != 0 || out["NextToken"] != nil {
		t.Errorf("an empty record: %v", out)
	}
	f.withAudit()
	first := f.do("ListAuditEvents", object{"Operation": "AdminDeleteUser", "MaxResults": 1})["Events"].([]any)[0].(object)
	want := object{"EventId": "01890000-0000-7000-8000-000000000240", "Timestamp": 1_700_000_240.5, "RequestId": "r240", "Service": "cognito-idp",
		"Operation": "AdminDeleteUser", "Principal": auditAda, "AccessKeyId": "PHIA", "SourceAddress": "192.0.2.7", "UserAgent": "aws-cli/2",
		"Resource": "*", "Result": "UserNotFoundException"}
	if fmt.Sprint(first) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", first, want)
	}
	if second := f.do("ListAuditEvents", object{"MaxResults": 1})["Events"].([]any)[0].(object); second["Result"] != nil {
		t.Errorf("a call that was answered has the result %v", second["Result"])
	}
	seconds := func(n int) float64 { return 1_700_000_000.5 + float64(n) }
	for _, c := range []struct {
		in          object
		from, to    string // the first and the last request
		count, page int    // of events and pages
	}{
		{object{}, "r249", "r0", 250, 3},
		{object{"MaxResults": 1000}, "r249", "r0", 250, 1},
		{object{"MaxResults": 125}, "r249", "r0", 250, 2},
		{object{"Principal": auditAda}, "r245", "r0", 50, 1},
		{object{"Operation": "AdminDeleteUser", "MaxResults": 7}, "r240", "r0", 25, 4},
		{object{"Operation": "AdminDeleteUser", "Principal": auditAda, "StartTime": seconds(20), "EndTime": seconds(50)}, "r40", "r20", 3, 1},
		{object{"StartTime": seconds(249)}, "r249", "r249", 1, 1},
		{object{"EndTime": seconds(1)}, "r0", "r0", 1, 1},
	} {
		ids, pages := f.auditIDs(c.in)
		if len(ids) != c.count || pages != c.page || ids[0] != c.from || ids[len(ids)-1] != c.to {
			t.Errorf("%v: %d events on %d pages: %v", c.in, len(ids), pages, ids)
		}
	}
}

func TestListAuditEventsRefuses(t *testing.T) {
	f := newFixture(t)
	f.withAudit()
	token := func(place string) string { return pageKey(t).Seal(pagetoken.List{"ListAuditEvents", "", ""}, place) }
	for _, c := range []struct {
		in   object
		text string
	}{
		{object{"StartTime": 20, "EndTime": 10}, "EndTime is before the StartTime"},
		{object{"MaxResults": 1001}, "less than or equal to 1000"},
		{object{"MaxResults": 0}, "greater than or equal to 1"},
		{object{"Principal": "ada"}, "regular expression pattern: arn:"},
		{object{"Operation": "Create User"}, "regular expression"},
		{object{"NextToken": "x"}, "ListAuditEvents gave no such token"},
		{object{"NextToken": token("us-east-1_x")}, "gave no such token"},
		{object{"NextToken": token("12")}, "gave no such token"},
		{object{"NextToken": token("12 \xff\x00")}, "gave no such token"},
		{object{"NextToken": token("x 01890000-0000-7000-8000-000000000001")}, "gave no such token"},
		{object{"NextToken": strings.Repeat("x", 257)}, "less than or equal to 256"},
	} {
		f.refused("ListAuditEvents", c.in, "InvalidParameterException", c.text)
	}
}
