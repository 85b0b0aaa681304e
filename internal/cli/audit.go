package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"
)

// auditQuery is the input of ListAuditEvents.
type auditQuery struct {
	StartTime  float64 `json:",omitempty"` // seconds since 1970
	Operation  string  `json:",omitempty"`
	Principal  string  `json:",omitempty"`
	MaxResults int
	WithChains bool   `json:",omitempty"`
	NextToken  string `json:",omitempty"`
}

// auditEvent is an event in the output of ListAuditEvents.
type auditEvent struct {
	EventId       string
	Timestamp     float64 // seconds since 1970
	RequestId     string
	Region        string // region of the call
	Service       string
	Operation     string
	Principal     string
	AccessKeyId   string
	SourceAddress string
	UserAgent     string
	Resource      string
	Details       string // name=value pairs separated by spaces
	Result        string // name of an exception, "" for success
	Chain         string // chain of hashes
	ChainNumber   int64
	Hash          string
}

// at returns the event's time for a printed line.
func (e *auditEvent) at() string {
	return time.UnixMilli(int64(e.Timestamp * 1000)).UTC().Format(time.RFC3339)
}

// auditCommand is one run of the command.
type auditCommand struct {
	target
	query auditQuery
	since time.Duration
	limit int
	lines bool // print one JSON object a line
	check bool // verify the chains
}

func newAudit() *cobra.Command {
	var a auditCommand
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Print who changed what",
		Long: "Print the calls that changed something or tried to, newest first: time, principal, operation, resource, result\n" +
			"and address.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.run(cmd.Context(), cmd.OutOrStdout()) },
	}
	a.flags(cmd.Flags())
	cmd.Flags().DurationVar(&a.since, "since", 24*time.Hour, "how far back; 0 for all that is kept")
	cmd.Flags().StringVar(&a.query.Operation, "operation", "", "only this operation, such as DeleteUserPool")
	cmd.Flags().StringVar(&a.query.Principal, "principal", "", "only this principal, by its ARN")
	cmd.Flags().IntVar(&a.limit, "limit", 100, "events at most")
	cmd.Flags().BoolVar(&a.lines, "json", false, "print one JSON object a line, with all that is known of the event")
	cmd.Flags().BoolVar(&a.check, "verify", false, "check that no event was removed or changed, in place of printing them")
	cmd.MarkFlagsMutuallyExclusive("verify", "json")
	cmd.MarkFlagsMutuallyExclusive("verify", "operation")
	cmd.MarkFlagsMutuallyExclusive("verify", "principal")
	cmd.MarkFlagsMutuallyExclusive("verify", "since")
	cmd.MarkFlagsMutuallyExclusive("verify", "limit")
	return cmd
}

func (a *auditCommand) run(ctx context.Context, out io.Writer) error {
	if a.limit < 1 || a.since < 0 {
		return fmt.Errorf("--limit must be at least 1, and --since must not be negative")
	}
	cfg, err := a.load(ctx)
	if err != nil {
		return err
	}
	if a.check {
		return a.verify(ctx, cfg, out)
	}
	if a.since > 0 {
		a.query.StartTime = float64(time.Now().Add(-a.since).UnixMilli()) / 1000
	}
	if a.lines {
		return printAuditJSON(out, a.events(ctx, cfg))
	}
	return printAudit(out, a.events(ctx, cfg))
}

// events returns the requested events, page by page.
func (a *auditCommand) events(ctx context.Context, cfg aws.Config) iter.Seq2[auditEvent, error] {
	return func(yield func(auditEvent, error) bool) {
		for left := a.limit; left > 0; {
			var page struct {
				Events    []auditEvent
				NextToken string
			}
			a.query.MaxResults = min(left, 1000)
			if err := callOwn(ctx, cfg, "ListAuditEvents", a.query, &page); err != nil {
				yield(auditEvent{}, err)
				return
			}
			for _, e := range page.Events {
				if !yield(e, nil) {
					return
				}
			}
			left -= len(page.Events)
			if a.query.NextToken = page.NextToken; a.query.NextToken == "" {
				return
			}
		}
	}
}

func printAudit(out io.Writer, events iter.Seq2[auditEvent, error]) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	say(w, "TIME\tWHO\tOPERATION\tON\tRESULT\tFROM\n")
	for e, err := range events {
		if err != nil {
			return err
		}
		say(w, "%s\t%s\t%s:%s\t%s\t%s\t%s\n", e.at(), inShort(e.Principal), e.Service, e.Operation, inShort(e.Resource), cmp.Or(e.Result, "ok"), e.SourceAddress)
	}
	return w.Flush()
}

// inShort returns the part of an ARN after region and account.
func inShort(arn string) string {
	part := strings.SplitN(arn, ":", 6)
	return part[len(part)-1]
}

func printAuditJSON(out io.Writer, events iter.Seq2[auditEvent, error]) error {
	lines := json.NewEncoder(out)
	lines.SetEscapeHTML(false)
	for e, err := range events {
		if err == nil {
			err = lines.Encode(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
