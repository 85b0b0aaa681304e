package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/spf13/pflag"

	"poolhouse/internal/datadir"
	"poolhouse/internal/regions"
	"poolhouse/internal/userpool"
)

// target selects the server of a client command.
type target struct{ endpoint, region, profile, data string }

func (t *target) flags(f *pflag.FlagSet) {
	f.StringVar(&t.endpoint, "endpoint-url", "", "URL of the server (default AWS_ENDPOINT_URL, else AWS itself)")
	f.StringVar(&t.data, "data", "", "data directory of a server that runs on this machine: its URL, region and root's key")
	f.StringVar(&t.region, "region", "", "region (default the one that the user pool's id begins with, else that of --data or of the AWS configuration)")
	f.StringVar(&t.profile, "profile", "", "profile of the AWS configuration")
}

// given returns the flags that were given, for a command to the same server.
func (t *target) given() string {
	var flags strings.Builder
	for _, f := range [][2]string{{"data", t.data}, {"endpoint-url", t.endpoint}, {"region", t.region}, {"profile", t.profile}} {
		if f[1] != "" {
			flags.WriteString(" --" + f[0] + " " + word(f[1]))
		}
	}
	return flags.String()
}

// flagsIAM adds the flags for loadIAM.
func (t *target) flagsIAM(f *pflag.FlagSet) {
	t.flags(f)
	f.Lookup("endpoint-url").Usage = "URL of the server (default AWS_ENDPOINT_URL_IAM or AWS_ENDPOINT_URL, but never AWS itself)"
}

// load reads the standard AWS configuration. Its BaseEndpoint is that of Cognito and of the
// other APIs of the same server; nil means AWS itself.
func (t *target) load(ctx context.Context) (aws.Config, error) {
	cfg, named, err := t.standard(ctx)
	if err != nil {
		return cfg, err
	}
	if !named {
		cfg.BaseEndpoint = cognitoidentityprovider.NewFromConfig(cfg).Options().BaseEndpoint
	}
	return cfg, checkEndpoint(cfg.BaseEndpoint)
}

// loadFor is load for commands about a user pool: without --region, the region comes from
// the pool's ID.
func (t *target) loadFor(ctx context.Context, poolID string) (aws.Config, error) {
	of, own := *t, userpool.RegionOf(poolID)
	if own == "" {
		return aws.Config{}, fmt.Errorf("--user-pool-id is %q; it must be like us-east-1_Ab1Cd2Ef3. To see the user pools: aws cognito-idp list-user-pools --max-results 60", poolID)
	}
	if of.region == "" && regions.Valid(own) {
		of.region = own
	}
	return of.load(ctx)
}

// loadIAM is load for commands about IAM. They would change a real AWS account, so their
// server must be named.
func (t *target) loadIAM(ctx context.Context) (aws.Config, error) {
	cfg, named, err := t.standard(ctx)
	if err != nil {
		return cfg, err
	}
	if !named {
		if cfg.BaseEndpoint = iam.NewFromConfig(cfg).Options().BaseEndpoint; isAWS(cfg.BaseEndpoint) {
			return cfg, errAWSItself
		}
	}
	return cfg, checkEndpoint(cfg.BaseEndpoint)
}

// errAWSItself refuses a command that is meant for a server of one's own.
var errAWSItself = errors.New("this would go to AWS itself: name your server with --endpoint-url or --data, or with AWS_ENDPOINT_URL, as `poolhouse env` prints it")

// nameYourServer tells a person who meant a server of their own how to name it.
const nameYourServer = "If you mean a server of your own, name it with --data DIRECTORY or --endpoint-url URL, or run: eval \"$(poolhouse env)\""

// standard reads the standard AWS configuration. BaseEndpoint comes from the command line,
// else from the setting for all services; the SDK's clients also read settings for a single
// service. named reports whether it comes from the command line.
func (t *target) standard(ctx context.Context) (cfg aws.Config, named bool, err error) {
	var options []func(*awsconfig.LoadOptions) error
	endpoint, region := t.endpoint, t.region
	if t.data != "" {
		server, root, err := t.runningServer()
		if err != nil {
			return cfg, false, err
		}
		endpoint, region = cmp.Or(endpoint, server.URL), cmp.Or(region, server.Region)
		if t.profile == "" {
			options = append(options, awsconfig.WithCredentialsProvider(root))
		}
	}
	if region != "" {
		options = append(options, awsconfig.WithRegion(region))
	}
	if t.profile != "" {
		options = append(options, awsconfig.WithSharedConfigProfile(t.profile))
	}
	if cfg, err = awsconfig.LoadDefaultConfig(ctx, options...); err != nil {
		return cfg, false, err
	}
	cfg.HTTPClient = httpClient(cfg)
	if endpoint != "" {
		cfg.BaseEndpoint = &endpoint
	}
	if cfg.Region == "" {
		return cfg, false, errors.New("no region: set AWS_REGION or give --region. " + nameYourServer)
	}
	return cfg, endpoint != "", nil
}

// runningServer returns the server that runs on the data directory, and root's credentials.
// With a profile, the credentials are not needed.
func (t *target) runningServer() (datadir.Endpoint, aws.CredentialsProvider, error) {
	server, err := datadir.Find(t.data)
	if errors.Is(err, datadir.ErrNoServer) {
		return server, nil, fmt.Errorf("%w; start one with `poolhouse serve --data %s`", err, word(t.data))
	}
	if err != nil || t.profile != "" {
		return server, nil, err
	}
	root, err := rootOf(t.data, server.AccessKeyID)
	return server, credentials.NewStaticCredentialsProvider(root.AccessKeyID, root.Secret, ""), err
}

// checkEndpoint refuses an endpoint that is no URL of HTTP, such as localhost:9229.
func checkEndpoint(endpoint *string) error {
	if endpoint == nil || strings.HasPrefix(*endpoint, "http://") || strings.HasPrefix(*endpoint, "https://") {
		return nil
	}
	return fmt.Errorf("the server's URL is %q; it must begin with http:// or https://, such as %s", unsigned(*endpoint), ownEndpoint)
}

// isAWS reports whether an endpoint is AWS itself.
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
