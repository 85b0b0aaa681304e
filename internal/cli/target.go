package cli

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/spf13/pflag"
)

// target says which server a client command speaks to.
type target struct{ endpoint, region, profile string }

func (t *target) flags(f *pflag.FlagSet) {
	f.StringVar(&t.endpoint, "endpoint-url", "", "URL of the server (default AWS_ENDPOINT_URL, else AWS itself)")
	f.StringVar(&t.region, "region", "", "region (default from the AWS configuration)")
	f.StringVar(&t.profile, "profile", "", "profile of the AWS configuration")
}

// flagsIAM is flags for loadIAM.
func (t *target) flagsIAM(f *pflag.FlagSet) {
	t.flags(f)
	f.Lookup("endpoint-url").Usage = "URL of the server (default AWS_ENDPOINT_URL_IAM or AWS_ENDPOINT_URL, but never AWS itself)"
}

// load reads the standard AWS configuration. Its BaseEndpoint is that of
// Cognito and of what the same server offers besides; nil means AWS itself.
func (t *target) load(ctx context.Context) (aws.Config, error) {
	cfg, err := t.standard(ctx)
	if err == nil && t.endpoint == "" {
		cfg.BaseEndpoint = cognitoidentityprovider.NewFromConfig(cfg).Options().BaseEndpoint
	}
	return cfg, err
}

// loadIAM is load for commands that speak to IAM only, and that would change a
// real account if they spoke to AWS: they must be told where to go.
func (t *target) loadIAM(ctx context.Context) (aws.Config, error) {
	cfg, err := t.standard(ctx)
	if err != nil || t.endpoint != "" {
		return cfg, err
	}
	if cfg.BaseEndpoint = iam.NewFromConfig(cfg).Options().BaseEndpoint; isAWS(cfg.BaseEndpoint) {
		return cfg, errAWSItself
	}
	return cfg, nil
}

// errAWSItself refuses a command for a server of one's own.
var errAWSItself = errors.New("this would go to AWS itself: name your server with --endpoint-url, or with AWS_ENDPOINT_URL, as `poolhouse env` prints it")

// standard reads the standard AWS configuration. BaseEndpoint is what the
// command line says, else what is configured for all services; the SDK's
// clients know of settings for their own besides.
func (t *target) standard(ctx context.Context) (aws.Config, error) {
	var options []func(*awsconfig.LoadOptions) error
	if t.region != "" {
		options = append(options, awsconfig.WithRegion(t.region))
	}
	if t.profile != "" {
		options = append(options, awsconfig.WithSharedConfigProfile(t.profile))
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return cfg, err
	}
	if t.endpoint != "" {
		cfg.BaseEndpoint = &t.endpoint
	}
	if cfg.Region == "" {
		return cfg, errors.New("no region: set AWS_REGION or give --region")
	}
	return cfg, nil
}

// isAWS tells whether an endpoint is AWS itself.
func isAWS(endpoint *string) bool {
	if endpoint == nil {
		return true
	}
	u, err := url.Parse(*endpoint)
	if err != nil {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return strings.Contains(host, ".amazonaws.") || strings.HasSuffix(host, ".api.aws")
}
