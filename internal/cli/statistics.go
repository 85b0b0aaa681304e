package cli

import (
	"encoding/json"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"
)

// poolStatistics is the output of DescribeUserPoolStatistics.
type poolStatistics struct {
	UserPoolId           string
	Users, DisabledUsers int64
	Statuses             []struct {
		UserStatus string
		Users      int64
	}
	Days []struct {
		Day   string // in UTC
		Users int64
	}
}

func newStatistics() *cobra.Command {
	var t target
	var in struct{ UserPoolId string }
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "statistics --user-pool-id ID",
		Short: "Print how many users a user pool has",
		Long: "Print how many users a user pool has, by status and by the day (UTC) of their creation. Deleted users are not counted,\n" +
			"not even on the day of their creation.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := t.loadFor(cmd.Context(), in.UserPoolId)
			if err != nil {
				return err
			}
			var got struct{ UserPoolStatistics poolStatistics }
			if err := callOwn(cmd.Context(), cfg, "DescribeUserPoolStatistics", in, &got); err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(got.UserPoolStatistics)
			}
			return got.UserPoolStatistics.print(cmd.OutOrStdout())
		},
	}
	t.flags(cmd.Flags())
	cmd.Flags().StringVar(&in.UserPoolId, "user-pool-id", "", "user pool (required)")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print an object of JSON")
	if err := cmd.MarkFlagRequired("user-pool-id"); err != nil {
		panic(err) // the flag is declared above
	}
	return cmd
}

func (s *poolStatistics) print(out io.Writer) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	say(w, "STATUS\tUSERS\n")
	for _, each := range s.Statuses {
		say(w, "%s\t%d\n", each.UserStatus, each.Users)
	}
	say(w, "all\t%d\ndisabled, of all\t%d\n", s.Users, s.DisabledUsers)
	if len(s.Days) > 0 {
		say(w, "\nDAY (UTC)\tUSERS WHO CAME\n")
	}
	for _, each := range s.Days {
		say(w, "%s\t%d\n", each.Day, each.Users)
	}
	return w.Flush()
}
