package e2e

// walkAccess creates the role of imports and an access key, and finds both in the audit.
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
	c.click("tbody a[href$=disable]")
	c.looks("key-disable")
	c.click("main a.btn")
	c.click("tbody a[href$=delete]")
	c.looks("key-delete")
	c.click("main button.primary")
	c.sees("was deleted.")
	c.becomes(`fetch("/console/audit").then(a => a.text()).then(text => text.includes("DeleteAccessKey"))`) // events are stored a moment later
	c.open("audit")
	c.looks("audit")
}

// viewer signs in as a user who may only see one pool's import jobs.
func (c *console) viewer() {
	c.t.Helper()
	id, secret := c.n.keyOf(c.t.TempDir(), "viewer", `{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "cognito-idp:ListUserImportJobs", "Resource": "*"}}`)
	c.enterAs(id, secret)
	c.sees("Your key may not list the user pools")
	c.openMenu()
	c.click("button[value=system]")
	c.looks("pools-by-id")
	c.open("pools/create")
	c.sees("is not authorized to perform: cognito-idp:CreateUserPool")
	c.looks("not-allowed")
}
