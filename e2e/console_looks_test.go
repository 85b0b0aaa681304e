package e2e

import (
	"encoding/json"
	"flag"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	pages "poolhouse/internal/console"
)

// screenshots is the directory for pictures of the console's pages.
var screenshots = flag.String("screenshots", "", "a directory for pictures of the console's pages; none are made without it")

// size sets the size of the window.
func (c *console) size(width, height int64) {
	c.t.Helper()
	c.do(chromedp.EmulateViewport(width, height))
}

// theme shows the page in the theme of the system.
func (c *console) theme(name string) {
	c.t.Helper()
	call(c, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
}

// violation is a finding of axe.
type violation struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML           string `json:"html"`
		FailureSummary string `json:"failureSummary"`
	} `json:"nodes"`
}

// violations returns axe's findings about the page.
func (c *console) violations(rules string) []violation {
	c.t.Helper()
	if !value[bool](c, `typeof axe === "object"`) {
		value[bool](c, c.axe+";true")
	}
	return value[[]violation](c, `axe.run(document, {resultTypes: ["violations"]`+rules+`}).then(r => r.violations)`)
}

// findsHarm checks that the examination finds errors of a page.
func (c *console) findsHarm() {
	c.t.Helper()
	value[bool](c, `document.querySelector("main").append(document.createElement("img")), true`)
	if !slices.ContainsFunc(c.violations(""), func(v violation) bool { return v.ID == "image-alt" }) {
		c.t.Error("a picture without a text is not found")
	}
}

// looks examines the present page in both themes, and on a small screen with all details
// open. It must be accessible, and must not scroll sideways.
func (c *console) looks(name string) {
	c.t.Helper()
	c.looked = append(c.looked, value[string](c, "location.pathname"))
	c.focuses(name)
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
			rules = `, runOnly: ["color-contrast"]` // the only things that differ from the light theme
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

// noPages are the ends of paths that a browser does not show as a page: files and streams.
var noPages = []string{"/template.csv", "/results.csv", "/results.ndjson", "/receipt.json", "/events"}

// missed returns the pages of the console that were not examined.
func (c *console) missed() (paths []string) {
	c.t.Helper()
	seen, mux := map[string]bool{}, http.NewServeMux()
	for _, path := range pages.Pages() {
		mux.Handle(path, http.NotFoundHandler())
	}
	for _, path := range c.looked {
		r, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, path, nil)
		if err != nil {
			c.t.Fatal(err)
		}
		_, pattern := mux.Handler(r)
		seen[pattern] = true
	}
	for _, path := range pages.Pages() {
		if !seen[path] && !slices.ContainsFunc(noPages, func(end string) bool { return strings.HasSuffix(path, end) }) {
			paths = append(paths, path)
		}
	}
	return paths
}

// focuses moves the focus through all controls with the Tab key, in the order of the page.
// The focused element must be marked, must not be behind the bar at the top, and must not
// be above the previous one.
func (c *console) focuses(name string) {
	c.t.Helper()
	const walk = `(() => {
		const wrong = [], all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")].filter(at =>
			at.checkVisibility({visibilityProperty: true}) && !at.disabled && at.tabIndex >= 0 && at.type !== "hidden" && !at.closest("[popover]:not(:popover-open), .vh"));
		let before, above;
		for (const at of all) {
			const what = at.outerHTML.slice(0, 120);
			at.focus({focusVisible: true});
			if (document.activeElement !== at) wrong.push("does not take it: " + what);
			if (at.tabIndex > 0) wrong.push("another order: " + what);
			const style = getComputedStyle(at), box = at.getBoundingClientRect();
			if (style.outlineStyle === "none" || !parseFloat(style.outlineWidth)) wrong.push("no mark: " + what);
			const seen = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
			if (seen?.closest(".topbar") && !seen.closest("[popover]") && !at.closest(".topbar, [popover], .skip")) wrong.push("behind the bar: " + what);
			const part = at.closest(".grid-edit td, .grid-edit th, form, table, section, nav, header, main"), bottom = box.bottom + scrollY;
			if (before === part && bottom <= above && !at.closest(".pagehead, .drop")) wrong.push("above what comes before it: " + what);
			before = part;
			above = box.top + scrollY;
		}
		document.activeElement?.blur();
		scrollTo(0, 0);
		return all.length > 0 ? wrong : ["there is nothing to give it to"];
	})()`
	for _, wrong := range value[[]string](c, walk) {
		c.t.Errorf("%s: focus: %s", name, wrong)
	}
}
