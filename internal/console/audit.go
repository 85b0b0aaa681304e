package console

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
	"poolhouse/internal/apicore"
	"poolhouse/internal/awsarn"
)

func auditAction() action { return action{path: "/audit", show: showAudit} }

// Events on a page, events of a call, and calls of a search by pool. The API cannot search
// by pool, so the console filters the events.
const (
	eventsOfPage  = 50
	eventsAtATime = 100
	eventCalls    = 10
)

// auditSearch is a search of the audit by principal, operation, pool and days.
type auditSearch struct {
	form
	Who, What, Pool, From, To string
}

// Fields returns the fields of the search form.
func (s *auditSearch) Fields() []input {
	return []input{
		s.field("who", "Who", s.Who, "A user of IAM, or an ARN"), s.field("what", "What", s.What, "Such as DeleteUserPool"), s.field("pool", "User pool", s.Pool, "Its ID"),
		s.day("from", "From", s.From, "The first day"), s.day("to", "To", s.To, "The last day"),
	}
}

func (s *auditSearch) day(id, label, value, constraint string) input {
	in := s.field(id, label, value, constraint)
	in.Type = "date"
	return in
}

// isAny reports whether the search has a condition.
func (s *auditSearch) isAny() bool { return s.Who+s.What+s.Pool+s.From+s.To != "" }

// path returns the address of the search.
func (s *auditSearch) path(token string) string {
	return withQuery(pathTo("audit"), "who", s.Who, "what", s.What, "pool", s.Pool, "from", s.From, "to", s.To, "token", token)
}

// principal returns the ARN that was typed, or the ARN of the IAM user with that name.
func (s *auditSearch) principal(account string) string {
	switch {
	case s.Who == "" || strings.Contains(s.Who, ":"):
		return s.Who
	case s.Who == "root":
		return awsarn.Root(account)
	}
	return awsarn.Entity(account, "user", "/", s.Who)
}

// bounds puts the days into a call: from the start of the first day to the end of the last,
// in the viewer's zone.
func (s *auditSearch) bounds(in *poolhouseapi.ListAuditEventsRequest, zone *time.Location) {
	for _, each := range []struct {
		id, day string
		after   int
		to      *apicore.Time
	}{{"from", s.From, 0, &in.StartTime}, {"to", s.To, 1, &in.EndTime}} {
		if each.day == "" {
			continue
		}
		day, err := time.ParseInLocation(time.DateOnly, each.day, zone)
		if err != nil {
			s.wrong(each.id, "Write the day in the form 2026-11-28.")
			continue
		}
		each.to.Time = day.AddDate(0, 0, each.after)
	}
}

// auditData is the data of the template audit.
type auditData struct {
	Search *auditSearch
	Rows   []auditRow
	Any    bool // the search has a condition
	More   bool // there are events that were not searched
	Pager  pager
	Clear  string
}

// auditRow is an event in the list.
type auditRow struct {
	poolhouseapi.AuditEventType
	Who, About, ByWho, ByWhat string // short names, and the addresses of searches by them
	Status                    userStatus
	Told                      []eventDetail
}

func showAudit(ctx context.Context, v *visit) (*page, error) {
	at := func(name string) string { return strings.TrimSpace(v.r.FormValue(name)) }
	s := &auditSearch{Who: at("who"), What: at("what"), Pool: at("pool"), From: at("from"), To: at("to")}
	in := &poolhouseapi.ListAuditEventsRequest{Operation: s.What, Principal: s.principal(v.Account), NextToken: v.r.FormValue("token"), MaxResults: new(int32(eventsOfPage))}
	if err := must(ctx, v, poolhouseapi.ListAuditEvents, in); err != nil {
		return nil, err
	}
	first := in.NextToken == ""
	d := &auditData{Search: s, Any: s.isAny(), Clear: pathTo("audit")}
	p := &page{Template: "audit", Title: "Audit", At: "audit", Apart: true, Data: d}
	s.bounds(in, v.zone)
	p.Command = s.command(v.Account, v.Now().Sub(in.StartTime.Time))
	if len(s.problems) == 0 {
		events, next, err := v.events(ctx, s, in)
		if said := saidOf(err); said != "" && first && d.Any {
			s.wrong("", said)
		} else if err != nil {
			return nil, err
		}
		for _, e := range events {
			d.Rows = append(d.Rows, s.row(e))
		}
		d.More = next != ""
		if next != "" {
			d.Pager = pager{Next: s.path(next), NextText: "Earlier events"}
		}
		if !first {
			d.Pager.First = s.path("")
		}
	}
	if len(s.problems) > 0 {
		p.status = http.StatusBadRequest
	}
	return p, nil
}

