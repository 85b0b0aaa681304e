package e2e

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const failedRowsPage = "../docs/failed-rows.md"

// TestFailedRowsPage runs the commands of docs/failed-rows.md as a reader does. Their
// output must be what the page shows. The file has thirty mistakes; at the end none is
// left.
func TestFailedRowsPage(t *testing.T) {
	together(t)
	awsCLIs(t)
	n := start(t, setup{data: t.TempDir()})
	p := newPage(t, n.env)
	p.url = n.url
	for name, from := range map[string]string{"pool-settings.json": "mistakes-pool.json", "members.csv": "mistakes.csv"} {
		data, err := os.ReadFile(filepath.Join("testdata", from))
		if err != nil {
			t.Fatal(err)
		}
		if name == "members.csv" { // with the spreadsheet's names of the columns
			_, rows, _ := strings.Cut(string(data), "\r\n")
			data = []byte("\ufeff" + spreadsheetHeader + "\r\n" + rows)
		}
		p.write(name, string(data))
	}
	p.acts["map the number"] = p.mapNumber
	p.acts["correct the file"] = p.correctFile
	p.runPage(failedRowsPage)
	pool := p.real("us-east-1_Example1")
	if list, _ := n.people(pool); strings.Count(list, "\n") != 63 { // 64 rows; one repeats a user
		t.Errorf("in the end there are %d users", strings.Count(list, "\n"))
	}
}

// spreadsheetHeader is the header that a person wrote.
const spreadsheetHeader = "Username,First name,Last name,E-Mail,email_verified,Phone,Date of birth,Department,Seats,joined,cognito:mfa_enabled,Customer number"

// mapNumber adds the customer numbers to the map that was written.
func (p *walk) mapNumber() {
	p.t.Helper()
	written, err := os.ReadFile(filepath.Join(p.dir, "map.json"))
	if err != nil {
		p.t.Fatal(err)
	}
	const open, filled = `"Customer number": ""`, `"Customer number": "poolhouse:external_id"`
	if strings.Count(string(written), open) != 1 {
		p.t.Fatalf("the map has not %s once: %s", open, written)
	}
	p.write("map.json", strings.Replace(string(written), open, filled, 1))
}

// correctedCells matches the rows of the page's table of corrected cells.
var correctedCells = regexp.MustCompile(`(?m)^\| (\d+) \| .* \| (\S+) \| (.*) \|$`)

// correctFile writes the values of the page's table into the file of rows that were not
// imported, as a person does in a spreadsheet.
func (p *walk) correctFile() {
	p.t.Helper()
	path := filepath.Join(p.dir, "not-imported.csv")
	data, err := os.ReadFile(path)
	if err != nil {
		p.t.Error(err)
		return
	}
	all, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(data), "\ufeff"))).ReadAll()
	if err != nil {
		p.t.Fatal(err)
	}
	rows := parsed(p.t, string(data))
	cells := correctedCells.FindAllStringSubmatch(p.text, -1)
	if len(cells) == 0 {
		p.t.Error("the page has no table of corrected cells")
	}
	for _, cell := range cells {
		found := false
		for i, row := range rows {
			if row["poolhouse:line"] != cell[1] {
				continue
			}
			for at, name := range all[0] {
				if name == cell[2] {
					all[i+1][at], found = strings.Trim(strings.TrimSuffix(cell[3], "(empty)"), "`"), true
				}
			}
		}
		if !found {
			p.t.Errorf("the page corrects %s on line %s, which is not in the file", cell[2], cell[1])
		}
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.UseCRLF = true
	if err := w.WriteAll(all); err != nil {
		p.t.Fatal(err)
	}
	p.write("not-imported.csv", b.String())
}
