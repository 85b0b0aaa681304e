package e2e

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// consoleRows is the number of rows that the walk imports: enough for a page to receive
// progress.
const consoleRows = 20_000

// walkJobs imports a file that is uploaded by other means, and looks at each page of the
// job during and after its run.
func (c *console) walkJobs() {
	c.t.Helper()
	pool, job := c.n.poolWithJob()
	at := "pools/" + pool + "/import-jobs"
	c.open(at + "/" + *job.JobId)
	c.sees("It needs a file")
	c.looks("job-created")
	c.n.put(mixedFile(c.t, consoleRows), *job.PreSignedUrl)
	c.open(at + "/" + *job.JobId)
	c.sees("Created, ready to start")
	for _, page := range []string{"check", "budget"} {
		c.open(at + "/" + *job.JobId + "/" + page)
		c.looks("job-" + page)
	}
	c.open(at + "/" + *job.JobId)
	c.click("main button.primary")
	c.begun("all was started.")
	c.becomes(`document.querySelector("#re") !== null`) // the page was told of the end
	c.sees("Result")
	c.looks("job-ended")
	c.do(chromedp.Click(chromedp.CSS(".seg li:first-child a"))) // the filter does not load another page
	c.becomes(`document.querySelector(".seg a[aria-current]").innerText.startsWith("All")`)
	c.open(at + "/" + *job.JobId + "/log")
	c.looks("job-log")
	c.open(at)
	c.looks("import-jobs")
	c.hides(at)
	c.open(at + "?q=nothing")
	c.sees("No import job matches")
}

// hides opens a live page in six hidden tabs. A browser has six connections to a server,
// and no hidden tab may keep one: a seventh page loads. A tab that is shown again receives
// events again.
func (c *console) hides(at string) {
	c.t.Helper()
	var tab *console
	for range 6 {
		ctx, end := chromedp.NewContext(c.ctx)
		defer end()
		tab = &console{t: c.t, ctx: ctx, n: c.n, axe: c.axe}
		call(tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: "window.away = true; Object.defineProperty(document, 'hidden', {get: () => window.away})",
		})
		tab.open(at)
		tab.becomes(`performance.getEntriesByType("resource").some(e => e.name.includes("/events") && e.responseEnd > 0)`) // received an event, and closed
	}
	c.open(at)
	c.sees("Import jobs")
	value[bool](tab, `window.away = false, document.dispatchEvent(new Event("visibilitychange"))`)
	tab.becomes(`!!document.getElementById("live")._htmx?.sse`)
	call(c, page.BringToFront, cdp.Empty{})
	c.becomes("!document.hidden")
}

// lastingRows is the size of a job that runs while its server is restarted and while its
// page reconnects, which may take 5 s.
const lastingRows = 48 * consoleRows

// walkLive watches a job in progress, and stops it.
func (c *console) walkLive() {
	c.t.Helper()
	pool, job := c.n.begin(mixedFile(c.t, lastingRows))
	at := "pools/" + pool + "/import-jobs/" + job
	c.open(at)
	c.becomes(`/^[1-9][0-9]?% – all/.test(document.title)`) // the page received progress
	c.looks("job-running")
	c.open(at + "/stop")
	c.looks("job-stop")
	c.stop(at)
	c.looks("job-stopped")
}

// walkKilled watches a job in progress while its server is killed and started again.
func (c *console) walkKilled() {
	c.t.Helper()
	pool, job := c.n.begin(mixedFile(c.t, lastingRows))
	at := "pools/" + pool + "/import-jobs/" + job
	c.open(at)
	c.hears()
	c.stays(func() {
		c.n.kill()
		c.becomes(`!document.getElementById("lost").hidden`)
		c.n.again()
		c.becomes(`document.getElementById("lost")?.hidden !== false`)
	})
	c.stop(at)
}

// stop stops the job of a page.
func (c *console) stop(at string) {
	c.t.Helper()
	c.open(at + "/stop")
	c.click("main button.primary")
	c.becomes(`document.querySelector("#re") !== null`)
}

