package upload

import (
	"net/http"
	"strings"
)

// allowOrigins lets pages of every origin read an answer, also one that
// refuses: what protects an upload is its URL. A bucket of S3 does so if its
// CORS configuration says it.
func allowOrigins(header http.Header) {
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "ETag, x-amz-request-id, "+encryption+", Date")
}

// preflight answers a browser that asks whether a page may upload (Amazon S3
// User Guide, "Using cross-origin resource sharing"; the texts as clients of S3
// report them). Every header is allowed: which of them an upload may have is said
// by the answer to the upload, which the page can read.
func preflight(w http.ResponseWriter, r *http.Request) {
	header, method := w.Header(), r.Header.Get("Access-Control-Request-Method")
	switch {
	case r.Header.Get("Origin") == "":
		badRequest("BadRequest", "Insufficient information. Origin request header needed.").write(w)
		return
	case method == "":
		badRequest("BadRequest", "Invalid Access-Control-Request-Method: null").write(w)
		return
	case method != http.MethodPut:
		(&s3Error{Code: "AccessForbidden", status: http.StatusForbidden,
			Message: "CORSResponse: This CORS request is not allowed. A page may PUT a file to this URL, and do nothing else."}).write(w)
		return
	}
	header.Set("Access-Control-Allow-Methods", http.MethodPut)
	if asked := r.Header.Values("Access-Control-Request-Headers"); len(asked) > 0 {
		header.Set("Access-Control-Allow-Headers", strings.Join(asked, ", "))
	}
	header.Set("Access-Control-Max-Age", "899") // the URL's life
	header.Set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
	header.Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
}