// events returns a page of events. A search by pool filters a bounded number of events; the
// next page goes on after them.
func (v *visit) events(ctx context.Context, s *auditSearch, in *poolhouseapi.ListAuditEventsRequest) (found []poolhouseapi.AuditEventType, next string, err error) {
	if s.Pool == "" {
		out, err := do(ctx, v, poolhouseapi.ListAuditEvents, in)
		if err != nil {
			return nil, "", err
		}
		return out.Events, out.NextToken, nil
	}
	in.MaxResults = new(int32(eventsAtATime))
	for range eventCalls {
		out, err := do(ctx, v, poolhouseapi.ListAuditEvents, in)
		if err != nil {
			return nil, "", err
		}
		for _, e := range out.Events {
			if _, id, ok := strings.Cut(e.Resource, ":userpool/"); ok && id == s.Pool {
				found = append(found, e)
			}
		}
		if in.NextToken = out.NextToken; in.NextToken == "" || len(found) >= eventsOfPage {
			break
		}
	}
	return found, in.NextToken, nil
}

// uploadEvent is the operation of an event for an upload to a pre-signed URL. Its sender is
// not known.
const uploadEvent = "PutUserImportFile"

// row returns an event as the list shows it.
func (s *auditSearch) row(e poolhouseapi.AuditEventType) auditRow {
	row := auditRow{AuditEventType: e, Who: shortARN(e.Principal), About: shortARN(e.Resource), Status: userStatus{Kind: "ok", Icon: "ok", Text: "Done"}}
	if e.Principal == "" && e.Operation == uploadEvent {
		row.Who = "pre-signed URL"
	}
	if e.Result != "" {
		row.Status = userStatus{Kind: "err", Icon: "err", Text: e.Result}
	}
	row.Told = eventDetails(e.Details)
	who, what := *s, *s
	who.Who, what.What = e.Principal, e.Operation
	row.ByWho, row.ByWhat = who.path(""), what.path("")
	return row
}

// eventDetail is a detail of an event, such as what the call created.
type eventDetail struct{ Name, Value string }

// eventDetails parses the details of an event.
func eventDetails(details string) (all []eventDetail) {
	for pair := range strings.SplitSeq(details, " ") {
		if name, value, _ := strings.Cut(pair, "="); pair != "" {
			all = append(all, eventDetail{name, value})
		}
	}
	return all
}

// Calls returns the number of equal refusals that the event stands for, "" for one.
func (r *auditRow) Calls() string {
	for _, t := range r.Told {
		if t.Name == "calls" {
			return t.Value
		}
	}
	return ""
}

// shortARN returns the part of an ARN after the account: user/ada, or root.
func shortARN(arn string) string {
	const parts = 6
	split := strings.SplitN(arn, ":", parts)
	if len(split) < parts {
		return arn
	}
	return split[parts-1]
}

// command returns the closest poolhouse command. That command counts hours back from now
// and cannot search by pool.
func (s *auditSearch) command(account string, since time.Duration) string {
	hours := "0" // all events
	if s.From != "" && s.ErrorAt("from") == "" && since > 0 {
		hours = strconv.Itoa(int((since+time.Hour-1)/time.Hour)) + "h"
	}
	words := []string{"poolhouse audit --since", hours, "--limit", strconv.Itoa(eventsOfPage)}
	if s.What != "" {
		words = append(words, "--operation "+shellWord(s.What))
	}
	if s.Who != "" {
		words = append(words, "--principal "+shellWord(s.principal(account)))
	}
	return strings.Join(words, " ")
}
