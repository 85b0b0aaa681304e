package importfile

import (
	"context"
	"io"

	"poolhouse/internal/importjob"
	"poolhouse/internal/usercsv"
)

// Check surveys a whole uploaded file and judges its rows, as an import would. It ends with
// its context. An [importjob.FileGone] error says that the file is not what was uploaded.
func Check(ctx context.Context, files importjob.Files, file importjob.Upload, limits usercsv.Limits, want usercsv.Import) (*usercsv.Report, error) {
	open := func() (io.ReadCloser, error) {
		opened, err := files.Open(ctx, file, 0)
		if err != nil {
			return nil, err
		}
		return &watched{ReadCloser: opened, ctx: ctx}, nil
	}
	look, err := usercsv.Check(open, limits, want)
	if err != nil {
		return nil, err
	}
	if look.SHA256 != "" && (look.Size != file.Size || file.SHA256 != "" && look.SHA256 != file.SHA256) {
		return nil, importjob.FileChanged
	}
	return look, nil
}

// watched is a reader that ends with its context.
type watched struct {
	io.ReadCloser
	ctx context.Context
}

func (w *watched) Read(p []byte) (int, error) {
	if err := context.Cause(w.ctx); err != nil {
		return 0, err
	}
	return w.ReadCloser.Read(p)
}
