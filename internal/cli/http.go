package cli

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"poolhouse/internal/plaintext"
)

// callLimit bounds the duration of a call, including its answer.
const callLimit = time.Minute

// httpClient returns the HTTP client of all calls: with a time limit and without redirects.
// Signatures and session tokens are for the named server only.
func httpClient(cfg aws.Config) *http.Client {
	return &http.Client{Transport: unredirected{transport(cfg)}, Timeout: callLimit}
}

// callClient returns the HTTP client for calls without the SDK: that of httpClient, or a
// copy with another time limit.
func callClient(cfg aws.Config) *http.Client {
	if client, is := cfg.HTTPClient.(*http.Client); is && client.Timeout > 0 {
		if _, made := client.Transport.(unredirected); made {
			return client
		}
	}
	return httpClient(cfg)
}

// uploadClient returns an HTTP client without the time limit, for files that take longer.
func uploadClient(cfg aws.Config) *http.Client {
	return &http.Client{Transport: unredirected{transport(cfg)}}
}

// transport returns the transport of a configuration. It trusts the certificates of
// AWS_CA_BUNDLE.
func transport(cfg aws.Config) http.RoundTripper {
	switch client := cfg.HTTPClient.(type) {
	case *awshttp.BuildableClient:
		return client.GetTransport()
	case *http.Client:
		if made, is := client.Transport.(unredirected); is { // here, before
			return made.next
		}
		if client.Transport != nil {
			return client.Transport
		}
	}
	return http.DefaultTransport
}

// unredirected turns a redirect into an error.
type unredirected struct{ next http.RoundTripper }

// errRedirect is that error.
type errRedirect struct {
	status int
	to     string // the server, without the rest of the URL
}

func (e *errRedirect) Error() string {
	return fmt.Sprintf("it answers %d and leads to %s, which is not followed with your credentials: name that server itself", e.status, e.to)
}

func (u unredirected) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := u.next.RoundTrip(r)
	if err != nil || response.StatusCode < 300 || response.StatusCode > 399 {
		return response, err
	}
	to := "another place"
	if location, err := response.Location(); err == nil {
		to = place(location)
	}
	return nil, errors.Join(&errRedirect{response.StatusCode, to}, response.Body.Close())
}

// place returns the part of a URL that may be shown: its server.
func place(u *url.URL) string { return u.Scheme + "://" + u.Host }

// signed matches the query of a pre-signed URL in a text.
var signed = regexp.MustCompile(`\?[^\s"'<>]*(?i:X-Amz-(?:Signature|Credential|Security-Token)|Signature=)[^\s"'<>]*`)

// unsigned removes signatures from a text. A signed URL permits uploading the file of a
// job.
func unsigned(text string) string { return signed.ReplaceAllString(text, "?…") }

// refusal words the error of a call for people: without the SDK's wrapping, and without the
// URL, which may be signed. It keeps everything else.
func refusal(err error) error {
	call, words := worded(err)
	switch {
	case call == nil:
		return err
	case errors.Is(words, errNoCredentials):
		return words
	}
	if e, ok := errors.AsType[*smithy.OperationError](err); ok {
		call = e // the SDK's wrapping
	}
	before, after, _ := strings.Cut(err.Error(), call.Error())
	return fmt.Errorf("%s%w%s", before, words, after)
}

// worded returns the part of an error that concerns a call, and the words for it, or nil if
// there is none.
func worded(err error) (call, words error) {
	if err == nil {
		return nil, nil
	}
	if strings.Contains(err.Error(), "no EC2 IMDS role found") {
		return err, errNoCredentials
	}
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e, fmt.Errorf("%s: %s", plaintext.Line(e.ErrorCode()), plaintext.Paragraph(e.ErrorMessage()))
	}
	if e, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && e.HTTPStatusCode() >= 300 {
		return e, fmt.Errorf("the server answers %s, which its API never answers", status(e.HTTPStatusCode()))
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		return e, inLine{unreached(e)}
	}
	return nil, nil
}

// inLine is an error, possibly with foreign text, as a part of a line.
type inLine struct{ error }

func (e inLine) Error() string { return plaintext.Line(e.error.Error()) }

func (e inLine) Unwrap() error { return e.error }

// errNoCredentials replaces the SDK's long error.
var errNoCredentials = errors.New("there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give --profile, or --data for a server on this machine")

// unreached words the error of a request that got no answer.
func unreached(e *url.Error) error {
	u, err := url.Parse(e.URL)
	if err != nil { // not shown: its end may be a signature
		return fmt.Errorf("the server's URL cannot be read: %w", errors.Unwrap(err))
	}
	if redirect, ok := errors.AsType[*errRedirect](e); ok {
		return fmt.Errorf("the server at %s: %w", place(u), redirect)
	}
	if e.Timeout() {
		return fmt.Errorf("the server at %s does not answer in time", place(u))
	}
	return fmt.Errorf("the server at %s does not answer: %w", place(u), e.Err)
}

// status names an HTTP status.
func status(code int) string { return fmt.Sprintf("%d %s", code, http.StatusText(code)) }

// isAway reports whether an error means that the server, or a proxy in front of it, is
// temporarily unavailable: the same call may succeed later.
func isAway(err error) bool {
	if e, ok := errors.AsType[smithy.APIError](err); ok && e.ErrorCode() == "TooManyRequestsException" {
		return true
	} else if ok {
		return e.ErrorFault() == smithy.FaultServer
	}
	if e, ok := errors.AsType[*smithyhttp.ResponseError](err); ok && e.HTTPStatusCode() != 0 {
		return e.HTTPStatusCode() >= 500
	}
	if e, ok := errors.AsType[*refusedUpload](err); ok {
		return e.status >= 500
	}
	if _, leads := errors.AsType[*errRedirect](err); leads {
		return false
	}
	if e, ok := errors.AsType[*net.DNSError](err); ok && e.IsNotFound {
		return false
	}
	if _, wrong := errors.AsType[*tls.CertificateVerificationError](err); wrong {
		return false
	}
	e, unanswered := errors.AsType[*url.Error](err)
	return unanswered && e.Op != "parse"
}

// isUnsent reports whether a call has not reached any server.
func isUnsent(err error) bool {
	e, ok := errors.AsType[*net.OpError](err)
	return ok && e.Op == "dial"
}
