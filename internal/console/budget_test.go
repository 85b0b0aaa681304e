package console

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/audit"
	"poolhouse/internal/iam"
	"poolhouse/internal/userpool"
)

// Bounds of a page, in bytes. The first page includes its scripts and styles; later pages
// have them cached.
const (
	mostFirst       = 100_000
	mostFirstZipped = 35_000
	mostLaterZipped = 20_000
)

// people generates names and words like those of real users, so that pages compress as well
// as real ones.
type people struct{ r *rand.Rand }

func (p people) word(letters int) string {
	const vowels, others = "aeiou", "bcdfghjklmnprstvwz"
	var b strings.Builder
	for i := range letters {
		from := others
		if i%2 == 1 {
			from = vowels
		}
		b.WriteByte(from[p.r.IntN(len(from))])
	}
	return b.String()
}

func (p people) name() string {
	return capital(p.word(3+p.r.IntN(6))) + " " + capital(p.word(4+p.r.IntN(8)))
}

// fill stores as much as pages show at most: all lists are full, and the pool has users of
// three years.
func (f *fixture) fill(b *browser, pool string) {
	f.t.Helper()
	who := people{rand.New(rand.NewPCG(1, 2))}
	for range poolsOfPage {
		f.pool(who.name() + " " + who.name())
	}
	form := []string{"rows", "20"}
	for i := range 20 {
		form = append(form, fmt.Sprintf("attr-%d-name", i), who.word(12), fmt.Sprintf("attr-%d-type", i), "String")
	}
	if a := b.post("/console/pools/"+pool+"/attributes", form...); a.Code != http.StatusSeeOther {
		f.t.Fatalf("adding attributes: %d %s", a.Code, a.Body)
	}
	for range clientsOfPage {
		if a := b.post("/console/pools/"+pool+"/app-clients/create", "name", who.name(), "flow", "ALLOW_USER_SRP_AUTH"); a.Code != http.StatusSeeOther {
			f.t.Fatalf("making a client: %d %s", a.Code, a.Body)
		}
	}
	p, err := f.store.Pool(f.t.Context(), pool)
	check(f.t, err)
	for i := range usersOfPage + 1 {
		called := who.name()
		u := &userpool.User{PoolID: pool, Username: strings.ReplaceAll(strings.ToLower(called), " ", "."), Sub: userpool.NewSub(), Enabled: i%9 > 0, Status: userpool.Confirmed, Created: f.now.AddDate(0, 0, -17*i)}
		u.Modified = u.Created
		for _, a := range []string{"name", called, "email", who.word(8) + "@" + who.word(9) + ".example.com", "email_verified", "true", "address", who.name() + " 17, 12345 " + who.name()} {
			if len(u.Attributes) > 0 && u.Attributes[len(u.Attributes)-1].Value == "" {
				u.Attributes[len(u.Attributes)-1].Value = a
			} else {
				u.Attributes = append(u.Attributes, userpool.Attribute{Name: a})
			}
		}
		check(f.t, f.store.CreateUser(f.t.Context(), p, u, false))
	}
	var events []audit.Event
	for i := range entitiesOfPage {
		role, err := iam.NewRole(iam.RoleSpec{Name: who.word(10), Path: "/" + who.word(6) + "/", Description: who.name() + " " + who.name(),
			Trust: `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"Service":"cognito-idp.amazonaws.com"},"Action":"sts:AssumeRole"}}`}, f.now)
		check(f.t, err)
		check(f.t, f.store.IAM().CreateRole(f.t.Context(), role))
		name := who.word(9)
		f.user(name, "")
		events = append(events, audit.Event{ID: uuid.Must(uuid.NewV7()).String(), At: f.now.Add(-time.Duration(i) * time.Hour), RequestID: uuid.NewString(), Region: region, Service: "cognito-idp",
			Operation: []string{"AdminCreateUser", "AdminDisableUser", "UpdateUserPool", "StartUserImportJob"}[i%4], Principal: "arn:aws:iam::" + account + ":user/" + name,
			AccessKeyID: "AKIA" + strings.ToUpper(who.word(16)), Address: fmt.Sprintf("192.0.2.%d", i), Resource: "arn:aws:cognito-idp:us-east-1:" + account + ":userpool/" + pool})
	}
	check(f.t, f.store.Audit().Append(f.t.Context(), events))
}

