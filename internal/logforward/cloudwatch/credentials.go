package cloudwatch

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// The environment variables that set the credentials.
const (
	EnvAccessKeyID = "POOLHOUSE_LOGS_FORWARD_ACCESS_KEY_ID"
	EnvSecret      = "POOLHOUSE_LOGS_FORWARD_SECRET_ACCESS_KEY"
)

// Credentials returns where the credentials come from: the two variables of
// our own, else what the AWS SDK finds (environment, shared files, the
// machine's role). getenv is os.Getenv. Variables of our own, because
// AWS_ACCESS_KEY_ID may well be that of a user of this server.
func Credentials(ctx context.Context, region string, getenv func(string) string) (aws.CredentialsProvider, error) {
	id, secret := getenv(EnvAccessKeyID), getenv(EnvSecret)
	switch {
	case id != "" && secret != "":
		return credentials.NewStaticCredentialsProvider(id, secret, ""), nil
	case id != "" || secret != "":
		return nil, fmt.Errorf("%s and %s belong together; one of them is missing", EnvAccessKeyID, EnvSecret)
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithRegion(region))
	if err != nil {
		return nil, fmt.Errorf("looking for the credentials of logs-forward: %w", err)
	}
	return cfg.Credentials, nil
}
