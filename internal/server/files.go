package server

import (
	"context"
	"net/http"

	"poolhouse/internal/importfile"
	cognitoservice "poolhouse/internal/service/cognito"
	poolhouseservice "poolhouse/internal/service/poolhouse"
	"poolhouse/internal/upload"
)

// files is the place of uploads: the data directory or a bucket.
type files interface {
	cognitoservice.Uploads
	poolhouseservice.Files
	// RemoveStrays removes the uploads of user pools that do not exist.
	RemoveStrays(ctx context.Context, exists upload.Exists) error
	// Origin returns the origin of the upload URLs.
	Origin() string
}

// onDisk is the place of uploads in the data directory. Clients send them to this server.
type onDisk struct {
	*upload.Issuer
	*upload.Disk
}

// openFiles opens the place of uploads.
func (s *Server) openFiles(ctx context.Context) (err error) {
	if s.cfg.Uploads != "" {
		return s.openBucket(ctx)
	}
	if s.disk, err = upload.OpenDisk(s.cfg.UploadsPath(), s.cfg.ImportMaxBytes); err != nil {
		return err
	}
	s.disk.Limit(upload.Room{Bytes: s.cfg.UploadsMaxBytes, Waiting: s.store.WaitingBytes, Free: s.cfg.UploadsMinFree})
	if err := s.disk.RemoveErrors(); err != nil {
		s.log.Warn("could not remove the remains of interrupted uploads", "error", err)
	}
	s.filesPlace, err = s.directoryName()
	return err
}

// openReceiver makes the signer of upload URLs and the receiver of uploads, for uploads to the
// data directory.
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

// uploadKeySize is the size of the key of pre-signed URLs, in bytes.
const uploadKeySize = 32

// fileReader makes the reader of files that no import job owns yet.
func (s *Server) fileReader() *importfile.Reader {
	return importfile.NewReader(s.store, s.files, importfile.Config{
		Node: s.node, Checker: s.store, Limits: fileLimits(s.cfg), Strict: strict(s.cfg), Lease: s.cfg.ImportTakeover - takeoverMargin, Log: s.log,
	})
}

// openBucket opens a bucket and checks that the server can use it.
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
