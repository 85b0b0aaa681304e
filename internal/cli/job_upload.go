package cli

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	neturl "net/url"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"poolhouse/internal/plaintext"
)

// upload uploads the file. If the server becomes unavailable, it uploads the file again.
func (r *importRun) upload(ctx context.Context, path, url string) error {
	var size int64
	err := r.patiently(ctx, func(ctx context.Context) (err error) {
		size, err = put(ctx, r.cfg, path, url)
		return err
	})
	if err != nil {
		return fmt.Errorf("the upload: %w", refusal(err))
	}
	say(r.out, "uploaded  %s", counted(size, "byte"))
	if r.rows > 0 {
		say(r.out, ", %s", counted(r.rows, "row"))
	}
	say(r.out, "\n")
	return nil
}

// uploadIdle is the longest time without progress of an upload, including its answer.
const uploadIdle = time.Minute

// errIdle ends an upload without progress.
var errIdle = fmt.Errorf("no data was accepted for %v", uploadIdle)

// put uploads the file as the Developer Guide says.
func put(ctx context.Context, cfg aws.Config, path, url string) (int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	idle := time.AfterFunc(uploadIdle, func() { cancel(errIdle) })
	defer idle.Stop()
	request, err := http.NewRequestWithContext(ctx, http.MethodPut, url, &moving{file, idle})
	if err != nil {
		return 0, err
	}
	request.ContentLength = info.Size()
	request.Header.Set("x-amz-server-side-encryption", "aws:kms")
	response, err := uploadClient(cfg).Do(request)
	if errors.Is(context.Cause(ctx), errIdle) {
		err = &neturl.Error{Op: http.MethodPut, URL: url, Err: errIdle}
	}
	if err != nil {
		return 0, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return 0, uploadError(response)
	}
	return info.Size(), nil
}

// moving is a file whose reads postpone a timer.
type moving struct {
	file *os.File
	idle *time.Timer
}

func (m *moving) Read(p []byte) (int, error) {
	m.idle.Reset(uploadIdle)
	return m.file.Read(p)
}

// uploadError returns the error message of S3, or of a server that answers like it. The
// rest of the answer repeats the signed parts of the URL and is dropped.
func uploadError(response *http.Response) error {
	var problem struct {
		Code, Message  string
		MaxSizeAllowed int64 // bytes
	}
	text, _ := io.ReadAll(io.LimitReader(response.Body, 64<<10)) // the rest is missing if it is not XML
	if err := xml.Unmarshal(text, &problem); err == nil && problem.Code != "" {
		said := problem.Code + ": " + problem.Message
		if problem.MaxSizeAllowed > 0 {
			said += ": " + grouped(problem.MaxSizeAllowed) + " bytes (the server's setting import-max-bytes)"
		}
		return &refusedUpload{response.StatusCode, said}
	}
	return &refusedUpload{response.StatusCode, status(response.StatusCode)}
}

// refusedUpload is such an error.
type refusedUpload struct {
	status int
	said   string
}

func (e *refusedUpload) Error() string { return "it was refused: " + plaintext.Line(e.said) }
