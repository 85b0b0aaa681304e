package upload

// Observer is told of uploads. Its methods are called from many goroutines and return at once.
type Observer interface {
	// UploadBegan is told when a file begins to come.
	UploadBegan()
	// UploadStopped is told when no more of that file comes.
	UploadStopped()
	// UploadEnded is told of the end of each upload, also of one that was refused before its
	// file came: S3's code of the error, "" for a file that was taken, and its size in bytes.
	UploadEnded(code string, size int64)
}

// Codes returns S3's codes of the errors that an upload may end with.
func Codes() []string {
	return []string{
		"AccessDenied", "AccessForbidden", "AuthorizationQueryParametersError", "BadDigest", "EntityTooLarge", "ExpiredToken", "IncompleteBody",
		"InternalError", "InvalidAccessKeyId", "InvalidArgument", "InvalidDigest", "MethodNotAllowed", "NoSuchKey", "NotImplemented", "RequestTimeout",
		"SignatureDoesNotMatch", codeSlowDown,
	}
}

// began tells the observer that a file begins to come, and returns what tells that no more comes.
func (h *Handler) began() (stopped func()) {
	if h.Observer == nil {
		return func() {}
	}
	h.Observer.UploadBegan()
	return h.Observer.UploadStopped
}

// ended tells the observer of the end of an upload.
func (h *Handler) ended(fail *s3Error, size int64) {
	switch {
	case h.Observer == nil:
	case fail != nil:
		h.Observer.UploadEnded(fail.Code, 0)
	default:
		h.Observer.UploadEnded("", size)
	}
}
