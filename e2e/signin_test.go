package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	cognito "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"poolhouse/internal/password/srpclient"
	"poolhouse/internal/totp"
)

// service is the target prefix of Cognito's operations.
const service = "AWSCognitoIdentityProviderService."

// The passwords of these tests. Each is searched for where it must not be.
const (
	firstPassword  = "First-horse-1"
	secondPassword = "Second-horse-2"
	wrongPassword  = "Wrong-horse-3"
)

// app is an app client, with the AWS SDK for Go to sign users in.
type app struct {
	*node
	pool, client string
}

// newApp creates a user pool and an app client that allows every flow.
func (n *node) newApp(pool *cognito.CreateUserPoolInput, client *cognito.CreateUserPoolClientInput) *app {
	n.t.Helper()
	ctx, c := n.t.Context(), n.client()
	pool.PoolName, pool.AutoVerifiedAttributes = aws.String("people"), []types.VerifiedAttributeType{types.VerifiedAttributeTypeEmail}
	made, err := c.CreateUserPool(ctx, pool)
	if err != nil {
		n.t.Fatal(err)
	}
	a := &app{node: n, pool: *made.UserPool.Id}
	client.UserPoolId, client.ClientName = made.UserPool.Id, aws.String("app")
	client.ExplicitAuthFlows = []types.ExplicitAuthFlowsType{
		types.ExplicitAuthFlowsTypeAllowUserPasswordAuth, types.ExplicitAuthFlowsTypeAllowUserSrpAuth, types.ExplicitAuthFlowsTypeAllowAdminUserPasswordAuth,
	}
	if client.RefreshTokenRotation == nil { // the flow is not allowed with rotation
		client.ExplicitAuthFlows = append(client.ExplicitAuthFlows, types.ExplicitAuthFlowsTypeAllowRefreshTokenAuth)
	}
	app, err := c.CreateUserPoolClient(ctx, client)
	if err != nil {
		n.t.Fatal(err)
	}
	a.client = *app.UserPoolClient.ClientId
	return a
}

// withMFA sets whether users of the pool need a second factor, which is an authenticator
// app.
func (a *app) withMFA(mfa types.UserPoolMfaType) {
	a.t.Helper()
	if _, err := a.node.client().SetUserPoolMfaConfig(a.t.Context(), &cognito.SetUserPoolMfaConfigInput{
		UserPoolId: &a.pool, MfaConfiguration: mfa, SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	}); err != nil {
		a.t.Fatal(err)
	}
}

// user creates a user, whose name may be an address. A given password is permanent.
func (a *app) user(name, password string) {
	a.t.Helper()
	ctx, c := a.t.Context(), a.node.client()
	address := name
	if !strings.Contains(name, "@") {
		address += "@example.com"
	}
	if _, err := c.AdminCreateUser(ctx, &cognito.AdminCreateUserInput{UserPoolId: &a.pool, Username: &name, MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: &address}, {Name: aws.String("email_verified"), Value: aws.String("true")}}}); err != nil {
		a.t.Fatal(err)
	}
	if password == "" {
		return
	}
	if _, err := c.AdminSetUserPassword(ctx, &cognito.AdminSetUserPasswordInput{UserPoolId: &a.pool, Username: &name, Password: &password, Permanent: true}); err != nil {
		a.t.Fatal(err)
	}
}

// importUsers imports a file with hashes of the algorithm, "" for none, and returns the
// ended job.
func (n *node) importUsers(pool, algorithm, text string) *types.UserImportJobType {
	n.t.Helper()
	n.makeLogRole()
	in := object{"UserPoolId": pool, "JobName": "all", "CloudWatchLogsRoleArn": logRole}
	if algorithm != "" {
		in["PasswordHashingAlgorithm"] = algorithm
	}
	job := n.signed(service+"CreateUserImportJob", in)["UserImportJob"].(object)
	id := job["JobId"].(string)
	n.put(writeFile(n.t, text), job["PreSignedUrl"].(string))
	n.signed(service+"StartUserImportJob", object{"UserPoolId": pool, "JobId": id})
	return n.ended(pool, id)
}

// mustImport fails the test unless every row is imported.
func (n *node) mustImport(pool, algorithm, text string, users int) {
	n.t.Helper()
	if d := n.importUsers(pool, algorithm, text); d.Status != types.UserImportJobStatusTypeSucceeded || int(d.ImportedUsers) != users || d.FailedUsers+d.SkippedUsers != 0 {
		log, err := n.run(binary, "log", "--user-pool-id", pool, "--job-id", *d.JobId)
		n.t.Fatalf("the job ended %s, %s: %d users of %d; %v %s", d.Status, aws.ToString(d.CompletionMessage), d.ImportedUsers, users, err, log)
	}
}

