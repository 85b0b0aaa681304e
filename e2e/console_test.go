package e2e

import (
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/chromedp/chromedp"
)

// TestConsole walks the console's pages in a browser, from signing in to the deletion of a
// pool, and examines each.
func TestConsole(t *testing.T) {
	together(t)
	n := startNode(t, t.TempDir(), "--region", "us-east-1,eu-west-1", // so that the menu has regions
		"--import-max-rows", strconv.Itoa(lastingRows))
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
	const guideRows = 100_000
	c.walkGuide(guideRows)
	c.open("pools")
	c.walkPools()
	c.walkAccess()
	c.walkCreate()
	c.walkColumns()
	c.walkJobs()
	c.walkMistakes()
	c.walkLive()
	c.walkKilled()
	c.signOut()
	c.viewer()
	c.walkCluster()
	if missed := c.missed(); len(missed) > 0 {
		t.Errorf("nothing looked at %q", missed)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.said) > 0 {
		t.Errorf("the browser says: %q", c.said)
	}
}

// signIn signs in, the first time with a wrong secret.
func (c *console) signIn() {
	c.t.Helper()
	c.do(chromedp.Navigate(c.n.url)) // redirects to the console
	c.sees("Sign in to Poolhouse")
	c.findsHarm()
	c.open("welcome")
	c.looks("welcome")
	c.open("sign-in")
	c.looks("sign-in")
	key, secret := c.n.getenv("AWS_ACCESS_KEY_ID"), c.n.getenv("AWS_SECRET_ACCESS_KEY")
	c.typed("#id", key)
	c.typed("#secret", "wrong")
	c.click("button.primary")
	c.sees("do not belong together")
	c.looks("sign-in-error")
	c.becomes(`Date.now() - performance.timeOrigin > 2100`) // the wait that the page announced
	c.typed("#secret", secret)
	c.click("button.primary")
	c.sees("User pools")
}

// signOut opens the account menu by keyboard, chooses the dark theme and signs out.
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

// openMenu opens the account menu.
func (c *console) openMenu() {
	c.t.Helper()
	c.do(chromedp.Click(chromedp.CSS("button[popovertarget=me]")), chromedp.WaitVisible(chromedp.CSS("#me")))
}
