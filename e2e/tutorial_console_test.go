package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/chromedp/chromedp"
)

// TestTutorialInTheConsole does in a browser what docs/tutorial.md says, word by word: its
// links, buttons, fields and titles are those of the console.
func TestTutorialInTheConsole(t *testing.T) {
	together(t)
	text, err := os.ReadFile(tutorialPage)
	if err != nil {
		t.Fatal(err)
	}
	n := start(t, setup{data: t.TempDir()})
	c := openConsole(t, n)
	w := &browserWalk{console: c, dir: t.TempDir()}
	for _, block := range parts.FindAllString(string(text), -1) {
		if file := files.FindStringSubmatch(block); file != nil {
			if err := os.WriteFile(filepath.Join(w.dir, file[1]), []byte(file[2]), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	_, steps, found := strings.Cut(string(text), "\n## In the browser\n")
	if !found {
		t.Fatal("the page has no section for the browser")
	}
	c.size(1280, 800)
	w.do(steps)
	if w.pressed < 10 {
		t.Errorf("the page presses %d buttons and links, and a whole import needs more", w.pressed)
	}
	pools, err := n.client().ListUserPools(t.Context(), &cognito.ListUserPoolsInput{MaxResults: aws.Int32(2)})
	if err != nil || len(pools.UserPools) != 1 {
		t.Fatal(pools, err)
	}
	if list, _ := n.people(*pools.UserPools[0].Id); strings.Count(list, "\n") != 8 { // one of the nine rows is of an existing user
		t.Errorf("in the end there are %d users", strings.Count(list, "\n"))
	}
}

// browserWalk follows the numbered lists of a text in a browser. **Bold** is a link or a button,
// which it presses. *Italics* are a field: it writes the `code` before them into the field, or
// ticks the field if there is no code. Page “a title” is the title of the page that the browser
// must show. Other “quotation marks” are a text that the page must show. It opens a code that is
// a URL. At a picture of docs/images, it takes a picture of the page that was shown last.
type browserWalk struct {
	*console
	dir     string // of the files
	shown   string // the text that was shown last
	pressed int
}

var (
	listed     = regexp.MustCompile(`(?m)^(?:[0-9]+\.|  ) .*\n`)
	directions = regexp.MustCompile("\\*\\*(?P<press>.+?)\\*\\*|\\*(?P<field>.+?)\\*|`(?P<code>.+?)`|page “(?P<page>.+?)”|“(?P<text>.+?)”|!\\[.*?\\]\\(images/(?P<picture>.+?)\\)")
)

// do follows the directions of a text, in their order.
func (w *browserWalk) do(text string) {
	w.t.Helper()
	lists := strings.Join(strings.Fields(strings.Join(listed.FindAllString(text, -1), " ")), " ")
	var code string
	for _, at := range directions.FindAllStringSubmatch(lists, -1) {
		w.t.Log(at[0]) // what was done, for a failure
		said := func(name string) string { return at[directions.SubexpIndex(name)] }
		switch {
		case said("press") != "":
			w.press(said("press"))
		case said("field") != "":
			w.fill(said("field"), w.meant(code))
			code = ""
		case strings.HasPrefix(said("code"), "http://"):
			w.open("")
		case said("code") != "":
			code = said("code")
		case said("page") != "":
			w.becomes(complete + fmt.Sprintf(`document.querySelector("h1")?.innerText.replace(/ \([0-9,]+\)$/, "") === %q`, said("page")))
		case said("text") != "":
			w.shown = said("text")
			w.becomes(complete + fmt.Sprintf(`document.body.innerText.replace(/\s+/g, " ").includes(%q)`, w.shown))
		default:
			w.depict(said("picture"))
		}
	}
}

// meant is what a text of the page stands for: a variable of the environment, a file, or itself.
func (w *browserWalk) meant(code string) string {
	if value := w.n.getenv(code); value != "" {
		return value
	}
	if file := filepath.Join(w.dir, code); strings.HasSuffix(code, ".csv") {
		return file
	}
	return code
}

// complete is a condition: the page is there, with its scripts.
const complete = `document.readyState === "complete" && `

// named is a script that returns what can be seen of some elements and has a name.
const named = `((all, name, nameOf) => [...new Set(all)].filter(at =>
	at && at.checkVisibility({visibilityProperty: true}) && !at.disabled && at.tabIndex >= 0 && nameOf(at).replace(/\s+/g, " ").trim() === name))`

// press presses the link or button of a name.
func (w *browserWalk) press(name string) {
	w.t.Helper()
	w.pressed++
	w.becomes(complete + fmt.Sprintf(`(found => {
		if (new Set(found.map(at => at.href ?? at.formAction)).size > 1) throw new Error("there are several called " + %q);
		if (found.length > 0) setTimeout(() => found[0].click());
		return found.length > 0;
	})(%s(document.querySelectorAll("a[href], button, summary"), %[1]q, at => at.innerText))`, name, named))
}

// fill writes a text into the field of a name, chooses a file there, or ticks it.
func (w *browserWalk) fill(name, text string) {
	w.t.Helper()
	fields := fmt.Sprintf(`%s([...document.querySelectorAll("input, select, textarea")], %q, at => at.ariaLabel ?? at.labels?.[0]?.innerText ?? "")`, named, name)
	w.becomes(complete + fields + `.length === 1`)
	id := value[string](w.console, fields+`[0].id`)
	switch kind := value[string](w.console, fields+`[0].type`); kind {
	case "checkbox", "radio":
		w.console.do(chromedp.Click(chromedp.CSS("#" + id)))
	case "file":
		w.console.do(chromedp.SetUploadFiles(chromedp.CSS("#"+id), []string{text}))
	default:
		w.typed("#"+id, text)
		value[bool](w.console, `document.activeElement.blur(), true`)
	}
}

// depict makes a picture of the window, if pictures are wanted, with the section in it that
// has the text that was shown last.
func (w *browserWalk) depict(name string) {
	w.t.Helper()
	if *screenshots == "" {
		return
	}
	value[bool](w.console, fmt.Sprintf(`scrollTo(0, 0), [...document.querySelectorAll("section")].find(at => at.innerText.replace(/\s+/g, " ").includes(%q))?.scrollIntoView(), true`, w.shown))
	value[bool](w.console, "scrollBy(0, -60), true") // the bar at the top
	w.shows(filepath.Join(*screenshots, name))
}
