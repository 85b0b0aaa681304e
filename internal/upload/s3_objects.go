package upload

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"poolhouse/internal/importjob"
)

// Find returns the job's uploaded file, the zero Upload if there is none.
func (s *S3) Find(ctx context.Context, key importjob.Key) (importjob.Upload, error) {
	name, err := s.objectKey(key.PoolID, key.JobID)
	if err != nil {
		return importjob.Upload{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	size, etag, err := s.describe(ctx, name)
	switch {
	case codeOf(err) == codeNoSuchKey:
		return importjob.Upload{}, nil
	case err != nil:
		return importjob.Upload{}, fmt.Errorf("upload: looking for the file of %s: %w", key.JobID, err)
	case size == nil || etag == nil:
		// Without them a changed file could not be detected.
		return importjob.Upload{}, fmt.Errorf("upload: the server does not tell size and ETag of the file of %s", key.JobID)
	}
	return importjob.Upload{Name: name, Size: *size, ETag: unquote(*etag)}, nil
}

// describe returns size and ETag of an object. If a HEAD finds nothing, it sends a GET, because the
// answer to a HEAD has no body. Only a body says what is missing: the object, the bucket or, on
// some servers, the access key.
func (s *S3) describe(ctx context.Context, name string) (size *int64, etag *string, err error) {
	head, err := s.client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &s.location.Bucket, Key: &name})
	if err == nil {
		return head.ContentLength, head.ETag, nil
	}
	if statusOf(err) != http.StatusNotFound {
		return nil, nil, err
	}
	answer, err := s.client.GetObject(ctx, &s3.GetObjectInput{Bucket: &s.location.Bucket, Key: &name})
	if err != nil {
		return nil, nil, err
	}
	return answer.ContentLength, answer.ETag, answer.Body.Close() // it was uploaded meanwhile
}

// Remove deletes the job's uploaded file. A missing file is no error.
func (s *S3) Remove(ctx context.Context, key importjob.Key) error {
	name, err := s.objectKey(key.PoolID, key.JobID)
	if err != nil {
		return err
	}
	return s.remove(ctx, name)
}

// remove deletes one object. S3 reports no error for a missing object; other servers may.
func (s *S3) remove(ctx context.Context, name string) error {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	_, err := s.client.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &s.location.Bucket, Key: &name})
	if err == nil || codeOf(err) == codeNoSuchKey {
		return nil
	}
	return fmt.Errorf("upload: deleting %s: %w", name, err)
}

// objectKey returns the key of a job's object.
func (s *S3) objectKey(parts ...string) (string, error) {
	if err := checkParts(parts...); err != nil {
		return "", err
	}
	all := append([]string{s.account}, parts...)
	if s.location.Prefix != "" {
		all = append([]string{s.location.Prefix}, all...)
	}
	return strings.Join(all, "/"), nil
}

// checkParts refuses parts that would make a key of something else.
func checkParts(parts ...string) error {
	for _, p := range parts {
		if p == "" || strings.ContainsAny(p, `/\`) || strings.HasPrefix(p, ".") {
			return fmt.Errorf("upload: %q cannot be part of an object's key", p)
		}
	}
	return nil
}

const codeNoSuchKey = "NoSuchKey"

// statusOf returns the HTTP status of an error, 0 if the server did not answer.
func statusOf(err error) int {
	if answer, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return answer.HTTPStatusCode()
	}
	return 0
}

// codeOf returns the error's S3 code, "" if it has none.
func codeOf(err error) string {
	if named, ok := errors.AsType[smithy.APIError](err); ok {
		return named.ErrorCode()
	}
	return ""
}

func unquote(etag string) string { return strings.Trim(etag, `"`) }
