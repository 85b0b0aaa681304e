package e2e

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"slices"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// screenshots is where pictures of the console's pages are written to.
var screenshots = flag.String("screenshots", "", "a directory for pictures of the console's pages; none are made without it")

// size sets the size of the window.
func (c *console) size(width, height int64) {
	c.t.Helper()
	c.do(chromedp.EmulateViewport(width, height))
}

// theme shows the page in a theme, as a system does that has it.
func (c *console) theme(name string) {
	c.t.Helper()
	call(c, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
}

// violation is what axe finds.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	} `json:"nodes"`
}

// violations returns what axe finds in the page.
func (c *console) violations(rules string) []violation {
	c.t.Helper()
	if !value[bool](c, `typeof axe === "object"`) {
		value[bool](c, c.axe+";true")
	}
	return value[[]violation](c, `axe.run(document, {resultTypes: ["violations"]`+rules+`}).then(r => r.violations)`)
}

// findsHarm makes sure that the examination finds what is wrong with a page.
func (c *console) findsHarm() {
	c.t.Helper()
	value[bool](c, `document.querySelector("main").append(document.createElement("img")), true`)
	if !slices.ContainsFunc(c.violations(""), func(v violation) bool { return v.ID == "image-alt" }) {
		c.t.Error("a picture without a text is not found")
	}
}

// looks examines the page that is shown: in both themes, and on a small screen
// with all details open. Nothing in it keeps people out, and it does not scroll sideways.
func (c *console) looks(name string) {
	c.t.Helper()
	for _, view := range []struct {
		theme  string
		width  int64
		height int64
		mark   string
	}{{"light", 1280, 800, "-light"}, {"dark", 1280, 800, "-dark"}, {"light", 360, 740, "-360"}} {
		c.size(view.width, view.height)
		c.theme(view.theme)
		c.picture(name + view.mark)
		if view.mark == "-360" {
			value[bool](c, `document.querySelectorAll("main details").forEach(d => d.open = true), true`)
		}
		rules := ""
		if view.theme == "dark" {
			rules = `, runOnly: ["color-contrast"]` // all that differs from the light one
		}
		for _, v := range c.violations(rules) {
			told, _ := json.Marshal(v.Nodes)
			c.t.Errorf("%s%s: %s (%s) %s", name, view.mark, v.Help, v.ID, told)
		}
		if over := value[int](c, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); over > 0 {
			c.t.Errorf("%s%s scrolls sideways by %d pixels", name, view.mark, over)
		}
	}
	c.size(1280, 800)
	c.theme("light")
}

// picture writes a picture of the whole page, if pictures are wanted.
func (c *console) picture(name string) {
	c.t.Helper()
	if *screenshots == "" {
		return
	}
	value[bool](c, "scrollTo(0, 0), true") // the bar at the top stays there
	c.drawn()
	const best = 100 // as PNG
	png, err := chromedp.Run(c.ctx, chromedp.FullScreenshot(best))
	if err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, name+".png"), png, 0o600); err != nil {
		c.t.Fatal(err)
	}
}
