package upload

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"poolhouse/internal/importjob"
)

// A stray is an uploaded file of a user pool that does not exist: a deletion was interrupted, or
// the file came during the deletion. Strays are listed before the check whether their pools exist.
// So a new pool with the same id keeps its files, because its jobs have other ids.

// Exists reports whether a user pool exists.
type Exists func(ctx context.Context, poolID string) (bool, error)

// RemoveStrays removes the files of pools that do not exist, with the pools' directories.
func (d *Disk) RemoveStrays(ctx context.Context, exists Exists) error {
	pools, err := fs.ReadDir(d.root.FS(), ".")
	problems := []error{err}
	for _, pool := range pools {
		if pool.IsDir() && pool.Name() != incoming {
			problems = append(problems, d.removeStraysOf(ctx, pool.Name(), exists))
		}
	}
	return errors.Join(problems...)
}

// removeStraysOf removes a pool's directory, job by job, if the pool does not exist. Anything other
// than a job's directory stays.
func (d *Disk) removeStraysOf(ctx context.Context, pool string, exists Exists) error {
	jobs, err := fs.ReadDir(d.root.FS(), pool)
	if err != nil {
		return ignoreMissing(err)
	}
	if is, err := exists(ctx, pool); err != nil || is {
		return err
	}
	for _, job := range jobs {
		if !job.IsDir() {
			return fmt.Errorf("upload: %s is not a directory of an import job, and the user pool does not exist; move it elsewhere", filepath.Join(pool, job.Name()))
		}
		if err := d.Remove(ctx, importjob.Key{PoolID: pool, JobID: job.Name()}); err != nil {
			return err
		}
	}
	return ignoreMissing(d.root.Remove(pool))
}

// strayAge is the age at which an object of a bucket is removed as a stray. No job of any database
// waits for an object of this age.
const strayAge = 25 * time.Hour

// RemoveStrays removes the objects of pools that do not exist, if they are older than strayAge.
func (s *S3) RemoveStrays(ctx context.Context, exists Exists) error {
	prefix, err := s.objectKey()
	if err != nil {
		return err
	}
	prefix += "/"
	pages := s3.NewListObjectsV2Paginator(s.client, &s3.ListObjectsV2Input{Bucket: &s.location.Bucket, Prefix: &prefix})
	old := map[string][]string{} // keys of old objects, by pool
	for pages.HasMorePages() {
		page, err := s.page(ctx, pages)
		if err != nil {
			return fmt.Errorf("upload: listing the bucket %s: %w", s.location, err)
		}
		for _, object := range page.Contents {
			if object.Key == nil || object.LastModified == nil || time.Since(*object.LastModified) < s.strayAge {
				continue
			}
			pool, job, ok := strings.Cut(strings.TrimPrefix(*object.Key, prefix), "/")
			if ok && pool != "" && job != "" && !strings.Contains(job, "/") {
				old[pool] = append(old[pool], *object.Key)
			}
		}
	}
	var problems []error
	for pool, keys := range old {
		is, err := exists(ctx, pool)
		problems = append(problems, err)
		for _, key := range keys {
			if err == nil && !is {
				problems = append(problems, s.remove(ctx, key))
			}
		}
	}
	return errors.Join(problems...)
}

// page requests the next page of a list.
func (s *S3) page(ctx context.Context, pages *s3.ListObjectsV2Paginator) (*s3.ListObjectsV2Output, error) {
	ctx, cancel := context.WithTimeout(ctx, callLimit)
	defer cancel()
	return pages.NextPage(ctx)
}