// walkCreate imports a file that is chosen in the browser, from the creation page to the
// job's end.
func (c *console) walkCreate() {
	c.t.Helper()
	pool, _ := c.n.poolWithJob()
	at := "pools/" + pool + "/import-jobs"
	c.open(at + "/create")
	c.looks("job-create")
	bad := filepath.Join(c.t.TempDir(), "bad.csv")
	if err := os.WriteFile(bad, []byte("cognito:username,Email Verified,department\nada,true,x\n"), 0o600); err != nil {
		c.t.Fatal(err)
	}
	c.choose(bad)
	c.sees("The file cannot be imported as it is")
	c.looks("job-create-problem")
	c.choose(mixedFile(c.t, consoleRows))
	c.sees("Create job and import 20,000 rows")
	c.looks("job-create-ready")
	c.click("main button.primary")
	c.begun("was created and started.")
	c.becomes(`document.querySelector("#re") !== null`)
}

// twoWays has one byte that is a letter in several encodings, and nothing that decides
// between them.
const twoWays = "cognito:username,email,email_verified,name,nickname\nada,ada@example.com,true,Ada Lovelace,Ada\n" +
	"emile,emile@example.com,true,\x8emile Zola,\x8emile\nbob,bob@example.com,true,Bob,Bob\n"

// otherColumns is a file with the columns of another program.
const otherColumns = "login,E-Mail Address,Email confirmed,Full name,Department of the company,notes\n" +
	"ada,ada@example.com,yes,Ada Lovelace,Analytical engines,\nbob,bob@example.com,no,Bob,,\ncleo,cleo@example.com,yes,Cleo,Sales,\n"

// walkColumns looks at a file with two readings and chooses one, and maps the columns of
// another file.
func (c *console) walkColumns() {
	c.t.Helper()
	pool, _ := c.n.poolWithJob()
	at := "pools/" + pool + "/import-jobs"
	write := func(name, text string) string {
		file := filepath.Join(c.t.TempDir(), name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			c.t.Fatal(err)
		}
		return file
	}
	c.open(at + "/create")
	c.choose(write("two-ways.csv", twoWays))
	c.sees("This file can be read in three ways")
	c.looks("job-create-two-ways")
	c.click(".ways button")
	c.sees("You chose")
	c.sees("Create job and import 3 rows")

	c.choose(write("columns.csv", otherColumns))
	c.sees("Check these columns")
	c.looks("job-create-columns")
	value[bool](c, `(at => { at.value = "nickname"; at.dispatchEvent(new Event("change", {bubbles: true})); return true; })(document.getElementById("as-5"))`)
	c.becomes(`new URLSearchParams(location.search).has("map")`) // the address has the choice
	c.do(chromedp.Click(chromedp.CSS("#check-columns")))
	c.sees("Checked ")
	c.sees("6 columns, 5 imported")
	c.looks("job-create-mapped")
	c.click("main button.primary")
	c.begun("was created and started.")
	c.becomes(`document.querySelector("#re") !== null`)
	c.sees("How the file was read")
}

// begun waits until the page says that a job was started, or shows that it has ended
// meanwhile.
func (c *console) begun(said string) {
	c.t.Helper()
	c.becomes(fmt.Sprintf(`document.body?.innerText.includes(%q) === true || document.querySelector("#re") !== null`, said))
}

// choose chooses a file for a job, and waits until the page shows its content.
func (c *console) choose(file string) {
	c.t.Helper()
	ctx, end := context.WithTimeout(c.ctx, patience)
	defer end()
	if _, err := chromedp.RunResponse(ctx, chromedp.SetUploadFiles(chromedp.CSS("#csv"), []string{file})); err != nil {
		c.t.Fatalf("%v; the page says %q, and the browser %q", err, value[string](c, `document.getElementById("up").innerText`), c.said)
	}
	c.becomes(`document.querySelector("#k") !== null`)
}
