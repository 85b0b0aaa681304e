package upload

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"poolhouse/internal/awscredential"
)

// The environment variables that set the bucket's credentials.
const (
	EnvS3AccessKeyID = "POOLHOUSE_S3_ACCESS_KEY_ID"
	EnvS3Secret      = "POOLHOUSE_S3_SECRET_ACCESS_KEY"
)

// S3Credentials returns the provider of the bucket's credentials: our own two variables, otherwise
// what the AWS SDK finds. getenv is os.Getenv.
func S3Credentials(ctx context.Context, region string, getenv func(string) string) (aws.CredentialsProvider, error) {
	provider, err := awscredential.Variables{AccessKeyID: EnvS3AccessKeyID, Secret: EnvS3Secret}.Provider(ctx, region, getenv)
	if err != nil {
		return nil, fmt.Errorf("looking for the bucket's credentials: %w", err)
	}
	return provider, nil
}
