package console

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	poolhouseapi "poolhouse/internal/api/poolhouse"
)

// The files with a job's rows: those that were not imported or, with rows=imported, the
// users that the job created.
func jobResultsAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/results.csv", of: "/pools/{pool}/import-jobs/{job}", show: showResults(poolhouseapi.ImportResultsFormatTypeCsv, "text/csv; charset=utf-8")}
}

func jobResultLinesAction() action {
	return action{path: "/pools/{pool}/import-jobs/{job}/results.ndjson", of: "/pools/{pool}/import-jobs/{job}", show: showResults(poolhouseapi.ImportResultsFormatTypeNdjson, "application/x-ndjson")}
}

// download is a file that is generated while it is sent, part by part.
type download struct {
	Name, Media string
	// next returns the next part, and whether another one follows.
	next func() (part []string, more bool, err error)
}

// showResults returns an action that sends a file of a job's rows. The first part is
// generated before anything is sent, so that an error can still become a page.
func showResults(format poolhouseapi.ImportResultsFormatType, media string) func(context.Context, *visit) (*page, error) {
	return func(ctx context.Context, v *visit) (*page, error) {
		in := &poolhouseapi.GetUserImportJobResultsRequest{UserPoolId: v.r.PathValue("pool"), JobId: v.r.PathValue("job"), Format: format, Content: poolhouseapi.ImportResultsContentTypeNotImported}
		if v.r.FormValue("rows") == "imported" {
			in.Content = poolhouseapi.ImportResultsContentTypeImported
		}
		for _, verdict := range []poolhouseapi.ImportRowsVerdictType{poolhouseapi.ImportRowsVerdictTypeFailed, poolhouseapi.ImportRowsVerdictTypeSkipped, poolhouseapi.ImportRowsVerdictTypeNotReached} {
			if strings.EqualFold(v.r.FormValue("verdict"), string(verdict)) {
				in.Verdicts = []poolhouseapi.ImportRowsVerdictType{verdict}
			}
		}
		out, err := do(ctx, v, poolhouseapi.GetUserImportJobResults, in)
		if err != nil {
			return nil, err
		}
		name, isFirst := out.FileName, true
		if name == "" {
			name = in.JobId + "." + strings.ToLower(string(format))
		}
		return &page{download: &download{Name: name, Media: media, next: func() (part []string, more bool, err error) {
			if !isFirst {
				if !v.stillSignedIn(ctx) {
					return nil, false, errOut
				}
				in.NextToken = out.NextToken
				if out, err = do(ctx, v, poolhouseapi.GetUserImportJobResults, in); err != nil {
					return nil, false, err
				}
			}
			isFirst = false
			return out.Records, out.NextToken != "", nil
		}}}, nil
	}
}

// errOut breaks off a download when its session has ended.
var errOut = errors.New("console: the session ended")

// sendDownload sends a file. If it cannot be completed, the connection is broken off, so
// that the browser does not keep a part as the whole file.
func (c *Console) sendDownload(w http.ResponseWriter, v *visit, d *download) {
	w.Header().Set("Content-Type", d.Media)
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": d.Name}))
	if v.r.Method == http.MethodHead {
		return
	}
	control := http.NewResponseController(w)
	for more := true; more; {
		var part []string
		var err error
		if part, more, err = d.next(); err == nil {
			err = sendPart(w, control, part)
		}
		select {
		case <-c.closing:
			if more {
				err = errors.Join(err, http.ErrServerClosed)
			}
		default:
		}
		if err != nil {
			c.Log.WarnContext(v.r.Context(), "download of import rows broke off", "path", v.r.Pattern, "error", err)
			panic(http.ErrAbortHandler)
		}
	}
}

// sendPart sends a part of a file. Each part has its own time limit.
func sendPart(w io.Writer, control *http.ResponseController, part []string) error {
	if err := control.SetWriteDeadline(time.Now().Add(sendAnswer)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	for _, record := range part {
		if _, err := io.WriteString(w, record); err != nil {
			return err
		}
	}
	return nil
}