// code returns the code that the pool sent last.
func (n *node) code(pool string) string {
	n.t.Helper()
	messages := n.own("ListOutboxMessages", object{"UserPoolId": pool})["Messages"].([]any)
	if len(messages) == 0 {
		n.t.Fatal("no code was sent")
	}
	return messages[0].(object)["Code"].(string)
}

// authenticator is an authenticator app. A code can be used once. If a second one is
// requested in the same period, it is the next period's, which a server accepts too.
type authenticator struct {
	secret string
	last   time.Time // the last period with a used code
}

// next returns an unused code.
func (a *authenticator) next(t *testing.T) string {
	t.Helper()
	at := time.Now()
	if totp.Step(at) <= totp.Step(a.last) {
		at = a.last.Add(30 * time.Second)
	}
	code, err := totp.Code(a.secret, at)
	if err != nil {
		t.Fatal(err)
	}
	a.last = at
	return code
}

// begin is InitiateAuth.
func (a *app) begin(flow types.AuthFlowType, parameters map[string]string) (*cognito.InitiateAuthOutput, error) {
	return a.node.client().InitiateAuth(a.t.Context(), &cognito.InitiateAuthInput{ClientId: &a.client, AuthFlow: flow, AuthParameters: parameters})
}

// byPassword signs a user in by USER_PASSWORD_AUTH.
func (a *app) byPassword(name, password string) (*cognito.InitiateAuthOutput, error) {
	return a.begin(types.AuthFlowTypeUserPasswordAuth, map[string]string{"USERNAME": name, "PASSWORD": password})
}

// bySRP signs a user in by USER_SRP_AUTH.
func (a *app) bySRP(name, password string) (*cognito.RespondToAuthChallengeOutput, error) {
	c := srpclient.New(a.pool, password)
	begun, err := a.begin(types.AuthFlowTypeUserSrpAuth, map[string]string{"USERNAME": name, "SRP_A": c.A()})
	if err != nil {
		return nil, err
	}
	if begun.ChallengeName != types.ChallengeNameTypePasswordVerifier {
		return nil, fmt.Errorf("the challenge is %q", begun.ChallengeName)
	}
	return a.answer(begun.ChallengeName, nil, c.Answer(begun.ChallengeParameters, time.Now()))
}

// answer is RespondToAuthChallenge.
func (a *app) answer(challenge types.ChallengeNameType, session *string, responses map[string]string) (*cognito.RespondToAuthChallengeOutput, error) {
	return a.node.client().RespondToAuthChallenge(a.t.Context(), &cognito.RespondToAuthChallengeInput{
		ClientId: &a.client, ChallengeName: challenge, Session: session, ChallengeResponses: responses,
	})
}

// tokens fails the test unless a user is signed in.
func tokens(t *testing.T, r *types.AuthenticationResultType, err error) *types.AuthenticationResultType {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	if r == nil || aws.ToString(r.AccessToken) == "" || aws.ToString(r.IdToken) == "" || aws.ToString(r.TokenType) != "Bearer" || r.ExpiresIn != 3600 {
		t.Fatalf("no tokens: %+v", r)
	}
	return r
}

// signedIn fails the test unless a user can sign in by SRP.
func (a *app) signedIn(name, password string) *types.AuthenticationResultType {
	a.t.Helper()
	out, err := a.bySRP(name, password)
	if err != nil {
		a.t.Fatal(name, err)
	}
	return tokens(a.t, out.AuthenticationResult, nil)
}

// refused fails the test unless an error is an exception of the API with a message.
func refused(t *testing.T, err error, exception, message string) {
	t.Helper()
	if !isRefusal(err, exception, message) {
		t.Errorf("got %v, want %s: %s", err, exception, message)
	}
}

// headerAndRow writes a file's header and a row with these values. The header must have
// their columns.
func headerAndRow(t *testing.T, header []string, values map[string]string) string {
	t.Helper()
	row := make([]string, len(header))
	for name, value := range values {
		at := slices.Index(header, name)
		if at < 0 {
			t.Fatalf("the header has no %s: %q", name, header)
		}
		row[at] = value
	}
	return csvText(t, header, row)
}
