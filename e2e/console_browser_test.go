package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"poolhouse/internal/scratch"
)

// console is a browser on a server's console.
type console struct {
	t      *testing.T
	ctx    context.Context
	n      *node
	axe    string // the script that checks accessibility
	mu     sync.Mutex
	looked []string // paths of examined pages
	said   []string // the browser's messages about errors of a page
}

// openConsole starts a browser. In CI it must be installed.
func openConsole(t *testing.T, n *node) *console {
	t.Helper()
	program, err := exec.LookPath("chromium")
	if err != nil {
		lacking(t, "chromium (Debian: apt-get install chromium)")
	}
	modules, err := scratch.NodeModules(t.Context(), "../internal/console/npm", t.TempDir())
	if err != nil {
		lacking(t, err.Error())
	}
	axe, err := os.ReadFile(filepath.Join(modules, "axe-core/axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.UserDataDir(t.TempDir()), chromedp.Flag("lang", "en-GB"))
	allocated, end := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(end)
	ctx, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	c := &console{t: t, ctx: ctx, n: n, axe: string(axe)}
	if err := chromedp.Do(ctx); err != nil { // starts the browser
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, c.listen); err != nil {
		t.Fatal(err)
	}
	call(c, log.Enable, cdp.Empty{})
	call(c, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
	call(c, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Berlin"})
	return c
}

// listen keeps the browser's messages about errors of a page.
func (c *console) listen(event any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		c.said = append(c.said, e.ExceptionDetails.Text)
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError && e.Entry.Source == log.EntrySourceSecurity {
			c.said = append(c.said, e.Entry.Text)
		}
	}
}

// call sends the browser a command.
func call[P, R any](c *console, command cdp.Command[P, R], params P) {
	c.t.Helper()
	if _, err := chromedp.Call(c.ctx, command, params); err != nil {
		c.t.Fatal(err)
	}
}

// patience bounds the wait for a page, with other tests running.
const patience = 2 * time.Minute

// do runs actions.
func (c *console) do(actions ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	ctx, end := context.WithTimeout(c.ctx, patience)
	defer end()
	if err := chromedp.Do(ctx, actions...); err != nil {
		c.t.Fatalf("%v; the page is %s", err, value[string](c, "document.body?.innerText ?? ''"))
	}
}

// value returns the value of a script in the page.
func value[T any](c *console, script string) T {
	c.t.Helper()
	ctx, end := context.WithTimeout(c.ctx, patience)
	defer end()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		c.t.Fatalf("%.200s: %v", script, err)
	}
	return v
}

// replaced are parts of the errors of a page that is being replaced by another.
var replaced = []string{"Cannot find context", "context was destroyed", "target navigated"}

// becomes waits until a condition holds in the page, or in the page that replaces it.
func (c *console) becomes(condition string) {
	c.t.Helper()
	ctx, end := context.WithTimeout(c.ctx, patience)
	defer end()
	for {
		_, err := chromedp.Run(ctx, chromedp.Poll[bool](condition))
		if err == nil {
			return
		}
		if ctx.Err() != nil || !slices.ContainsFunc(replaced, func(text string) bool { return strings.Contains(err.Error(), text) }) {
			c.t.Fatalf("%s: %v; the page is %s", condition, err, value[string](c, "document.body?.innerText ?? ''"))
		}
	}
}

// blocked makes the browser refuse requests to addresses of these patterns only.
func (c *console) blocked(patterns ...string) {
	c.t.Helper()
	var p network.SetBlockedURLsParams
	for _, pattern := range patterns {
		p.URLPatterns = append(p.URLPatterns, &network.BlockPattern{URLPattern: pattern, Block: true})
	}
	call(c, network.SetBlockedURLs, p)
}

// open goes to a page of the console.
func (c *console) open(path string) {
	c.t.Helper()
	c.do(chromedp.Navigate(c.n.url + "/console/" + path))
}

// click clicks the element of a selector, and waits for the next page.
func (c *console) click(selector string) {
	c.t.Helper()
	ctx, end := context.WithTimeout(c.ctx, patience)
	defer end()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		c.t.Fatalf("%s: %v", selector, err)
	}
}

// typed types a text into a field.
func (c *console) typed(selector, text string) {
	c.t.Helper()
	c.do(chromedp.WaitVisible(chromedp.CSS(selector)))
	value[string](c, fmt.Sprintf("document.querySelector(%q).value = ''", selector))
	c.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// sees waits for a text in the page.
func (c *console) sees(want string) {
	c.t.Helper()
	c.becomes(fmt.Sprintf("document.body?.innerText.includes(%q) === true", want))
}