// needed matches the files that a page loads.
var needed = regexp.MustCompile(`<(?:link|script) [^>]*(?:href|src)="` + staticRoot + `[0-9a-f]+/([a-z.-]+)"`)

// entrances are the pages on which people arrive. A full list of users or events that is
// opened from a bookmark is larger before compression, because each table cell states its
// role.
var entrances = []string{"/console/sign-in", "/console/welcome", "/console/pools"}

// wrongRows returns a file whose rows all fail, with several bad cells each.
func wrongRows(rows int) string {
	who := people{rand.New(rand.NewPCG(3, 4))}
	var csv strings.Builder
	csv.WriteString("cognito:username,email,email_verified,phone_number,birthdate,phone_number_verified,updated_at,zoneinfo,website,name,given_name,family_name\n")
	for i := range rows {
		fmt.Fprintf(&csv, "%s%d,%s.example.com,perhaps,+%d (0) 555 010%d,%d.%d.198%d,maybe,soon,Europe/%s,%s,%s,%s,%s\n", who.word(8), i, who.word(9), 1+i%9, i, 1+i%28, 1+i%12, i%10,
			who.word(6), who.word(12), who.name(), who.word(6), who.word(9))
	}
	return csv.String()
}

// TestBudget walks all pages with full lists: each page stays within its bound of
// transferred bytes, as the first page with everything that it loads, and as a later page.
func TestBudget(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	paths := f.each(b)
	for path := range paths {
		if id, ok := strings.CutPrefix(path, "/console/pools/"+region+"_"); ok && !strings.Contains(id, "/") {
			f.fill(b, region+"_"+id)
		}
	}
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		if paths[path].show == nil || strings.HasSuffix(path, "/events") || strings.Contains(path, "/results.") { // not a page, or of any size
			continue
		}
		b := b
		if paths[path].open {
			b = f.browser()
		}
		delete(b.headers, "Accept-Encoding")
		plain := b.get(path)
		b.headers["Accept-Encoding"] = "gzip"
		later := b.get(path)
		if n := later.Body.Len(); plain.Code != http.StatusOK || later.Header().Get("Content-Encoding") != "gzip" || n > mostLaterZipped {
			t.Errorf("%s: status %d, %d bytes as transferred, encoded by %q; it may have %d", path, plain.Code, n, later.Header().Get("Content-Encoding"), mostLaterZipped)
		}
		all, sent := plain.Body.Len(), later.Body.Len()
		names := needed.FindAllStringSubmatch(plain.Body.String(), -1)
		for _, name := range names {
			file := f.console.static.files[name[1]]
			if file == nil {
				t.Fatalf("%s needs %s, which is not served", path, name[1])
			}
			all += len(file.plain)
			sent += len(file.zipped)
		}
		t.Logf("%-60s %6d, transferred %6d; as the first page %6d, transferred %6d, %d files", path, plain.Body.Len(), later.Body.Len(), all, sent, len(names))
		if sent > mostFirstZipped || all > mostFirst && slices.Contains(entrances, path) {
			t.Errorf("%s as the first page: %d bytes, %d as transferred; it may have %d and %d", path, all, sent, mostFirst, mostFirstZipped)
		}
		if len(names) < 3 && !isFile(path) {
			t.Errorf("%s names %v, and needs a style, an icon and a script at least", path, names)
		}
	}
}

// TestBudgetOfRows: a full page of rows with several bad cells each stays within the bound
// of a later page. People reach it from the job's page.
func TestBudgetOfRows(t *testing.T) {
	f := newFixture(t)
	pool := f.pool("people")
	id := f.imported(pool, "wrong people", wrongRows(rowsOfPage+1))
	b := f.root()
	b.headers["Accept-Encoding"] = "gzip"
	a := b.get("/console/pools/" + pool + "/import-jobs/" + id + "/correct")
	if n := a.Body.Len(); a.Code != http.StatusOK || a.Header().Get("Content-Encoding") != "gzip" || n > mostLaterZipped || n < mostLaterZipped/4 {
		t.Errorf("status %d, %d bytes as transferred; it may have %d", a.Code, n, mostLaterZipped)
	}
}
