package e2e

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"golang.org/x/crypto/bcrypt"

	"poolhouse/internal/usercsv"
)

// TestRetryEqualsTheCorrectedFile imports a file in which every tenth row fails, and has
// these rows corrected and retried: by a corrected result file, and by corrections. Both
// must give the users of the corrected file.
func TestRetryEqualsTheCorrectedFile(t *testing.T) {
	together(t)
	rows := 5_000
	if *soaking {
		rows = 100_000
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(firstPassword), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	f := mended{rows: rows, hash: string(hash)}
	wrong, right := writeFile(t, f.text(false)), writeFile(t, f.text(true))
	onEachStore(t, func(t *testing.T, h *homes) {
		n := h.make(t).node("--rate-unsigned", "0", "--rate-client", "0")
		n.makeLogRole()
		want := n.mendedPool()
		want.run(right, rows)
		for how, correct := range map[string]func(*mendedPool, string) string{
			"the result file": func(p *mendedPool, job string) string { return p.byFile(job, f) },
			"corrections":     func(p *mendedPool, job string) string { return p.byCorrections(job, f) },
		} {
			p := n.mendedPool()
			job := p.run(wrong, rows-f.failing())
			child := correct(p, job)
			n.signed(service+"StartUserImportJob", object{"UserPoolId": p.pool, "JobId": child})
			n.awaitEnd(p.pool, child)
			if r := n.receipt(p.pool, child); r.SucceededRows != int64(f.failing()) || r.TotalRows != r.SucceededRows {
				t.Errorf("%s: the job of the corrected rows ended %+v; rows that failed again: %v", how, r, n.rejected(p.pool, child)[:1])
			}
			p.mustBe(how, want, job, child)
			for i := range 5 { // one of each mistake, and one without: their sealed hashes are used
				p.mayEnter(f.name(9 + 10*i))
			}
			p.mayEnter(f.name(3))
		}
	})
}

// mended is a file in which every tenth row has a mistake, of five kinds in turn, or the
// same file without mistakes.
type mended struct {
	rows int
	hash string
}

var mendedHeader = []string{"cognito:username", "name", "email", "email_verified", "phone_number", "birthdate", "password_hash", "poolhouse:external_id"}

func (f mended) failing() int          { return f.rows / 10 }
func (f mended) name(i int) string     { return fmt.Sprintf("user%06d", i) }
func (f mended) mistake(i int) int     { return i / 10 % 5 }
func (f mended) hasMistake(i int) bool { return i%10 == 9 }

// values are the right values of a row.
func (f mended) values(i int) []string {
	v := []string{f.name(i), fmt.Sprint("User ", i), f.name(i) + "@example.com", "true", fmt.Sprintf("+1555%07d", i), fmt.Sprintf("1985-%02d-%02d", 1+i%12, 1+i%28), f.hash, fmt.Sprint("old-", i)}
	switch {
	case f.hasMistake(i) && f.mistake(i) == 3:
		v[1] = "Smith, J."
	case f.hasMistake(i) && f.mistake(i) == 4:
		v[1] = `"Big" Jim`
	}
	return v
}

// row returns a row of the file, with its mistake or without.
func (f mended) row(i int, right bool) string {
	v := f.values(i)
	if right || !f.hasMistake(i) {
		return usercsv.FormatRow(v)
	}
	switch f.mistake(i) {
	case 0:
		v[4] = "+1 (555) " + v[4][5:]
	case 1:
		v[3] = "perhaps"
	case 2:
		v[5] = "31.02.1985"
	default: // its quotation mark or comma prevents splitting the row
		return strings.Join(v, ",")
	}
	return usercsv.FormatRow(v)
}

func (f mended) text(right bool) string {
	var b strings.Builder
	b.WriteString(strings.Join(mendedHeader, ",") + "\r\n")
	for i := range f.rows {
		b.WriteString(f.row(i, right) + "\r\n")
	}
	return b.String()
}

// correctText corrects the text of a row that cannot be split, by the advice.
func correctText(text string) string {
	return strings.NewReplacer("Smith, J.", `"Smith, J."`, `"Big" Jim`, `"""Big"" Jim"`).Replace(text)
}

// mendedPool is a pool for the import of such files.
type mendedPool struct{ *app }

func (n *node) mendedPool() *mendedPool {
	n.t.Helper()
	return &mendedPool{n.newApp(&cognito.CreateUserPoolInput{}, &cognito.CreateUserPoolClientInput{})}
}

// run imports a file, demands a number of imported users, and returns the job.
func (p *mendedPool) run(path string, imported int) string {
	p.t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		p.t.Fatal(err)
	}
	d := p.importUsers(p.pool, "BCRYPT", string(text))
	if d.ImportedUsers != int64(imported) {
		p.t.Fatalf("the job ended %s, %s, with %d users and not %d", d.Status, aws.ToString(d.CompletionMessage), d.ImportedUsers, imported)
	}
	return *d.JobId
}

