// Package cloudwatch is Amazon CloudWatch Logs as a destination of import
// results, or a server that speaks its protocol.
//
// It owns the limits of a call, the making of log groups and streams, and what
// an error means. When to send and to try again is package logforward's.
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
	// putLimit is how long a Put may take, the making of what is missing and
	// retries of the SDK's included.
	putLimit = 30 * time.Second
	// dialLimit and headerLimit are how long the server may take to accept a
	// connection and to begin its answer.
	dialLimit   = 5 * time.Second
	headerLimit = 10 * time.Second
)

// Limits of a call of PutLogEvents (its API Reference).
const (
	maxEvents     = 10_000
	maxBytes      = 1 << 20 // of all messages, with
	eventOverhead = 26      // for each
	maxSpan       = 24 * time.Hour
)

// CloudWatch is a destination.
type CloudWatch struct{ client *cloudwatchlogs.Client }

var _ logforward.Destination = (*CloudWatch)(nil)

// New returns the destination. It calls nobody: credentials that are not there
// yet are an error of Put.
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

// Put sends as many of the events as one call may have; see
// [logforward.Destination].
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

// fit returns how many of the events, from the first on, one call may have.
// They must be in the order of their times, which may go back where another
// server went on with the job.
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

// countRejected returns how many of n events the answer says are rejected: those up
// to an index for being old, and those from an index on for being new.
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

// makeStream makes a stream, and the log group if that is not there either.
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
