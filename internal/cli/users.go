package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"text/tabwriter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"
)

// usersQuery is the input of ListUserImportJobUsers.
type usersQuery struct {
	jobKey
	MaxResults int
	NextToken  string `json:",omitempty"`
}

// importedUser is the printed part of ImportedUserType.
type importedUser struct {
	Username, Sub, ExternalId, UserStatus string
	Enabled                               bool
}

// usersCommand is one run of the command.
type usersCommand struct {
	jobOf
	limit int
	all   bool
	lines bool // print one JSON object a line
}

func newUsers() *cobra.Command {
	var c usersCommand
	cmd := &cobra.Command{
		Use:   "users --user-pool-id ID --job-id ID",
		Short: "Print the users that an import job made",
		Long: "Print the users that an import job made, as they are now, in the order of its file. Users who were deleted since are\n" +
			"not among them; `poolhouse results --imported` tells what each line became.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return c.run(cmd.Context(), cmd.OutOrStdout()) },
	}
	c.flags(cmd)
	cmd.Flags().IntVar(&c.limit, "limit", 100, "users at most")
	cmd.Flags().BoolVar(&c.all, "all", false, "print all users")
	cmd.Flags().BoolVar(&c.lines, "json", false, "print one JSON object a line, with all that is known of the user")
	cmd.MarkFlagsMutuallyExclusive("limit", "all")
	return cmd
}

func (c *usersCommand) run(ctx context.Context, out io.Writer) error {
	if c.limit < 1 {
		return fmt.Errorf("--limit is %d; it must be at least 1", c.limit)
	}
	cfg, err := c.loadFor(ctx, c.UserPoolId)
	if err != nil {
		return err
	}
	more := false
	users := c.users(ctx, cfg, &more)
	if c.lines {
		return printRawLines(out, users)
	}
	if err := printUsers(out, users); err != nil {
		return err
	}
	if more {
		say(out, "… and more: %s\n", c.command("users", "--all"))
	}
	return nil
}

// users returns the requested users, page by page, in the server's text. At the end it sets
// more if there are others.
func (c *usersCommand) users(ctx context.Context, cfg aws.Config, more *bool) iter.Seq2[json.RawMessage, error] {
	const most = 60
	return func(yield func(json.RawMessage, error) bool) {
		query := usersQuery{jobKey: c.jobKey}
		for left := c.limit; c.all || left > 0; {
			var page struct {
				Users     []json.RawMessage
				NextToken string
			}
			if query.MaxResults = most; !c.all {
				query.MaxResults = min(left, most)
			}
			if err := callOwn(ctx, cfg, "ListUserImportJobUsers", query, &page); err != nil {
				yield(nil, err)
				return
			}
			for _, u := range page.Users {
				if !yield(u, nil) {
					return
				}
			}
			left -= len(page.Users)
			if query.NextToken = page.NextToken; query.NextToken == "" {
				return
			}
		}
		*more = true
	}
}

// alignedUsers is the number of users whose columns are aligned. Their lines are printed
// when the last of them has arrived.
const alignedUsers = 1000

func printUsers(out io.Writer, users iter.Seq2[json.RawMessage, error]) error {
	lines := 0
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	say(w, "USERNAME\tSUB\tEXTERNAL ID\tSTATUS\n")
	for text, err := range users {
		var u importedUser
		if err == nil {
			err = json.Unmarshal(text, &u)
		}
		if err != nil {
			return err
		}
		if !u.Enabled {
			u.UserStatus += ", disabled"
		}
		say(w, "%s\t%s\t%s\t%s\n", u.Username, u.Sub, u.ExternalId, u.UserStatus)
		if lines++; lines%alignedUsers == 0 {
			if err := w.Flush(); err != nil {
				return err
			}
		}
	}
	return w.Flush()
}

// printRawLines prints a server's objects, one a line.
func printRawLines(out io.Writer, objects iter.Seq2[json.RawMessage, error]) error {
	for text, err := range objects {
		if err == nil {
			err = printRaw(out, text)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
