package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/spf13/pflag"

	"poolhouse/internal/sigv4"
)

// target says which server a client command speaks to.
type target struct{ endpoint, region, profile string }

func (t *target) flags(f *pflag.FlagSet) {
	f.StringVar(&t.endpoint, "endpoint-url", "", "URL of the server (default AWS_ENDPOINT_URL, else AWS itself)")
	f.StringVar(&t.region, "region", "", "region (default from the AWS configuration)")
	f.StringVar(&t.profile, "profile", "", "profile of the AWS configuration")
}

// load reads the standard AWS configuration.
func (t *target) load(ctx context.Context) (aws.Config, error) {
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
	if url := os.Getenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER"); url != "" {
		cfg.BaseEndpoint = &url
	}
	if t.endpoint != "" {
		cfg.BaseEndpoint = &t.endpoint
	}
	if cfg.Region == "" {
		return cfg, errors.New("no region: set AWS_REGION or give --region")
	}
	return cfg, nil
}

func cognito(cfg aws.Config) *cognitoidentityprovider.Client {
	return cognitoidentityprovider.NewFromConfig(cfg)
}

// errNotOffered says that the server is none of ours.
var errNotOffered = errors.New("this server has no result log; Amazon Cognito writes it to CloudWatch Logs")

// callOwn calls an operation of our own, which no SDK knows.
func callOwn(ctx context.Context, cfg aws.Config, operation string, in, out any) error {
	if cfg.BaseEndpoint == nil {
		return errNotOffered
	}
	return call(ctx, cfg, "Poolhouse."+operation, in, out)
}

// call makes a signed call by hand: for what the SDK's model does not have.
func call(ctx context.Context, cfg aws.Config, target string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	url := "https://cognito-idp." + cfg.Region + ".amazonaws.com/"
	if cfg.BaseEndpoint != nil {
		url = *cfg.BaseEndpoint
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	keys, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", target)
	if keys.SessionToken != "" {
		request.Header.Set("X-Amz-Security-Token", keys.SessionToken)
	}
	signer := sigv4.Signer{AccessKey: keys.AccessKeyID, Secret: keys.SecretAccessKey, Region: cfg.Region, Service: "cognito-idp"}
	signer.Sign(request, body, time.Now())
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	data, err := io.ReadAll(io.LimitReader(response.Body, 64<<20))
	if err != nil {
		return err
	}
	if response.StatusCode == http.StatusOK {
		return json.Unmarshal(data, out)
	}
	return serverError(response, data)
}

func serverError(response *http.Response, data []byte) error {
	var problem struct {
		Type    string `json:"__type"`
		Message string `json:"message"`
	}
	if err := json.Unmarshal(data, &problem); err != nil || problem.Type == "" {
		return fmt.Errorf("the server answered %s", response.Status)
	}
	if problem.Type == "UnknownOperationException" {
		return errNotOffered
	}
	return fmt.Errorf("%s: %s", problem.Type, problem.Message)
}
