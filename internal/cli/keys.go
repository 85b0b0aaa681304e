package cli

import (
	"context"
	"errors"
	"io"
	"iter"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"
	"github.com/spf13/cobra"
)

func newKeys() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "keys",
		Short: "Create, list, disable and delete access keys of IAM users",
		Long: "Manage the access keys of a server's IAM users. A user has at most two keys, and may do\n" +
			"what its policies allow. Root's own key is not in the API and never listed: it is in the server's settings\n" +
			"or its data directory.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newKeysCreate(), newKeysList(),
		newKeysStatus("disable", "Refuse what a key signs, until it is enabled again", types.StatusTypeInactive),
		newKeysStatus("enable", "Accept again what a disabled key signs", types.StatusTypeActive),
		newKeysDelete())
	return cmd
}

// errNoUser refuses an empty user name. To IAM's API, an empty name means the caller.
var errNoUser = errors.New("the user's name is empty")

func newKeysList() *cobra.Command {
	var t target
	cmd := &cobra.Command{
		Use:   "list [USER]",
		Short: "List the keys of a user, or of all users",
		Long:  "List the access keys of a user, or of all users. Root's own key is not in the API and never listed.",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "" {
				return errNoUser
			}
			cfg, err := t.loadIAM(cmd.Context())
			if err != nil {
				return err
			}
			keys := accessKeys{iamOf(cfg)}
			if len(args) == 1 {
				return printKeys(cmd.OutOrStdout(), keys.of(cmd.Context(), args[0]))
			}
			return printKeys(cmd.OutOrStdout(), keys.ofAll(cmd.Context()))
		},
	}
	t.flagsIAM(cmd.Flags())
	return cmd
}

func printKeys(out io.Writer, keys iter.Seq2[types.AccessKeyMetadata, error]) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	say(w, "USER\tKEY\tSTATUS\tCREATED\n")
	for k, err := range keys {
		if err != nil {
			return refusal(err)
		}
		say(w, "%s\t%s\t%s\t%s\n", aws.ToString(k.UserName), aws.ToString(k.AccessKeyId), k.Status,
			aws.ToTime(k.CreateDate).UTC().Format(time.RFC3339))
	}
	return w.Flush()
}

func newKeysStatus(use, short string, status types.StatusType) *cobra.Command {
	return newKeysChange(use, short, func(ctx context.Context, client *iam.Client, user, id string) (string, error) {
		_, err := client.UpdateAccessKey(ctx, &iam.UpdateAccessKeyInput{UserName: &user, AccessKeyId: &id, Status: status})
		return "is " + string(status), err
	})
}

func newKeysDelete() *cobra.Command {
	return newKeysChange("delete", "Delete a key, for good", func(ctx context.Context, client *iam.Client, user, id string) (string, error) {
		_, err := client.DeleteAccessKey(ctx, &iam.DeleteAccessKeyInput{UserName: &user, AccessKeyId: &id})
		return "is deleted", err
	})
}

// newKeysChange returns a command that changes one key. change returns the key's new state.
func newKeysChange(use, short string, change func(ctx context.Context, client *iam.Client, user, id string) (string, error)) *cobra.Command {
	var t target
	var user string
	cmd := &cobra.Command{
		Use: use + " KEY_ID", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := t.loadIAM(cmd.Context())
			if err != nil {
				return err
			}
			keys := accessKeys{iamOf(cfg)}
			if user == "" {
				if user, err = keys.userOf(cmd.Context(), args[0]); err != nil {
					return err
				}
			}
			became, err := change(cmd.Context(), keys.client, user, args[0])
			if err != nil {
				return refusal(err)
			}
			say(cmd.OutOrStdout(), "access key %s of %s %s\n", args[0], user, became)
			return nil
		},
	}
	t.flagsIAM(cmd.Flags())
	cmd.Flags().StringVar(&user, "user", "", "user whose key it is (default found by a look at all users' keys)")
	return cmd
}
