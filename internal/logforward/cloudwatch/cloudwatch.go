// Package cloudwatch is the destination of import results that is Amazon CloudWatch Logs, or
// a server with the same protocol.
//
// It owns the limits of a call, the creation of log groups and streams, and the meaning of
// errors. Package logforward decides when to send and when to retry.
package cloudwatch

import (
	"context"
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"poolhouse/internal/logforward"
	"poolhouse/internal/resultlog"
)

const (
	// putLimit bounds a Put, including the creation of group and stream and the retries of
	// the SDK.
	putLimit = 30 * time.Second
	// dialLimit and headerLimit bound how long the server may take to accept a connection and
	// to begin its answer.
	dialLimit   = 5 * time.Second
	headerLimit = 10 * time.Second
)

// Limits of a call of PutLogEvents (from its API Reference).
const (
	maxEvents     = 10_000
	maxBytes      = 1 << 20 // of all messages, including
	eventOverhead = 26      // for each message
	maxSpan       = 24 * time.Hour
)

// CloudWatch is a destination.
type CloudWatch struct{ client *cloudwatchlogs.Client }

var _ logforward.Destination = (*CloudWatch)(nil)

// New returns the destination. It makes no call: missing credentials are an error of Put.
func New(l Location, provider aws.CredentialsProvider) *CloudWatch {
	options := cloudwatchlogs.Options{
		Region: l.Region, Credentials: aws.NewCredentialsCache(provider),
		HTTPClient: awshttp.NewBuildableClient().
			WithDialerOptions(func(d *net.Dialer) { d.Timeout = dialLimit }).
			WithTransportOptions(func(t *http.Transport) { t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = dialLimit, headerLimit }),
	}
	if l.Endpoint != "" {
		options.BaseEndpoint = &l.Endpoint
	}
	return &CloudWatch{cloudwatchlogs.New(options)}
}

// Put sends as many of the events as fit into one call; see [logforward.Destination].
func (c *CloudWatch) Put(ctx context.Context, group, stream string, events []resultlog.Event) (taken, rejected int, err error) {
	ctx, cancel := context.WithTimeout(ctx, putLimit)
	defer cancel()
	events = events[:fit(events)]
	in := &cloudwatchlogs.PutLogEventsInput{LogGroupName: &group, LogStreamName: &stream}
	for _, e := range events {
		in.LogEvents = append(in.LogEvents, types.InputLogEvent{Message: &e.Text, Timestamp: aws.Int64(e.At.UnixMilli())})
	}
	out, err := c.client.PutLogEvents(ctx, in)
	if codeOf(err) == codeNotFound {
		if err = c.makeStream(ctx, group, stream); err == nil {
			out, err = c.client.PutLogEvents(ctx, in)
		}
	}
	if err != nil {
		return 0, 0, explain(err)
	}
	return len(events), countRejected(out.RejectedLogEventsInfo, len(events)), nil
}

// fit returns how many of the events, from the first on, fit into one call. They must be in
// the order of their times. Times may go back if another server went on with the job.
func fit(events []resultlog.Event) int {
	bytes := 0
	for i, e := range events {
		bytes += len(e.Text) + eventOverhead
		if i > 0 && (i == maxEvents || bytes > maxBytes || e.At.Before(events[i-1].At) || e.At.Sub(events[0].At) >= maxSpan) {
			return i
		}
	}
	return len(events)
}

// countRejected returns how many of n events the answer says are rejected: those before an
// index because they are too old, and those from an index on because they are too new.
func countRejected(info *types.RejectedLogEventsInfo, n int) int {
	if info == nil {
		return 0
	}
	old := max(aws.ToInt32(info.TooOldLogEventEndIndex), aws.ToInt32(info.ExpiredLogEventEndIndex))
	rejected := int(old)
	if first := info.TooNewLogEventStartIndex; first != nil {
		rejected += n - int(max(*first, old))
	}
	return max(0, min(rejected, n))
}

// makeStream creates a stream, and the log group if it does not exist.
func (c *CloudWatch) makeStream(ctx context.Context, group, stream string) error {
	in := &cloudwatchlogs.CreateLogStreamInput{LogGroupName: &group, LogStreamName: &stream}
	_, err := c.client.CreateLogStream(ctx, in)
	if codeOf(err) == codeNotFound {
		_, err = c.client.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &group})
		if err == nil || codeOf(err) == codeExists {
			_, err = c.client.CreateLogStream(ctx, in)
		}
	}
	if codeOf(err) == codeExists {
		return nil
	}
	return err
}
