package poolhouseservice_test

import (
	"fmt"
	"strings"
	"testing"

	"poolhouse/internal/pagetoken"
	"poolhouse/internal/service/servicetest"
)

// auditIDs reads all pages. It returns the request ids of the events and the number of pages.
func (f *fixture) auditIDs(in object) (ids []string, pages int) {
	f.T.Helper()
	for {
		out := f.Do("ListAuditEvents", in)
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
	if out := f.Do("ListAuditEvents", object{}); len(out["Events"].([]any)) != 0 || out["NextToken"] != nil {
		t.Errorf("an empty record: %v", out)
	}
	f.WithAudit()
	first := f.Do("ListAuditEvents", object{"Operation": "AdminDeleteUser", "MaxResults": 1})["Events"].([]any)[0].(object)
	want := object{"EventId": "01890000-0000-7000-8000-000000000240", "Timestamp": 1_700_000_240.5, "RequestId": "r240", "Region": "eu-west-1", "Service": "cognito-idp",
		"Operation": "AdminDeleteUser", "Principal": servicetest.Ada, "AccessKeyId": "PHIA", "SourceAddress": "192.0.2.7", "UserAgent": "aws-cli/2",
		"Resource": "*", "Result": "UserNotFoundException"}
	if fmt.Sprint(first) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", first, want)
	}
	if second := f.Do("ListAuditEvents", object{"MaxResults": 1})["Events"].([]any)[0].(object); second["Result"] != nil {
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
		{object{"Principal": servicetest.Ada}, "r245", "r0", 50, 1},
		{object{"Operation": "AdminDeleteUser", "MaxResults": 7}, "r240", "r0", 25, 4},
		{object{"Operation": "AdminDeleteUser", "Principal": servicetest.Ada, "StartTime": seconds(20), "EndTime": seconds(50)}, "r40", "r20", 3, 1},
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
	f.WithAudit()
	token := func(place string) string {
		return servicetest.PageKey(t).Seal(pagetoken.List{"ListAuditEvents", "", ""}, place)
	}
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
		f.Refused("ListAuditEvents", c.in, "InvalidParameterException", c.text)
	}
}
