package e2e

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"poolhouse/internal/scratch"
)

// screenshots is where pictures of the console's pages are written to.
var screenshots = flag.String("screenshots", "", "a directory for pictures of the console's pages; none are made without it")

// console is a browser on a server's console.
type console struct {
	t    *testing.T
	ctx  context.Context
	n    *node
	axe  string // the script that looks for what keeps people out
	mu   sync.Mutex
	said []string // by the browser, of what is wrong with a page
}

// openConsole starts a browser. In CI it may not be missing.
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
	if err := chromedp.Do(ctx); err != nil { // starts it
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, c.listen); err != nil {
		t.Fatal(err)
	}
	call(c, log.Enable, cdp.Empty{})
	call(c, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Europe/Berlin"})
	return c
}

// listen keeps what the browser says is wrong with a page.
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

// patience is how long a page may take, beside all other tests.
const patience = 2 * time.Minute

// do carries actions out.
func (c *console) do(actions ...chromedp.Action[chromedp.Void]) {
	c.t.Helper()
	ctx, end := context.WithTimeout(c.ctx, patience)
	defer end()
	if err := chromedp.Do(ctx, actions...); err != nil {
		c.t.Fatalf("%v; the page is %s", err, value[string](c, "document.body.innerText"))
	}
}

// value returns what a script in the page comes to.
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

// becomes waits until a condition holds in the page.
func (c *console) becomes(condition string) {
	c.t.Helper()
	ctx, end := context.WithTimeout(c.ctx, patience)
	defer end()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool](condition)); err != nil {
		c.t.Fatalf("%s: %v; the page is %s", condition, err, value[string](c, "document.body.innerText"))
	}
}

// open goes to a page of the console.
func (c *console) open(path string) {
	c.t.Helper()
	c.do(chromedp.Navigate(c.n.url + "/console/" + path))
}

// click presses what a selector finds, and waits for the page that comes.
func (c *console) click(selector string) {
	c.t.Helper()
	ctx, end := context.WithTimeout(c.ctx, patience)
	defer end()
	if _, err := chromedp.RunResponse(ctx, chromedp.Click(chromedp.CSS(selector))); err != nil {
		c.t.Fatalf("%s: %v", selector, err)
	}
}

// typed puts a text into a field.
func (c *console) typed(selector, text string) {
	c.t.Helper()
	c.do(chromedp.WaitVisible(chromedp.CSS(selector)))
	value[string](c, fmt.Sprintf("document.querySelector(%q).value = ''", selector))
	c.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// sees demands a text in the page.
func (c *console) sees(want string) {
	c.t.Helper()
	text := value[string](c, "document.body.innerText")
	if !strings.Contains(text, want) {
		c.t.Errorf("the page has no %q: %s", want, text)
	}
}

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

// TestConsole walks the console's pages in a browser, from signing in to a pool's
// deletion, and examines each.
func TestConsole(t *testing.T) {
	together(t)
	n := startNode(t, t.TempDir(), "--region", "us-east-1,eu-west-1") // so that the menu has regions
	c := openConsole(t, n)
	c.signIn()
	c.looks("pools-empty")
	sdk := n.client()
	for name, in := range map[string]cognito.CreateUserPoolInput{
		"fox-club staging": {AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}},
		"customers-of-the-very-long-named-subsidiary-in-the-northern-region-including-partners-and-resellers-2026": {UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}},
	} {
		in.PoolName = aws.String(name)
		if _, err := sdk.CreateUserPool(t.Context(), &in); err != nil {
			t.Fatal(err)
		}
	}
	c.open("pools")
	c.walkPools()
	c.walkAccess()
	c.walkCreate()
	c.walkJobs()
	c.walkLive()
	c.signOut()
	c.viewer()
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.said) > 0 {
		t.Errorf("the browser says: %q", c.said)
	}
}

// signIn signs in, the first time with a secret that is wrong.
func (c *console) signIn() {
	c.t.Helper()
	c.do(chromedp.Navigate(c.n.url)) // which leads to the console
	c.sees("Sign in to Poolhouse")
	c.findsHarm()
	c.open("sign-in")
	c.looks("sign-in")
	key, secret := c.n.getenv("AWS_ACCESS_KEY_ID"), c.n.getenv("AWS_SECRET_ACCESS_KEY")
	c.typed("#id", key)
	c.typed("#secret", "wrong")
	c.click("button.primary")
	c.sees("do not belong together")
	c.looks("sign-in-error")
	c.becomes(`Date.now() - performance.timeOrigin > 2100`) // the wait that was told
	c.typed("#secret", secret)
	c.click("button.primary")
	c.sees("User pools")
}

// walkPools makes a pool, fills it, looks at each page, and deletes it.
func (c *console) walkPools() {
	c.t.Helper()
	c.looks("pools")
	c.typed("#q", "fox")
	c.becomes(`!document.querySelector("#found").innerText.includes("customers")`) // without another page
	c.sees("1 match")
	c.typed("#q", "abcdef")
	c.do(chromedp.WaitVisible(chromedp.CSS(".empty")))
	c.looks("pools-no-match")
	c.open("pools/create")
	c.click("button[value=add]")
	c.typed("#attr-0-name", "two words")
	c.looks("pool-create")
	c.click("main button.primary")
	c.sees("Type a name for the user pool.")
	c.sees("has no spaces")
	c.looks("pool-create-error")
	c.typed("#name", "members-production")
	c.typed("#attr-0-name", "department")
	c.click("main button.primary")
	c.sees("members-production was created. It has no users yet.")
	c.looks("pool")
	address := value[string](c, "location.pathname.slice('/console/'.length)")
	for _, page := range []string{"attributes", "columns", "settings", "app-clients", "app-clients/create", "delete"} {
		c.open(address + "/" + page)
		c.looks("pool-" + strings.ReplaceAll(page, "/", "-"))
	}
	c.open(address + "/app-clients/create")
	c.typed("#name", "web shop")
	c.do(chromedp.Click(chromedp.CSS("#secret-1")))
	c.click("main button.primary")
	c.sees("web shop was created.")
	c.looks("client")
	c.click("a.danger")
	c.looks("client-delete")
	c.open(address + "/app-clients")
	c.looks("clients")
	c.walkUsers(address)
	c.open(address + "/nothing")
	c.looks("not-found")
	c.open(address + "/delete")
	c.typed("#confirm", "members")
	c.click("main button.primary")
	c.sees("This is not the name of the pool. Nothing was deleted.")
	c.looks("pool-delete-error")
	c.typed("#confirm", "members-production")
	c.click("main button.primary")
	c.sees("members-production was deleted")
}

