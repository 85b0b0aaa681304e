package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"

	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// pageScript signs a user in with amazon-cognito-identity-js, and reads the keys of the
// pool.
const pageScript = `(async (world) => {
	const { AuthenticationDetails, CognitoUser, CognitoUserPool } = AmazonCognitoIdentity;
	const Pool = new CognitoUserPool({ UserPoolId: world.pool, ClientId: world.client, endpoint: world.endpoint });
	const signIn = (Password) => new Promise((onSuccess, onFailure) => new CognitoUser({ Username: 'ada', Pool }).authenticateUser(
		new AuthenticationDetails({ Username: 'ada', Password }), { onSuccess, onFailure }));
	const refused = await signIn(world.wrong).catch((error) => [error.name, error.message]);
	const session = await signIn(world.right);
	const answer = await fetch(world.endpoint, { method: 'POST', body: '{"AccessToken":"none"}', headers: {
		'Content-Type': 'application/x-amz-json-1.1', 'X-Amz-Target': 'AWSCognitoIdentityProviderService.GetUser', 'X-Amz-User-Agent': 'page', 'Cache-Control': 'no-store', 'Amz-Sdk-Request': 'attempt=1' } });
	const { keys } = await (await fetch(world.endpoint + '/' + world.pool + '/.well-known/jwks.json')).json();
	return JSON.stringify({
		refused, origin: location.origin !== world.endpoint, username: session.getAccessToken().payload.username,
		exposed: [answer.status, answer.headers.get('x-amzn-errortype'), answer.headers.get('x-amzn-requestid') !== null], keys: keys.length,
	});
})`

// TestSignInOfAPage signs a user in from a page of another origin, in a browser, which
// sends CORS preflight requests.
func TestSignInOfAPage(t *testing.T) {
	together(t)
	modules, n := nodeModules(t), signInNode(t)
	a := n.newApp(&cognito.CreateUserPoolInput{}, &cognito.CreateUserPoolClientInput{})
	a.user("ada", firstPassword)
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!DOCTYPE html><title>app</title><script src="/identity.js"></script>`)
	})
	mux.HandleFunc("/identity.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(modules, "amazon-cognito-identity-js/dist/amazon-cognito-identity.min.js"))
	})
	page := httptest.NewServer(mux)
	defer page.Close()
	world, err := json.Marshal(object{"pool": a.pool, "client": a.client, "endpoint": n.url, "right": firstPassword, "wrong": wrongPassword})
	if err != nil {
		t.Fatal(err)
	}
	c := openConsole(t, n)
	c.do(chromedp.Navigate(page.URL))
	c.becomes("typeof AmazonCognitoIdentity === 'object'")
	var got object
	if err := json.Unmarshal([]byte(value[string](c, pageScript+"("+string(world)+")")), &got); err != nil {
		t.Fatal(err)
	}
	want := object{
		"refused": []any{"NotAuthorizedException", "Incorrect username or password."}, "origin": true, "username": "ada",
		"exposed": []any{400.0, "NotAuthorizedException:", true}, "keys": 2.0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
