package cli

import (
	"context"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
)

// accessKeys are the access keys of IAM users.
type accessKeys struct{ client *iam.Client }

// of returns the keys of a user. An error comes last.
func (k accessKeys) of(ctx context.Context, user string) iter.Seq2[types.AccessKeyMetadata, error] {
	return func(yield func(types.AccessKeyMetadata, error) bool) {
		pages := iam.NewListAccessKeysPaginator(k.client, &iam.ListAccessKeysInput{UserName: &user})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(types.AccessKeyMetadata{}, err)
				return
			}
			for _, key := range page.AccessKeyMetadata {
				if !yield(key, nil) {
					return
				}
			}
		}
	}
}

// ofAll returns the keys of all users. An error comes last. A user who is deleted meanwhile
// has no keys.
func (k accessKeys) ofAll(ctx context.Context) iter.Seq2[types.AccessKeyMetadata, error] {
	return func(yield func(types.AccessKeyMetadata, error) bool) {
		pages := iam.NewListUsersPaginator(k.client, &iam.ListUsersInput{})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(types.AccessKeyMetadata{}, err)
				return
			}
			for _, user := range page.Users {
				for key, err := range k.of(ctx, aws.ToString(user.UserName)) {
					if isMissing(err) {
						break
					}
					if !yield(key, err) || err != nil {
						return
					}
				}
			}
		}
	}
}

// userOf returns the name of the user who owns a key.
func (k accessKeys) userOf(ctx context.Context, id string) (string, error) {
	for key, err := range k.ofAll(ctx) {
		if err != nil {
			return "", fmt.Errorf("cannot look for the user of the key (--user names it): %w", refusal(err))
		}
		if aws.ToString(key.AccessKeyId) == id {
			return aws.ToString(key.UserName), nil
		}
	}
	return "", fmt.Errorf("no user has the access key %s; `poolhouse keys list` shows all but root's own, which is not managed here", id)
}
