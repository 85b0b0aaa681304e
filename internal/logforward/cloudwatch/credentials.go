package cloudwatch

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"poolhouse/internal/awscredential"
)

// The environment variables that set the credentials.
const (
	EnvAccessKeyID = "POOLHOUSE_LOGS_FORWARD_ACCESS_KEY_ID"
	EnvSecret      = "POOLHOUSE_LOGS_FORWARD_SECRET_ACCESS_KEY"
)

// Credentials returns the source of the credentials: our own two variables, or what the AWS
// SDK finds. getenv is os.Getenv.
func Credentials(ctx context.Context, region string, getenv func(string) string) (aws.CredentialsProvider, error) {
	provider, err := awscredential.Variables{AccessKeyID: EnvAccessKeyID, Secret: EnvSecret}.Provider(ctx, region, getenv)
	if err != nil {
		return nil, fmt.Errorf("cannot find the credentials of logs-forward: %w", err)
	}
	return provider, nil
}
