package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/spf13/cobra"

	"poolhouse/internal/plaintext"
)

// outboxQuery is the input of ListOutboxMessages.
type outboxQuery struct {
	UserPoolId     string
	Username       string `json:",omitempty"`
	AfterMessageId string `json:",omitempty"`
	MaxResults     int
	NextToken      string `json:",omitempty"`
}

// outboxMessage is a message in the output of ListOutboxMessages.
type outboxMessage struct {
	MessageId      string
	CreationDate   float64 // seconds since 1970
	Username       string
	Sub            string
	Kind           string // such as ForgotPassword
	DeliveryMedium string // EMAIL or SMS
	AttributeName  string
	Destination    string
	Subject        string // subject of an email
	Body           string
	BodyIsHtml     bool
	Code           string
}

// outboxCommand is one run of the command.
type outboxCommand struct {
	target
	query  outboxQuery
	limit  int
	follow bool
	lines  bool // print one JSON object a line
	every  time.Duration
}

// followEvery is the interval between two looks for new messages. late bounds how long
// after a message another one with a smaller ID may appear: concurrent transactions end in
// any order, and the clocks of servers differ.
const (
	followEvery = 2 * time.Second
	late        = 10 * time.Second
)

func newOutbox() *cobra.Command {
	o := outboxCommand{every: followEvery}
	cmd := &cobra.Command{
		Use:   "outbox --user-pool-id ID",
		Short: "Print the messages to users, with their codes",
		Long: "Print the messages to the users of a user pool, with the codes and temporary passwords in them, newest first. A message\n" +
			"is kept for a day. With --follow, print the present messages, newest last, and then new ones, until it is interrupted.\n" +
			"Reading messages is on record: `poolhouse audit` prints who did it.",
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return o.run(cmd.Context(), cmd.OutOrStdout()) },
	}
	o.flags(cmd.Flags())
	cmd.Flags().StringVar(&o.query.UserPoolId, "user-pool-id", "", "user pool (required)")
	cmd.Flags().StringVar(&o.query.Username, "username", "", "only messages to this user")
	cmd.Flags().IntVar(&o.limit, "limit", 20, "most messages; with --follow, of the present ones")
	cmd.Flags().BoolVar(&o.follow, "follow", false, "go on with new messages")
	cmd.Flags().BoolVar(&o.lines, "json", false, "print one JSON object a line")
	if err := cmd.MarkFlagRequired("user-pool-id"); err != nil {
		panic(err) // the flag is declared above
	}
	return cmd
}

func (o *outboxCommand) run(ctx context.Context, out io.Writer) error {
	if o.limit < 1 {
		return fmt.Errorf("--limit must be at least 1")
	}
	cfg, err := o.loadFor(ctx, o.query.UserPoolId)
	if err != nil {
		return err
	}
	messages, err := o.messages(ctx, cfg, "", o.limit)
	if err != nil {
		return err
	}
	if o.follow {
		return o.followFrom(ctx, cfg, out, messages)
	}
	return o.print(out, messages)
}

// messages returns up to limit messages after the one with an ID, newest first. "" means
// all messages.
func (o *outboxCommand) messages(ctx context.Context, cfg aws.Config, after string, limit int) (all []outboxMessage, err error) {
	const page = 100
	query := o.query
	for query.AfterMessageId = after; len(all) < limit; {
		var got struct {
			Messages  []outboxMessage
			NextToken string
		}
		query.MaxResults = min(limit-len(all), page)
		if err := callOwn(ctx, cfg, "ListOutboxMessages", query, &got); err != nil {
			return nil, err
		}
		all = append(all, got.Messages...)
		if query.NextToken = got.NextToken; query.NextToken == "" {
			break
		}
	}
	return all, nil
}

// followFrom prints messages and then new ones, until ctx ends.
func (o *outboxCommand) followFrom(ctx context.Context, cfg aws.Config, out io.Writer, messages []outboxMessage) error {
	const most = 1000 // the capacity of an outbox
	look := time.NewTicker(o.every)
	defer look.Stop()
	seen := seenMessages{ids: map[string]time.Time{}}
	if len(messages) == o.limit { // older messages may follow, which are not to be printed
		seen.after = messages[len(messages)-1].MessageId
	}
	for {
		if messages = seen.news(messages, time.Now()); len(messages) > 0 {
			slices.Reverse(messages)
			if err := o.print(out, messages); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-look.C:
		}
		var err error
		if messages, err = o.messages(ctx, cfg, seen.after, most); err != nil {
			return err
		}
	}
}

// seenMessages are messages that were printed.
type seenMessages struct {
	after string               // messages that are still to come have greater IDs
	ids   map[string]time.Time // IDs after that one, with the time at which they were seen
}

// news returns the messages that were not seen before. It moves after on to the last
// message that was seen long enough ago.
func (s *seenMessages) news(messages []outboxMessage, now time.Time) (unseen []outboxMessage) {
	for _, m := range messages {
		if _, ok := s.ids[m.MessageId]; !ok {
			unseen, s.ids[m.MessageId] = append(unseen, m), now
		}
	}
	for id, at := range s.ids {
		if now.Sub(at) >= late {
			s.after = max(s.after, id)
		}
	}
	for id := range s.ids {
		if id <= s.after {
			delete(s.ids, id)
		}
	}
	return unseen
}

func (o *outboxCommand) print(out io.Writer, messages []outboxMessage) error {
	if o.lines {
		lines := json.NewEncoder(out)
		lines.SetEscapeHTML(false)
		for i := range messages {
			if err := lines.Encode(&messages[i]); err != nil {
				return err
			}
		}
		return nil
	}
	for i := range messages {
		if err := messages[i].print(out); err != nil {
			return err
		}
	}
	return nil
}

// print prints a line about the message and, indented below it, the message's text. The
// indentation prevents a line of the text from looking like another message.
func (m *outboxMessage) print(out io.Writer) error {
	at := time.UnixMilli(int64(m.CreationDate * 1000)).UTC().Format(time.RFC3339)
	err := plaintext.Printf(out, "%s  %s  to %s by %s %s  code %s\n", at, m.Kind, m.Username, m.DeliveryMedium, m.Destination, m.Code)
	for _, part := range []string{m.Subject, m.Body} {
		for line := range strings.SplitSeq(strings.TrimSpace(part), "\n") {
			if part != "" && err == nil {
				err = plaintext.Printf(out, "    %s\n", line)
			}
		}
	}
	return err
}
