package server

import (
	"context"
	"net/http"

	"poolhouse/internal/importfile"
	cognitoservice "poolhouse/internal/service/cognito"
	poolhouseservice "poolhouse/internal/service/poolhouse"
	"poolhouse/internal/upload"
)

// files is where uploads are.
type files interface {
	cognitoservice.Uploads
	poolhouseservice.Files
	// RemoveStrays removes what was uploaded for user pools that do not exist.
	RemoveStrays(ctx context.Context, exists upload.Exists) error
	// Origin returns the origin of the URLs to which clients upload.
	Origin() string
}

// onDisk is files in the data directory, which come through this server.
type onDisk struct {
	*upload.Issuer
	*upload.Disk
}

// openFiles opens where uploads are.
func (s *Server) openFiles(ctx context.Context) (err error) {
	if s.cfg.Uploads != "" {
		return s.openBucket(ctx)
	}
	if s.disk, err = upload.OpenDisk(s.cfg.UploadsPath(), s.cfg.ImportMaxBytes); err != nil {
		return err
	}
	s.disk.Limit(upload.Room{Bytes: s.cfg.UploadsMaxBytes, Waiting: s.store.WaitingBytes, Free: s.cfg.UploadsMinFree})
	if err := s.disk.Stuck(); err != nil {
		s.log.Warn("what is left of uploads that were broken off could not be removed", "error", err)
	}
	s.filesPlace, err = s.directoryName()
	return err
}

// openReceiver makes what signs the URLs of uploads to the data directory, and what
// receives them.
func (s *Server) openReceiver(ctx context.Context) error {
	if s.disk == nil {
		return nil
	}
	key, err := s.sharedKey(ctx, "upload-urls", uploadKeySize)
	if err != nil {
		return err
	}
	issuer, err := upload.NewIssuer(s.url, s.cfg.AccountID, string(key))
	if err != nil {
		return err
	}
	s.files = onDisk{issuer, s.disk}
	s.reader = s.fileReader()
	receiver := &upload.Handler{
		Issuer: issuer, Disk: s.disk, Jobs: s.store, Uploads: importfile.Arrivals{Store: s.store, Reader: s.reader}, Idle: uploadIdle, Log: s.log, Uploaded: s.uploaded, Observer: s.metrics, Address: func(r *http.Request) string { return s.proxies.Caller(r).Address },
	}
	s.receiver, s.putter = receiver, receiver
	return nil
}

// uploadKeySize is how many random bytes the key of pre-signed URLs has.
const uploadKeySize = 32

// fileReader makes what looks at files that no import job owns yet.
func (s *Server) fileReader() *importfile.Reader {
	return importfile.NewReader(s.store, s.files, importfile.Config{
		Node: s.node, Checker: s.store, Limits: fileLimits(s.cfg), Strict: strict(s.cfg), Lease: s.cfg.ImportTakeover - takeoverMargin, Log: s.log,
	})
}

// openBucket opens a bucket and makes sure that it can be used.
func (s *Server) openBucket(ctx context.Context) error {
	location, err := upload.ParseS3Location(s.cfg.Uploads)
	if err != nil {
		return err
	}
	provider, err := upload.S3Credentials(ctx, location.Region, s.getenv)
	if err != nil {
		return err
	}
	bucket, err := upload.OpenS3(ctx, location, provider, s.cfg.AccountID)
	if err != nil {
		return err
	}
	bucket.Dir = s.cfg.Data
	s.files, s.filesPlace = bucket, location.String()
	s.putter = &upload.Relay{Dir: s.cfg.Data, MaxBytes: s.cfg.ImportMaxBytes}
	s.reader = s.fileReader()
	return bucket.Check(ctx)
}
