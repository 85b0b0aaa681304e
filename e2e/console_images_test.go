package e2e

import (
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/chromedp/chromedp"
)

// TestConsoleImages makes the README's pictures, of a pool that has grown for a year with
// several imports. They are written to the directory of all pictures, if one is given.
func TestConsoleImages(t *testing.T) {
	together(t)
	dir := *screenshots
	if dir == "" {
		dir = t.TempDir()
	}
	h := (&homes{}).make(t)
	n := h.node()
	pool := n.membersPool()
	n.importMembers(pool, "members-2026-01", 0, 9000, 0)
	n.terminate()
	// The users were created over time, and most have signed in since.
	const day = 24 * 60 * 60 * 1000
	h.exec(fmt.Sprintf(`UPDATE users SET created_ms = created_ms - %d - (SELECT %d * ((9000 - (users.user_id & 0xffffffff)) * (9000 - (users.user_id & 0xffffffff)) / 270000)),
		status = CASE WHEN user_id %% 23 < 20 THEN 30 WHEN user_id %% 23 = 22 THEN 50 ELSE status END, enabled = user_id %% 487 > 0;
		DELETE FROM user_counts;
		INSERT INTO user_counts SELECT user_id >> 32, created_ms / %[2]d, status, enabled, count(*) FROM users GROUP BY 1, 2, 3, 4;`, 3*day, day))
	n = h.node()
	n.importMembers(pool, "spring-members-2", 9000, 4000, 37)
	c := openConsole(t, n)
	c.enter()
	for _, view := range []struct {
		path, name, sees string
		height           int64
	}{
		{"pools/" + pool, "console-overview", "Users over time", 840},
		{"pools/" + pool + "/users", "console-users", "Next 60", 640},
		{"pools/" + pool + "/users/" + n.memberIn(pool), "console-user", "The message with the code, by email to", 900},
	} {
		for _, theme := range []string{"light", "dark"} {
			c.size(1280, view.height)
			c.theme(theme)
			c.open(view.path)
			if text := value[string](c, "document.documentElement.textContent"); !strings.Contains(text, view.sees) {
				t.Errorf("%s has no %q", view.path, view.sees)
			}
			c.shows(filepath.Join(dir, view.name+"-"+theme+".png"))
		}
	}
	pictures, err := filepath.Glob(filepath.Join(dir, "console-*.png"))
	if err != nil || len(pictures) != 6 {
		t.Fatal(pictures, err)
	}
	for _, path := range pictures {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		if size, err := png.DecodeConfig(file); err != nil || size.Width != 1280 || size.Height < 600 {
			t.Errorf("%s: %+v %v", path, size, err)
		}
	}
}

// memberIn returns the username of the member imported last, who has no password yet.
func (n *node) memberIn(pool string) string {
	n.t.Helper()
	email := fmt.Sprintf("%s.%s%d@example.com", strings.ToLower(givenNames[12900%len(givenNames)]), strings.ToLower(familyNames[12900/7%len(familyNames)]), 12900)
	out, err := n.client().ListUsers(n.t.Context(), &cognito.ListUsersInput{UserPoolId: &pool, Filter: aws.String(fmt.Sprintf("email = %q", email))})
	if err != nil || len(out.Users) != 1 {
		n.t.Fatal(email, out, err)
	}
	return *out.Users[0].Username
}

// enter signs in.
func (c *console) enter() {
	c.t.Helper()
	c.open("sign-in")
	c.typed("#id", c.n.getenv("AWS_ACCESS_KEY_ID"))
	c.typed("#secret", c.n.getenv("AWS_SECRET_ACCESS_KEY"))
	c.click("button.primary")
	c.sees("User pools")
}

// drawn waits until the page is drawn in its present state.
func (c *console) drawn() {
	c.t.Helper()
	value[bool](c, "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
}

// shows writes a picture of the window to a file.
func (c *console) shows(path string) {
	c.t.Helper()
	c.drawn()
	picture, err := chromedp.Run(c.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		c.t.Fatal(err)
	}
	if err := os.WriteFile(path, picture, 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// membersPool creates the pool.
func (n *node) membersPool() string {
	n.t.Helper()
	n.makeLogRole()
	made, err := n.client().CreateUserPool(n.t.Context(), &cognito.CreateUserPoolInput{PoolName: aws.String("members-production"),
		UsernameAttributes: []types.UsernameAttributeType{types.UsernameAttributeTypeEmail}, AutoVerifiedAttributes: []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail},
		Schema: []types.SchemaAttributeType{{Name: aws.String("department"), AttributeDataType: types.AttributeDataTypeString, Mutable: aws.Bool(true)}}})
	if err != nil {
		n.t.Fatal(err)
	}
	return *made.UserPool.Id
}

// The names of members.
var (
	givenNames  = strings.Fields("Anneli Bruno Chiara Dmitri Esra Farid Greta Hanna Ingrid Jonas Kofi Leila Mateo Nadia Olga Pablo Quentin Rosa Samir Tove")
	familyNames = strings.Fields("Lindqvist Moreau Rossi Petrov Yilmaz Haddad Weber Novak Hansen Bauer Mensah Karimi García Ivanova Kowalska Silva Dubois Conti Nasser Berg Okafor Tanaka Costa")
)

// importMembers imports a file of members from a number on. The last ones have invalid
// addresses.
func (n *node) importMembers(pool, job string, first, members, wrong int) {
	n.t.Helper()
	var b strings.Builder
	b.WriteString("cognito:username,name,email,email_verified\n")
	for i := first; i < first+members; i++ {
		given, family := givenNames[i%len(givenNames)], familyNames[i/7%len(familyNames)]
		email := fmt.Sprintf("%s.%s%d@example.com", strings.ToLower(given), strings.ToLower(strings.ReplaceAll(family, "í", "i")), i)
		if i >= first+members-wrong {
			email = strings.ReplaceAll(email, "@", ".at.")
		}
		fmt.Fprintf(&b, "%s,%s %s,%s,true\n", email, given, family, email)
	}
	path := filepath.Join(n.t.TempDir(), job+".csv")
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		n.t.Fatal(err)
	}
	ctx := n.t.Context()
	created, err := n.client().CreateUserImportJob(ctx, &cognito.CreateUserImportJobInput{UserPoolId: &pool, JobName: &job, CloudWatchLogsRoleArn: aws.String(logRole)})
	if err != nil {
		n.t.Fatal(err)
	}
	n.put(path, *created.UserImportJob.PreSignedUrl)
	if _, err := n.client().StartUserImportJob(ctx, &cognito.StartUserImportJobInput{UserPoolId: &pool, JobId: created.UserImportJob.JobId}); err != nil {
		n.t.Fatal(err)
	}
	if got := n.outcome(pool, *created.UserImportJob.JobId); int(got.Imported) != members-wrong {
		n.t.Fatalf("%d of %d members were imported: %s", got.Imported, members, got.Message)
	}
}