// byFile corrects the rows in the result file, as a spreadsheet does, and retries them.
func (p *mendedPool) byFile(job string, f mended) string {
	p.t.Helper()
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(p.records(p.pool, job, "NOT_IMPORTED"), "\ufeff"))).ReadAll()
	if err != nil || len(all) != 1+f.failing() {
		p.t.Fatalf("the result file has %d rows, and %d failed: %v", len(all)-1, f.failing(), err)
	}
	at := map[string]int{}
	for i, name := range all[0] {
		at[name] = i
	}
	for _, row := range all[1:] {
		line, err := strconv.Atoi(row[at["poolhouse:line"]])
		if err != nil {
			p.t.Fatal(err)
		}
		if text := at["poolhouse:text"]; row[text] != "" {
			row[text] = correctText(row[text])
			continue
		}
		if hidden := row[at["password_hash"]]; hidden != usercsv.Hidden {
			p.t.Fatalf("the hash of the row on line %d is told as %q", line, hidden)
		}
		for i, value := range f.values(line - 2) {
			if name := mendedHeader[i]; name != "password_hash" {
				row[at[name]] = value
			}
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if err := w.WriteAll(all); err != nil {
		p.t.Fatal(err)
	}
	upload := p.uploaded(p.pool, "BCRYPT", writeFile(p.t, b.String()))
	return p.retry(object{"JobId": job, "UploadId": upload})
}

// byCorrections corrects the rows of the job, as the console does, and retries them.
func (p *mendedPool) byCorrections(job string, f mended) string {
	p.t.Helper()
	rejected := p.rejected(p.pool, job)
	for len(rejected) > 0 {
		part := rejected[:min(len(rejected), 1000)]
		rejected = rejected[len(part):]
		var corrections []object
		for _, row := range part {
			i := int(row.LineNumber) - 2
			c := object{"LineNumber": row.LineNumber}
			if v := f.values(i); f.mistake(i) < 3 {
				at := map[int]int{0: 4, 1: 3, 2: 5}[f.mistake(i)]
				c["Values"] = []object{{"Column": mendedHeader[at], "Value": v[at]}}
			} else {
				c["Text"] = correctText(row.Text)
			}
			corrections = append(corrections, c)
		}
		p.own("CorrectUserImportJobRows", object{"UserPoolId": p.pool, "JobId": job, "Corrections": corrections})
	}
	if is := p.own("ListUserImportJobRows", object{"UserPoolId": p.pool, "JobId": job, "MaxResults": 1}); is["PassingCorrectedRows"] != float64(f.failing()) {
		p.t.Errorf("%v rows are corrected, and %v of them pass, of %d", is["CorrectedRows"], is["PassingCorrectedRows"], f.failing())
	}
	return p.retry(object{"JobId": job, "OnlyCorrected": true})
}

// mayEnter fails the test unless a user can sign in with the password of the imported hash.
func (p *mendedPool) mayEnter(name string) {
	p.t.Helper()
	out, err := p.byPassword(name, firstPassword)
	if err != nil {
		p.t.Fatal(name, err)
	}
	tokens(p.t, out.AuthenticationResult, nil)
}

// retry creates the job that retries rows of another.
func (p *mendedPool) retry(in object) string {
	p.t.Helper()
	in["UserPoolId"] = p.pool
	return p.own("RetryUserImportJob", in)["UserImportJob"].(object)["JobId"].(string)
}

// mustBe fails the test unless the pool has the users of another pool, and the old system's
// IDs lead to the same users.
func (p *mendedPool) mustBe(how string, want *mendedPool, jobs ...string) {
	p.t.Helper()
	is, _ := p.people(p.pool)
	was, _ := want.people(want.pool)
	if is, was = sortedLines(is), sortedLines(was); is != was {
		p.t.Errorf("%s: the users differ from those of the corrected file: %s", how, firstDifference(was, is))
	}
	ids := 0
	for _, job := range jobs {
		for _, row := range p.results(p.pool, job).imported {
			if name, number := row["cognito:username"], strings.TrimPrefix(row["poolhouse:external_id"], "old-"); len(number) == 0 || name != fmt.Sprintf("user%06s", number) {
				p.t.Fatalf("%s: the map says of %q that it became %q", how, row["poolhouse:external_id"], name)
			}
			ids++
		}
	}
	if users := strings.Count(was, "\n"); ids != users {
		p.t.Errorf("%s: the maps have %d rows, and there are %d users", how, ids, users)
	}
}
