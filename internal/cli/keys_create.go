package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/spf13/cobra"
)

func newKeysCreate() *cobra.Command {
	var t target
	c := keyCreation{format: keyText}
	var policyFile string
	cmd := &cobra.Command{
		Use:   "create USER",
		Short: "Create an access key, and its user if the user does not exist",
		Long: "Create an access key for an IAM user, who is created if missing, and print it. The secret is\n" +
			"printed once: the server does not show it again. --policy gives the user an inline policy; without a policy a\n" +
			"user may do nothing. If a step fails, everything that was created is deleted again.",
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if c.user = args[0]; c.user == "" {
				return errNoUser
			}
			if cmd.Flags().Changed("policy") {
				if c.policy, err = readPolicy(policyFile, cmd.InOrStdin()); err != nil {
					return err
				}
			} else if cmd.Flags().Changed("policy-name") {
				return errors.New("--policy-name names the policy of --policy; give --policy too")
			}
			cfg, err := t.loadIAM(cmd.Context())
			if err != nil {
				return err
			}
			c.cfg, c.client = cfg, iamOf(cfg)
			return c.run(cmd.Context(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	t.flagsIAM(cmd.Flags())
	cmd.Flags().StringVar(&policyFile, "policy", "", "`file` with a policy document in JSON, - for standard input: what the user may do")
	cmd.Flags().StringVar(&c.policyName, "policy-name", "poolhouse-keys", "name of that policy; one of the user's of that name is replaced")
	cmd.Flags().Var(&c.format, "format", "text, env (for eval), json, or credentials (as in ~/.aws/credentials)")
	return cmd
}

// readPolicy reads a policy document. The server validates its meaning.
func readPolicy(path string, stdin io.Reader) (string, error) {
	var text []byte
	var err error
	if path == "-" {
		path = "standard input"
		text, err = io.ReadAll(stdin)
	} else {
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return "", err
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		return "", fmt.Errorf("%s is not a policy document: it is not JSON: %w", path, err)
	}
	if _, is := document.(map[string]any); !is {
		return "", fmt.Errorf("%s is not a policy document; it must be an object: {…}", path)
	}
	return string(text), nil
}

// keyCreation is one run of keys create.
type keyCreation struct {
	cfg        aws.Config
	client     *iam.Client
	user       string
	policy     string // "" for none
	policyName string
	format     keyFormat

	madeUser bool
	key      *types.AccessKey
}

func (c *keyCreation) run(ctx context.Context, out, notes io.Writer) error {
	err := refusal(c.create(ctx))
	if err == nil {
		err = c.format.print(out, c.cfg, c.key)
	}
	if err != nil {
		if left := c.undo(ctx); left != nil {
			return &exit{exitPartly, errors.Join(err, left)}
		}
		return err
	}
	if !c.hasPolicy(ctx) {
		say(notes, "poolhouse: %s has no policy and may do nothing yet: give one by --policy with the next key, or by `aws iam put-user-policy`\n", c.user)
	}
	return nil
}

// create creates the key first. It creates the user only if IAM answers that the user is
// missing, so a caller who may only create keys needs no other permission. The policy comes
// last, because replacing a policy cannot be undone.
func (c *keyCreation) create(ctx context.Context) error {
	made, err := c.client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &c.user})
	if isMissing(err) {
		if err := c.createUser(ctx); err != nil {
			return err
		}
		made, err = c.client.CreateAccessKey(ctx, &iam.CreateAccessKeyInput{UserName: &c.user})
	}
	if err != nil {
		return err
	}
	c.key = made.AccessKey
	if c.policy == "" {
		return nil
	}
	_, err = c.client.PutUserPolicy(ctx, &iam.PutUserPolicyInput{UserName: &c.user, PolicyName: &c.policyName, PolicyDocument: &c.policy})
	return err
}

// createUser creates the user. It is not an error if another client has just created the
// user.
func (c *keyCreation) createUser(ctx context.Context) error {
	_, err := c.client.CreateUser(ctx, &iam.CreateUserInput{UserName: &c.user})
	if _, exists := errors.AsType[*types.EntityAlreadyExistsException](err); exists {
		return nil
	}
	c.madeUser = err == nil
	return err
}

// undo deletes what was created, even after ctx has ended. Its error names what remains.
func (c *keyCreation) undo(ctx context.Context) (left error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if c.key != nil {
		if _, err := c.client.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &c.user, AccessKeyId: c.key.AccessKeyId}); err != nil {
			left = fmt.Errorf("the access key %s stays: %w", aws.ToString(c.key.AccessKeyId), refusal(err))
		}
	}
	if c.madeUser {
		if _, err := c.client.DeleteUser(ctx, &iam.DeleteUserInput{UserName: &c.user}); err != nil {
			left = errors.Join(left, fmt.Errorf("the user %s stays: %w", c.user, refusal(err)))
		}
	}
	return left
}

// hasPolicy reports whether the user has any policy. It returns true if that cannot be
// found out.
func (c *keyCreation) hasPolicy(ctx context.Context) bool {
	if c.policy != "" {
		return true
	}
	inline, err := c.client.ListUserPolicies(ctx, &iam.ListUserPoliciesInput{UserName: &c.user})
	if err != nil || len(inline.PolicyNames) > 0 {
		return true
	}
	attached, err := c.client.ListAttachedUserPolicies(ctx, &iam.ListAttachedUserPoliciesInput{UserName: &c.user})
	return err != nil || len(attached.AttachedPolicies) > 0
}