// walkUsers makes a user of the pool, changes, disables and deletes the user.
func (c *console) walkUsers(pool string) {
	c.t.Helper()
	c.open(pool + "/users")
	c.sees("No users yet")
	c.click("main a.primary")
	c.looks("user-create")
	c.typed("#username", "anneli@example.com")
	c.typed("#password", "short")
	c.click("main button.primary")
	c.sees("Nothing was changed")
	c.typed("#password", "Temporary-1-password")
	c.click("main button.primary")
	c.sees("anneli@example.com was created. No message was sent.")
	c.looks("user")
	c.click(".pagehead a.primary")
	c.looks("user-edit")
	c.typed("input[type=text]", "Anneli Lindqvist")
	c.click("main button.primary")
	c.sees("anneli@example.com was changed: 1 attribute.")
	c.click(".pagehead form button")
	c.sees("was disabled, and cannot sign in")
	c.open(pool)
	c.looks("pool-chart")
	c.open(pool + "/users")
	c.looks("users")
	c.click("tbody a")
	c.click(".pagehead a.btn:not(.primary)")
	c.looks("user-delete")
	c.click("main button.primary")
	c.sees("anneli@example.com was deleted.")
}

// walkAccess makes the role of imports and an access key, and finds both in the
// audit.
func (c *console) walkAccess() {
	c.t.Helper()
	c.open("roles/create-import-role")
	c.looks("role-create")
	c.click("main button.primary")
	c.looks("roles")
	if said, err := c.n.run(binary, "keys", "create", "operator"); err != nil {
		c.t.Fatal(said, err)
	}
	c.open("keys")
	c.looks("keyowners")
	c.click("tbody a")
	c.click(".pagehead button.primary")
	c.looks("key-made")
	c.click("main a.primary")
	c.looks("keys")
	const twice = `(form => { const stopped = []; addEventListener("submit", e => { stopped.push(e.defaultPrevented); e.preventDefault() });
		form.requestSubmit(); form.requestSubmit(); return stopped.join() })(document.querySelector(".pagehead form"))`
	if stopped := value[string](c, twice); stopped != "false,true" {
		c.t.Errorf("a form that is sent twice by a double click: %s", stopped)
	}
	c.click("tbody a[href$=delete]")
	c.looks("key-delete")
	c.click("main button.primary")
	c.sees("was deleted.")
	c.becomes(`fetch("/console/audit").then(a => a.text()).then(text => text.includes("DeleteAccessKey"))`) // events are stored a moment later
	c.open("audit")
	c.looks("audit")
}

// viewer signs in as a user who may look at no more than one pool's import jobs.
func (c *console) viewer() {
	c.t.Helper()
	policy := filepath.Join(c.t.TempDir(), "viewer.json")
	const allow = `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "cognito-idp:ListUserImportJobs", "Resource": "*"}}`
	if err := os.WriteFile(policy, []byte(allow), 0o600); err != nil {
		c.t.Fatal(err)
	}
	said, err := c.n.run(binary, "keys", "create", "viewer", "--policy", policy, "--format", "json")
	if err != nil {
		c.t.Fatal(said, err)
	}
	var made struct {
		AccessKey struct{ AccessKeyId, SecretAccessKey string }
	}
	if err := json.Unmarshal([]byte(said), &made); err != nil {
		c.t.Fatal(said, err)
	}
	c.typed("#id", made.AccessKey.AccessKeyId)
	c.typed("#secret", made.AccessKey.SecretAccessKey)
	c.click("button.primary")
	c.sees("Your key may not list the user pools")
	c.openMenu()
	c.click("button[value=system]")
	c.looks("pools-by-id")
	c.open("pools/create")
	c.sees("is not authorized to perform: cognito-idp:CreateUserPool")
	c.looks("not-allowed")
}

// signOut opens the account's menu by keyboard, takes the dark theme and leaves.
func (c *console) signOut() {
	c.t.Helper()
	c.do(chromedp.Focus(chromedp.CSS("button[popovertarget=me]")), chromedp.KeyEvent("\r"), chromedp.WaitVisible(chromedp.CSS("#me")))
	c.sees("Signed in as")
	c.looks("account-menu")
	c.click("button[value=dark]")
	if scheme := value[string](c, `getComputedStyle(document.documentElement).colorScheme`); scheme != "dark" {
		c.t.Errorf("the page's theme is %q", scheme)
	}
	if zone := value[string](c, `document.documentElement.dataset.zone`); zone != "Europe/Berlin" {
		c.t.Errorf("the zone is %q", zone)
	}
	c.openMenu()
	c.click(`#me form[action$="sign-out"] button:first-child`)
	c.sees("You are signed out.")
}

// openMenu opens the account's menu.
func (c *console) openMenu() {
	c.t.Helper()
	c.do(chromedp.Click(chromedp.CSS("button[popovertarget=me]")), chromedp.WaitVisible(chromedp.CSS("#me")))
}
