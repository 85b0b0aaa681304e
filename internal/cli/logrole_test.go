package cli

import (
	"context"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/iam"

	"poolhouse/internal/config"
	"poolhouse/internal/logrole"
	"poolhouse/internal/server"
)

const wantLogRole = "arn:aws:iam::000000000000:role/service-role/Cognito-UserImport-Role"

// rootInEnvironment is an environment with the tests' root credentials.
func rootInEnvironment(name string) string {
	return map[string]string{config.EnvRootAccessKeyID: "PHIATEST", config.EnvRootSecret: "secret"}[name]
}

// newServer runs a server and returns root's configuration for it.
func newServer(t *testing.T) aws.Config {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Listen = t.TempDir(), "127.0.0.1:0"
	s, err := server.Open(t.Context(), cfg, rootInEnvironment, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := s.Run(ctx); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(func() { stop(); serving.Wait() })
	return aws.Config{
		Region: cfg.Regions.Default(), BaseEndpoint: aws.String(s.URL()), Credentials: credentials.NewStaticCredentialsProvider("PHIATEST", "secret", ""),
	}
}

// TestLogRole creates the role by many calls at once, then finds it, and completes one
// whose creation was interrupted.
func TestLogRole(t *testing.T) {
	cfg := newServer(t)
	makers := make([]bool, 8)
	var all sync.WaitGroup
	for i := range makers {
		all.Go(func() { makers[i] = logRoleNow(t, cfg) })
	}
	all.Wait()
	makers = slices.DeleteFunc(makers, func(made bool) bool { return !made })
	if len(makers) != 1 {
		t.Errorf("%d made the role, want 1", len(makers))
	}
	wantLogRolePolicy(t, cfg)

	in := &iam.DeleteRolePolicyInput{RoleName: aws.String(logrole.DefaultName), PolicyName: aws.String(logrole.PolicyName)}
	if _, err := iamOf(cfg).DeleteRolePolicy(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if logRoleNow(t, cfg) {
		t.Error("the role was there, and is said to be made")
	}
	wantLogRolePolicy(t, cfg)
}

// TestLogRoleOfOthers: a caller who may not look for the role leaves it to the server.
func TestLogRoleOfOthers(t *testing.T) {
	cfg := newServer(t)
	ada := keyCreation{cfg: cfg, client: iamOf(cfg), user: "ada"}
	if err := ada.create(t.Context()); err != nil {
		t.Fatal(err)
	}
	theirs := cfg
	theirs.Credentials = credentials.NewStaticCredentialsProvider(aws.ToString(ada.key.AccessKeyId), aws.ToString(ada.key.SecretAccessKey), "")
	if logRoleNow(t, theirs) {
		t.Error("who may do nothing made the role")
	}
}

// logRoleNow reports whether the call created the role.
func logRoleNow(t *testing.T, cfg aws.Config) bool {
	arn, made, err := importLogRole(t.Context(), cfg)
	if err != nil || arn != wantLogRole {
		t.Errorf("%s, %v; want %s", arn, err, wantLogRole)
	}
	return made
}

func wantLogRolePolicy(t *testing.T, cfg aws.Config) {
	t.Helper()
	got, err := iamOf(cfg).GetRolePolicy(t.Context(), &iam.GetRolePolicyInput{RoleName: aws.String(logrole.DefaultName), PolicyName: aws.String(logrole.PolicyName)})
	if err != nil {
		t.Fatal(err)
	}
	document, err := url.PathUnescape(aws.ToString(got.PolicyDocument))
	if want := `"arn:aws:logs:*:000000000000:log-group:/aws/cognito/*"`; err != nil || !strings.Contains(document, want) {
		t.Errorf("the policy lacks %s: %s, %v", want, document, err)
	}
}

func TestIsAWS(t *testing.T) {
	for endpoint, want := range map[string]bool{
		"https://iam.amazonaws.com": true, "https://cognito-idp.us-east-1.amazonaws.com/": true,
		"https://cognito-idp.cn-north-1.amazonaws.com.cn": true, "https://cognito-idp.us-east-1.api.aws": true,
		"http://127.0.0.1:9229": false, "https://pool.example.com/": false, "https://amazonaws.com.example.com": false,
	} {
		if got := isAWS(&endpoint); got != want {
			t.Errorf("%s: %v, want %v", endpoint, got, want)
		}
	}
	if !isAWS(nil) {
		t.Error("without an endpoint it is AWS")
	}
}
