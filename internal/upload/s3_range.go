package upload

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"poolhouse/internal/importjob"
)

// getRest gets the rest of the current range. After an error, it keeps what has arrived.
func (r *s3Reader) getRest(ctx context.Context, alive func()) error {
	want := min(int64(cap(r.data)-len(r.data)), r.upload.Size-r.next)
	answer, err := r.get(ctx, aws.String(fmt.Sprintf("bytes=%d-%d", r.next, r.next+want-1)))
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	if err := r.checkRange(answer); err != nil {
		return err
	}
	if aws.ToInt64(answer.ContentLength) > r.upload.Size-r.next { // more than the file has
		return importjob.FileChanged
	}
	for alive(); want > 0; alive() {
		n, err := answer.Body.Read(r.data[len(r.data) : len(r.data)+int(want)])
		r.data = r.data[:len(r.data)+n]
		r.next += int64(n)
		want -= int64(n)
		switch {
		case want == 0 && r.next == r.upload.Size && errors.Is(noMore(answer.Body), importjob.FileChanged):
			return importjob.FileChanged
		case want == 0: // everything requested has arrived, no matter how the body ended
		case errors.Is(err, io.EOF):
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		}
	}
	return nil
}

// getEmpty checks that an empty file still exists; an empty file has no range to request.
func (r *s3Reader) getEmpty(ctx context.Context, _ func()) error {
	answer, err := r.get(ctx, nil)
	if err != nil {
		return err
	}
	return errors.Join(noMore(answer.Body), answer.Body.Close())
}

// noMore checks that a body has ended, regardless of what its server said.
func noMore(body io.Reader) error {
	n, err := io.ReadFull(body, make([]byte, 1))
	switch {
	case n > 0:
		return importjob.FileChanged
	case errors.Is(err, io.EOF):
		return nil
	}
	return err
}

// get requests a range of the file, or the whole file if the range is nil. The SDK does not retry
// here: retry does, and continues after the bytes that have arrived.
func (r *s3Reader) get(ctx context.Context, byteRange *string) (*s3.GetObjectOutput, error) {
	answer, err := r.s3.client.GetObject(ctx, &s3.GetObjectInput{
		Bucket: &r.s3.location.Bucket, Key: &r.upload.Name,
		IfMatch: aws.String(`"` + r.upload.ETag + `"`), Range: byteRange,
	}, func(o *s3.Options) { o.Retryer = aws.NopRetryer{} })
	switch status := statusOf(err); {
	case err == nil:
		return answer, nil
	case codeOf(err) == codeNoSuchKey: // another 404 is about the bucket, or not from S3, and says nothing about the file
		return nil, importjob.FileMissing
	case status == http.StatusPreconditionFailed:
		return nil, importjob.FileChanged
	case status == http.StatusRequestedRangeNotSatisfiable:
		return nil, importjob.FileTruncated
	}
	return nil, fmt.Errorf("upload: reading %s: %w", r.upload.Name, err)
}

// errNoRange means that the server, or a proxy before it, does not support ranges.
var errNoRange = errors.New("upload: the S3 server does not answer with the requested range")

// checkRange compares the answer's headers with the upload. This detects a changed file on a server
// that ignores If-Match.
func (r *s3Reader) checkRange(answer *s3.GetObjectOutput) error {
	first, total, ok := parseContentRange(aws.ToString(answer.ContentRange))
	switch {
	case !ok:
		return errNoRange
	case total > r.upload.Size:
		return importjob.FileChanged
	case total < r.upload.Size:
		return importjob.FileTruncated
	case answer.ETag != nil && unquote(*answer.ETag) != r.upload.ETag:
		return importjob.FileChanged
	case first != r.next:
		return errNoRange
	}
	return nil
}

// parseContentRange parses "bytes FIRST-LAST/TOTAL".
func parseContentRange(header string) (first, total int64, ok bool) {
	rest, isBytes := strings.CutPrefix(header, "bytes ")
	span, size, hasTotal := strings.Cut(rest, "/")
	begin, _, isSpan := strings.Cut(span, "-")
	first, okFirst := countOf(begin)
	total, okTotal := countOf(size)
	return first, total, isBytes && hasTotal && isSpan && okFirst && okTotal
}

// countOf parses a number without a sign.
func countOf(text string) (int64, bool) {
	n, err := strconv.ParseUint(text, 10, 63)
	return int64(n), err == nil
}

// lasting reports whether an error would come again: the file is gone, or the server refuses the
// request.
func lasting(err error) bool {
	if _, gone := errors.AsType[importjob.FileGone](err); gone || errors.Is(err, errNoRange) {
		return true
	}
	status := statusOf(err)
	return status >= 300 && status < 500 && status != http.StatusRequestTimeout && status != http.StatusTooManyRequests
}
