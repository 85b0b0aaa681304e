package console

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	cognitoapi "poolhouse/internal/api/cognito"
)

// typed returns the fields that a user page's form would submit, some with other values,
// given as attribute, value.
func typed(page string, pairs ...string) (sent []string) {
	values := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	for _, m := range regexp.MustCompile(`name="n-(\d+)" value="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		was := regexp.MustCompile(`name="w-` + m[1] + `" value="([^"]*)"`).FindStringSubmatch(page)[1]
		value, ok := values[m[2]]
		if !ok {
			value = shownIn(page, "v-"+m[1])
		}
		sent = append(sent, "n-"+m[1], m[2], "w-"+m[1], html.UnescapeString(was), "v-"+m[1], html.UnescapeString(value))
	}
	return sent
}

// shownIn returns the displayed value of a page's field: a text area, an input or a
// checkbox.
func shownIn(page, name string) string {
	for _, form := range []string{`<textarea id="NAME"[^>]*>\n([^<]*)</textarea>`, `name="NAME" type="text" value="([^"]*)"`, `name="NAME" value="([^"]*)" checked`} {
		if m := regexp.MustCompile(strings.ReplaceAll(form, "NAME", name)).FindStringSubmatch(page); m != nil {
			if strings.HasPrefix(form, "<textarea") {
				return m[1]
			}
			return strings.NewReplacer("\r", "", "\n", "").Replace(m[1]) // as an input does
		}
	}
	return ""
}

