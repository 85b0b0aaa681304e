package e2e

import (
	"path"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/chromedp/chromedp"
)

// walkPools creates a pool, fills it, looks at each page, and deletes it.
func (c *console) walkPools() {
	c.t.Helper()
	c.looks("pools")
	c.typed("#q", "fox")
	c.becomes(`!document.querySelector("#found").innerText.includes("customers")`) // without loading another page
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

// walkUsers creates a user of the pool, and changes, disables and deletes the user.
func (c *console) walkUsers(pool string) {
	c.t.Helper()
	c.open(pool + "/users")
	c.sees("No users yet")
	c.click(`main a[href$="/users/create"]`)
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
	c.walkSignIn(pool, "anneli@example.com")
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
	c.walkOutbox(pool)
}

// walkOutbox looks at the messages to an invited user.
func (c *console) walkOutbox(pool string) {
	c.t.Helper()
	_, err := c.n.client().AdminCreateUser(c.t.Context(), &cognito.AdminCreateUserInput{
		UserPoolId: aws.String(path.Base(pool)), Username: aws.String("bengt@example.com"), TemporaryPassword: aws.String("Temporary-2-password"),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	c.open(pool + "/outbox")
	c.sees("Temporary-2-password")
	c.do(chromedp.Click(chromedp.CSS("tbody summary")))
	c.sees("and temporary password is Temporary-2-password.")
	c.looks("outbox")
}
