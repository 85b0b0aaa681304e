package cli

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// errNoCheck refuses a check on a server that is not Poolhouse.
var errNoCheck = errors.New("--check needs Poolhouse: Amazon Cognito looks at a file when its job runs. " +
	"`poolhouse check FILE --pool pool.json` checks it by the rules alone, without a server")

// checkQuery is the input of CheckUserImport.
type checkQuery struct {
	UserPoolId, UploadId string
	FromLine             int64 `json:",omitempty"`
	MaxRows              int
	readingAsked
}

// pageRows is the most rows that a call returns.
const pageRows = 1000

// check uploads the file and prints what an import would do with it. Nothing is imported.
func (r *importRun) check(ctx context.Context, out io.Writer, path string, spec jobSpec, s *rowsShown) error {
	if isAWS(r.cfg.BaseEndpoint) {
		return errNoCheck
	}
	if err := r.survey(ctx, path, spec.algorithm, spec.asked.local()); err != nil {
		return err
	}
	u, err := r.send(ctx, path, spec.algorithm)
	if errors.Is(err, errNotOffered) {
		return errNoCheck
	}
	if err != nil {
		return err
	}
	defer r.discard(ctx, u.UploadId)
	return r.showCheck(ctx, out, path, checkQuery{UserPoolId: r.poolID, UploadId: u.UploadId, readingAsked: spec.asked}, s)
}

// discard deletes the uploaded file. If that fails, the server deletes it later.
func (r *importRun) discard(ctx context.Context, uploadID string) {
	ctx, done := lingering(ctx)
	defer done()
	in := map[string]string{"UserPoolId": r.poolID, "UploadId": uploadID}
	if err := callOwn(ctx, r.cfg, "DeleteUserImportUpload", in, new(struct{})); err != nil {
		say(r.out, "nothing was imported; the uploaded file was not deleted now and is deleted within 24 hours: %v\n", refusal(err))
		return
	}
	say(r.out, "nothing was imported; the uploaded file is deleted\n")
}

// showCheck prints the check of an upload, page by page.
func (r *importRun) showCheck(ctx context.Context, out io.Writer, path string, query checkQuery, s *rowsShown) error {
	if query.MaxRows = max(1, min(s.rows, pageRows)); s.all {
		query.MaxRows = pageRows
	}
	first, err := r.checkPage(ctx, query)
	if err != nil {
		return err
	}
	next := func(from int64) (*checkResult, error) {
		query.FromLine = from
		return r.checkPage(ctx, query)
	}
	return first.show(out, path, rowsFrom(first, next, s.most()), s, query.Strict)
}

// checkPage makes one call. For each call the server reads the whole file.
func (r *importRun) checkPage(ctx context.Context, query checkQuery) (*checkResult, error) {
	var page struct{ Check *checkResult }
	err := r.patiently(ctx, func(ctx context.Context) error {
		page.Check = new(checkResult)
		return callOwn(ctx, longer(r.cfg, fileLimit), "CheckUserImport", query, &page)
	})
	return page.Check, err
}

// rowsFrom returns up to most rows of a check that would not be imported, -1 for all: those
// of its first page, and then of the pages that next returns from a line on.
func rowsFrom(page *checkResult, next func(from int64) (*checkResult, error), most int) checkedRows {
	return func(yield func(*rejectedRow, error) bool) {
		for left := most; ; {
			for i := range page.Rows {
				if left == 0 || !yield(&page.Rows[i], nil) {
					return
				}
				left--
			}
			from := page.NextLine
			if from == 0 || left == 0 {
				return
			}
			var err error
			if page, err = next(from); err != nil {
				yield(nil, err)
				return
			}
			if page.NextLine == from { // it would not end
				page.NextLine = 0
			}
		}
	}
}

// fileLimit bounds a call for which the server reads or writes a whole file.
const fileLimit = 10 * time.Minute

// longer returns a configuration with a longer time limit for calls.
func longer(cfg aws.Config, limit time.Duration) aws.Config {
	client := httpClient(cfg)
	client.Timeout = limit
	cfg.HTTPClient = client
	return cfg
}
