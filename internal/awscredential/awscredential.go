// Package awscredential finds the credentials of a server that is a client of AWS, or of
// another server with the same protocol.
package awscredential

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// Variables are two environment variables of Poolhouse that set credentials. Each purpose
// has its own, because AWS_ACCESS_KEY_ID may belong to a user of this server.
type Variables struct{ AccessKeyID, Secret string }

// Provider returns the source of credentials: the two variables, or else what the AWS SDK
// finds (environment, shared files, the machine's role). getenv is os.Getenv.
func (v Variables) Provider(ctx context.Context, region string, getenv func(string) string) (aws.CredentialsProvider, error) {
	id, secret := getenv(v.AccessKeyID), getenv(v.Secret)
	switch {
	case id != "" && secret != "":
		return credentials.NewStaticCredentialsProvider(id, secret, ""), nil
	case id != "" || secret != "":
		return nil, fmt.Errorf("%s and %s belong together; one of them is missing", v.AccessKeyID, v.Secret)
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	if err != nil {
		return nil, err
	}
	return cfg.Credentials, nil
}
