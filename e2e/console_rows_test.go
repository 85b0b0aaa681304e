package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/chromedp/chromedp"
)

// written has the values for cells without a suggestion, by the page's description of the
// error, and for rows that cannot be split. Its keys are the IDs of the fields: line and
// column number.
var written = map[string]string{
	"c9-6":  "+14155550123",        // does not begin with +
	"c11-6": "+442079460105",       // was rounded: the digits are lost and are looked up
	"c17-7": "02/28/1991",          // the calendar has no such day
	"c21-4": "kim@example.com",     // has no @
	"c23-4": "lena@example.com",    // only one address
	"c27-4": "nia@example.com",     // an address must be there to be verified
	"c31-2": "Pia",                 // is required
	"c33-8": "After-sales service", // 20 characters at most
	"c35-9": "1000",                // with digits, and 1000 at most
	"c37-9": "500",                 // 1000 at most
	"c43-1": "vera",                // each user needs a username
	"c47-1": "xena",                // no email address
	"c61-6": "+442079460999",       // does not begin with +
	"t49":   `yan,Yan,"Young, Jr.",yan@example.com,TRUE,+14155550147,12/22/1967,Research,3,2015-08-14,,C-1048`,
	"t51":   `zack,Zack,Zorn,zack@example.com,TRUE,+14155550149,02/08/1969,Field service,5,,,C-1050`,
	"t53":   `abe,"""Honest"" Abe",Ash,abe@example.com,TRUE,+14155550151,04/22/1971,Support,7,2019-04-02,,C-1052`,
	"t55":   `jose,José,Jiménez,jose@example.com,TRUE,+14155550153,06/08/1973,Finance,9,2021-02-24,,C-1054`,
	"t65":   `dora,Dora,Dunn,dora@example.com,TRUE,+14155550163,04/22/1983,Finance,1,2017-04-22,,C-1064`,
}

// corrected are the users who exist after all cells that can be corrected were corrected.
var corrected = strings.Fields("bo cleo dev eve finn gus hana ivo kim lena mo nia olga pia quinn rosa sven tara uma vera wimdewit xena yan zack abe jose cara dora bart")

// walkMistakes corrects the rows of a spreadsheet with nothing but the page's advice, and
// imports them.
func (c *console) walkMistakes() {
	c.t.Helper()
	pool := c.n.mistakesPool()
	file, err := filepath.Abs("testdata/mistakes.csv")
	if err != nil {
		c.t.Fatal(err)
	}
	c.open("pools/" + pool + "/import-jobs/create")
	c.choose(file)
	c.sees("First rows that would not be imported")
	c.looks("job-create-mistakes")
	c.do(chromedp.Click(chromedp.CSS("button[value=check]")))
	c.sees("Checked ")
	c.click("main button.primary")
	c.becomes(`document.querySelector("#re") !== null`)
	job := strings.TrimPrefix(value[string](c, "location.pathname"), "/console/")
	c.click(".pagehead .primary")
	c.sees("still to do")
	c.looks("correct-rows")
	c.correct()
	c.picture("correct-done")
	// An address of another user is a cause of its own.
	c.open(job + "/correct?code=AliasExists&column=email")
	c.writes("c59-4", "bart@example.com")
	c.click("#bar-import")
	c.becomes(`document.querySelector("#re") !== null`)
	for _, name := range corrected {
		if _, err := c.n.client().AdminGetUser(c.t.Context(), &cognito.AdminGetUserInput{UserPoolId: &pool, Username: &name}); err != nil {
			c.t.Errorf("%s: %v", name, err)
		}
	}
	for _, page := range []string{"", "/receipt", "/users"} {
		c.open(job + page)
		c.looks("job-corrected" + strings.ReplaceAll(page, "/", "-"))
	}
}

// correct corrects all cells of the page that it can: with the offered values, and with the
// rest of the advice.
func (c *console) correct() {
	c.t.Helper()
	// Errors that several cells have are corrected at once.
	c.click(`button[value="apply"]`)
	c.sees("2 rows were corrected.")
	for {
		// A button puts its value into the cell. If there are several, a person chooses.
		id := value[string](c, `document.querySelector("[aria-invalid=true] + div button[name=put]")?.closest("div").previousElementSibling.id ?? ""`)
		if id == "" {
			break
		}
		c.do(chromedp.Click(chromedp.CSS("#" + id + " + div button[name=put]")))
		c.becomes(fmt.Sprintf(`document.getElementById(%q)?.getAttribute("aria-invalid") !== "true"`, id))
	}
	if at := value[string](c, `document.activeElement.tagName`); at != "INPUT" {
		c.t.Errorf("after a value was put into a cell, the focus is at %s", at)
	}
	for id, text := range written {
		c.writes(id, text)
	}
	c.byKeyboard("c9-6")
	c.sees("still to do. Saved")
	if left := value[[]string](c, `[...document.querySelectorAll("[aria-invalid=true]")].map(at => at.id + " " + at.value + " " + at.nextElementSibling?.innerText)`); len(left) > 0 {
		c.t.Errorf("not corrected: %q", left)
	}
	c.sees("28 of 28")
}

// writes types a text into a cell, leaves it, and waits until its row is judged.
func (c *console) writes(id, text string) {
	c.t.Helper()
	cell := fmt.Sprintf("document.getElementById(%q)", id)
	value[bool](c, fmt.Sprintf(`%s.focus(), %[1]s.value = "", true`, cell))
	c.do(chromedp.SendKeys(chromedp.CSS("#"+id), text))
	value[bool](c, cell+".blur(), true")
	c.becomes(fmt.Sprintf(`%s?.getAttribute("aria-invalid") !== "true"`, cell))
}

// byKeyboard presses Enter in a cell: the focus goes to the same column of the next row,
// and with Shift of the previous row.
func (c *console) byKeyboard(id string) {
	c.t.Helper()
	at := func() string { return value[string](c, "document.activeElement.id") }
	press := func(shift bool) {
		value[bool](c, fmt.Sprintf(`document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", shiftKey: %v, bubbles: true, cancelable: true})), true`, shift))
	}
	c.do(chromedp.Focus(chromedp.CSS("#" + id)))
	press(false)
	next := at()
	if next == id || next[strings.Index(next, "-"):] != id[strings.Index(id, "-"):] {
		c.t.Errorf("Enter goes from %s to %s", id, next)
	}
	press(true)
	if back := at(); back != id {
		c.t.Errorf("Shift and Enter go from %s to %s", next, back)
	}
}

// mistakesPool creates the pool for mistakes.csv.
func (n *node) mistakesPool() string {
	n.t.Helper()
	n.makeLogRole()
	text, err := os.ReadFile("testdata/mistakes-pool.json")
	if err != nil {
		n.t.Fatal(err)
	}
	var in cognito.CreateUserPoolInput
	if err := json.Unmarshal(text, &in); err != nil {
		n.t.Fatal(err)
	}
	made, err := n.client().CreateUserPool(n.t.Context(), &in)
	if err != nil {
		n.t.Fatal(err)
	}
	return *made.UserPool.Id
}