// TestUserWork does everything that the pages of users can do, as one IAM user, and finds
// each act in the audit under that principal.
func TestUserWork(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	b := f.signed(f.user("ada", everything))
	at := "/console/pools/" + id + "/users"
	wants(t, b.get("/console/pools/"+id), 200, "View users", "Create user", `class="btn primary" href="/console/pools/`+id+`/import-jobs/create">Import users</a>`)
	wants(t, b.get(at), 200, "No users yet", "Create user", `class="btn primary" href="/console/pools/`+id+`/import-jobs/create">Import users</a>`, "(0)", "list-users")

	form := b.get(at + "/create")
	wants(t, form, 200, "Temporary password", "More attributes", "admin-create-user")
	wants(t, b.post(at+"/create", typed(form.Body.String(), "name", "Anneli")...), 422, "Type what the user signs in with.", `value="Anneli"`, "Error: Create user")
	sent := append(typed(form.Body.String(), "name", "Anneli", "email", "anneli@example.com", "email_verified", "true"), "username", "a.lindqvist", "password", "short")
	refused := b.post(at+"/create", sent...)
	wants(t, refused, 422, "assword", `value="a.lindqvist"`)
	lacks(t, refused, "short")
	sent[len(sent)-1] = "Temporary-1-password"
	a := b.post(at+"/create", sent...)
	goesTo(t, a, at+"/a.lindqvist")
	wants(t, b.follow(a), 200, "a.lindqvist</bdi></b> was created. No message was sent.", "Force change password", "anneli@example.com", ">Verified<", "attributes of the pool without a value", "admin-get-user")
	wants(t, b.get(at+"/a.lindqvist?all=1"), 200, "birthdate")
	wants(t, b.post(at+"/create", sent...), 422, "exists")

	user := at + "/a.lindqvist"
	form = b.get(user + "/edit")
	wants(t, form, 200, `value="Anneli"`, "Save attributes")
	wants(t, b.follow(b.post(user+"/edit", typed(form.Body.String())...)), 200, "was not changed: all values are as they were.")
	wants(t, b.post(user+"/edit", typed(form.Body.String(), "birthdate", "tomorrow")...), 422, `value="tomorrow"`, "Error: Edit attributes")
	wants(t, b.follow(b.post(user+"/edit", typed(form.Body.String(), "name", "", "email", "a@example.com")...)), 200, "was changed: 3 attributes.", "a@example.com", ">Verified<")
	lacks(t, b.get(user), "Anneli")

	goesTo(t, b.post(user+"/disable"), user)
	wants(t, b.get(user), 200, "was disabled, and cannot sign in", ">Enable</button>", "Cannot sign in.")
	wants(t, b.get(at), 200, `<span class="badge">Disabled</span>`, "(1)")
	wants(t, b.follow(b.post(user+"/enable")), 200, "was enabled", ">Disable</button>")
	wants(t, b.get(user+"/delete"), 200, "Delete user?", "Keep the user", "admin-delete-user")
	goesTo(t, b.post(user+"/delete"), at)
	wants(t, b.get(at), 200, "a.lindqvist</bdi></b> was deleted.", "No users yet")
	wants(t, b.get(user), http.StatusNotFound)
	wants(t, b.post(user+"/delete"), http.StatusNotFound)

	var want []string
	for _, call := range []string{"AdminCreateUser InvalidPasswordException", "AdminCreateUser", "AdminCreateUser UsernameExistsException", "AdminUpdateUserAttributes InvalidParameterException",
		"AdminUpdateUserAttributes", "AdminDisableUser", "AdminEnableUser", "AdminDeleteUser", "AdminDeleteUser UserNotFoundException"} {
		want = append(want, "arn:aws:iam::"+account+":user/ada "+call)
	}
	if got := f.changes(); !slices.Equal(got, want) {
		t.Errorf("on record:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestEditKeepsOthers: concurrent changes of another person survive.
func TestEditKeepsOthers(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	check(t, f.person(id, "ada", "name", "Ada", "nickname", "a"))
	b := f.root()
	at := "/console/pools/" + id + "/users/ada"
	mine, others := b.get(at+"/edit").Body.String(), b.get(at+"/edit").Body.String()
	b.follow(b.post(at+"/edit", typed(others, "nickname", "theirs")...))
	wants(t, b.follow(b.post(at+"/edit", typed(mine, "name", "Mine")...)), 200, ">Mine<", ">theirs<", "1 attribute.")
}

// TestValuesStay: submitting an unchanged form changes no value, regardless of its
// characters.
func TestValuesStay(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	address := " 1 High Street\nLondon\r\nEngland "
	check(t, f.person(id, "ada", "name", " Ada  L. ", "address", address, "nickname", "\nnew line", "profile", "a\tb & <c> &amp; \"d\""))
	b := f.root()
	at := "/console/pools/" + id + "/users/ada"
	form := b.get(at + "/edit")
	wants(t, form, 200, "<textarea")
	asSent := func(pairs ...string) (sent []string) {
		for _, text := range typed(form.Body.String(), pairs...) {
			text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n") // as the page is parsed
			sent = append(sent, strings.ReplaceAll(text, "\n", "\r\n"))
		}
		return sent
	}
	wants(t, b.follow(b.post(at+"/edit", asSent()...)), 200, "was not changed: all values are as they were.")
	wants(t, b.follow(b.post(at+"/edit", asSent("locale", " en-GB ")...)), 200, ">en-GB<", "1 attribute.")
	p, err := f.store.Pool(t.Context(), id)
	check(t, err)
	u, err := f.store.User(t.Context(), p, "ada")
	check(t, err)
	for name, want := range map[string]string{"name": " Ada  L. ", "address": address, "nickname": "\nnew line", "profile": "a\tb & <c> &amp; \"d\""} {
		if got := u.Attributes.Get(name); got != want {
			t.Errorf("%s has become %q, and was %q", name, got, want)
		}
	}
}

// TestUsersOfAddresses: if users sign in with an address, pages call them by it.
func TestUsersOfAddresses(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	a := b.post("/console/pools/create", "name", "people", "signin", "email", "verified", "email", "mfa", "OFF", "do", "create")
	at := a.Header().Get("Location") + "/users"
	form := b.get(at + "/create")
	wants(t, form, 200, ">Email</bdi></label>")
	lacks(t, form, `value="email"`, "cannot be changed later") // no second field for the address; the address can be changed
	if verified, attributes := strings.Index(form.Body.String(), "The email address is verified"), strings.Index(form.Body.String(), ">Attributes</h2>"); verified < 0 || verified > attributes {
		t.Error("whether the address is verified does not stand beside it")
	}
	made := b.post(at+"/create", append(typed(form.Body.String(), "email_verified", "true"), "username", "fox@example.com", "password", "Temporary-1-password")...)
	page := b.follow(made)
	wants(t, page, 200, "<h1><bdi>fox@example.com</bdi></h1>", ">Verified<")
	name := made.Header().Get("Location")[len(at)+1:]
	wants(t, b.get(at), 200, "fox<wbr>@example.com", name, `value="email" selected`)
	wants(t, b.get(at+"/"+name+"/delete"), 200, "fox@example.com", name)
}

// TestUsersList: search by each attribute of ListUsers, pages, and a text for a search
// without result.
func TestUsersList(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	for i := range usersOfPage + 1 {
		check(t, f.person(id, fmt.Sprintf("user%02d", i), "name", fmt.Sprintf("Number %d", i), "email", fmt.Sprintf("u%d@example.com", i)))
	}
	b := f.root()
	at := "/console/pools/" + id + "/users"
	first := b.get(at)
	wants(t, first, 200, "user00", "Users 1–60 of 61", "Next 60", "(61)", "not verified")
	lacks(t, first, "user60", "First page")
	next := regexp.MustCompile(`href="(/console/pools/[^"]+\?token=[^"]+)"`).FindStringSubmatch(first.Body.String())
	if next == nil {
		t.Fatal("there is no next page")
	}
	second := b.get(next[1])
	wants(t, second, 200, "user60", "First page")
	lacks(t, second, "user00", "Next 60")
	for query, want := range map[string]string{
		"attribute=username&op=begins&q=user0": "10 matches", "attribute=username&op=is&q=user07": "1 match", "attribute=email&op=begins&q=U1@": "1 match", "attribute=name&q=number+6": "2 matches",
		"attribute=cognito:user_status&op=is&q=confirmed": "Next 60", "attribute=status&q=yes": "Next 60", "attribute=status&q=disabled": "No user matches “<bdi>disabled</bdi>”.",
		"attribute=username&q=%22%5C": "No user matches", "attribute=sub&q=zz": "No user matches", "attribute=given_name&q=zz": "Clear search",
	} {
		a := b.get(at + "?" + query)
		wants(t, a, 200, want)
		lacks(t, a, "No users yet", "(61)")
	}
	for _, bad := range []string{"attribute=birthdate&q=x", "attribute=status&q=perhaps", "attribute=username&q=" + strings.Repeat("x", 300)} {
		wants(t, b.get(at+"?"+bad), http.StatusBadRequest, "The server does not search for this", "Clear search")
	}
	wants(t, b.get(at+"?token=x"), http.StatusBadRequest)
	b.headers["Accept-Encoding"] = "gzip"
	if n := b.get(at).Body.Len(); n > 20_000 {
		t.Errorf("a page of 60 users has %d bytes as transferred", n)
	}
}

// TestHostileUsers: names and values that are markup are shown as text, and each name has
// its own pages.
func TestHostileUsers(t *testing.T) {
	f := newFixture(t)
	b := f.root()
	id := f.pool("members")
	at := "/console/pools/" + id + "/users"
	for i, name := range slices.Concat(hostile, []string{".", "..", "create", "~", "~create", "a/b", "a?b#c", "%2F", "a\\b"}) {
		username := strings.NewReplacer(" ", "_", "\u202e", "x").Replace(name) // characters that the API refuses in names
		check(t, f.person(id, username, "name", name, "email", fmt.Sprintf("%d@example.com", i), "nickname", name))
		user := userPath(id, username)
		edit := b.get(user + "/edit")
		shown := []string{
			b.get(at).Body.String(), b.get(user).Body.String(), edit.Body.String(), b.get(user + "/delete").Body.String(), b.get(user + "/reset-password").Body.String(), b.get(user + "/set-password").Body.String(), b.get(user + "/sign-out").Body.String(),
			b.get(user + "/second-factor").Body.String(), b.get(user + "/remove-app").Body.String(), b.get(withQuery(at, "attribute", "username", "q", username)).Body.String(),
			b.get(withQuery(at, "attribute", name, "op", name, "q", name)).Body.String(), b.get(withQuery("/console/audit", "who", name, "what", name, "pool", name, "from", name)).Body.String(),
			b.post(user+"/edit", "n-0", name, "w-0", name, "v-0", name, "n-1", "birthdate", "v-1", name).Body.String(),
			b.post(at+"/create", "username", name+" "+name, "n-0", "name", "v-0", name).Body.String(),
			b.follow(b.post(user + "/disable")).Body.String(), b.follow(b.post(user + "/enable")).Body.String(),
		}
		if !strings.Contains(shown[1], ">Edit attributes</a>") || !strings.Contains(shown[14], "was disabled") {
			t.Errorf("%q has no page: %s", name, shown[1])
		}
		shown = append(shown, b.follow(b.post(user+"/delete")).Body.String())
		if !strings.Contains(shown[len(shown)-1], "was deleted.") {
			t.Errorf("%q was not deleted", name)
		}
		for _, text := range shown {
			if harm := harmIn(text); harm != "" {
				t.Errorf("%q becomes %s", name, harm)
			}
			if strings.ContainsAny(name, `<>`) && strings.Contains(text, name) {
				t.Errorf("%q is in a page as it is", name)
			}
		}
	}
}

// TestUsersViewer: a caller who may only list users is offered nothing else, and is refused
// in IAM's words.
func TestUsersViewer(t *testing.T) {
	f := newFixture(t)
	id := f.pool("members")
	check(t, f.person(id, "ada.l", "name", "Ada"))
	b := f.signed(f.user("viewer", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["cognito-idp:ListUsers"],"Resource":"*"}}`))
	at := "/console/pools/" + id + "/users"
	list := b.get(at)
	wants(t, list, 200, "ada.l", "Your key may look at users, not create them.", id)
	lacks(t, list, "Create user<", "Import users<", at+"/ada.l", "members", ">Access<", "Overview")
	for _, path := range []string{"/create", "/ada.l", "/ada.l/edit", "/ada.l/delete"} {
		wants(t, b.get(at+path), http.StatusForbidden, "Your key may not do this", "is not authorized to perform: cognito-idp:Admin")
	}
	for _, path := range []string{"/create", "/ada.l/edit", "/ada.l/delete", "/ada.l/enable", "/ada.l/disable"} {
		wants(t, b.post(at+path, "username", "x"), http.StatusForbidden, "is not authorized to perform: cognito-idp:Admin")
	}
	b = f.signed(f.user("reader", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["cognito-idp:ListUsers","cognito-idp:AdminGetUser"],"Resource":"*"}}`))
	overview := b.get("/console/pools/" + id)
	wants(t, overview, http.StatusForbidden) // without DescribeUserPool
	user := b.get(at + "/ada.l")
	wants(t, user, 200, "Your key may look at this user, not change attributes.")
	lacks(t, user, ">Disable<", ">Delete<", "Edit attributes")
}

// TestUserStatuses: each status of the API has a text.
func TestUserStatuses(t *testing.T) {
	for _, s := range []cognitoapi.UserStatusType{cognitoapi.UserStatusTypeUnconfirmed, cognitoapi.UserStatusTypeConfirmed, cognitoapi.UserStatusTypeArchived, cognitoapi.UserStatusTypeCompromised,
		cognitoapi.UserStatusTypeResetRequired, cognitoapi.UserStatusTypeForceChangePassword, cognitoapi.UserStatusTypeExternalProvider, cognitoapi.UserStatusTypeUnknown, "NEW"} {
		got := statusOfUser(s)
		if _, err := icon(got.Icon); err != nil || got.Text == "" || (got.Text == "Unknown") != (s == cognitoapi.UserStatusTypeUnknown || s == "NEW") {
			t.Errorf("%s: %+v, %v", s, got, err)
		}
	}
}
