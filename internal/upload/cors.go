package upload

import (
	"net/http"
	"strings"
)

// allowOrigins allows pages of every origin to read an answer, including refusals: an upload is
// protected by its URL. An S3 bucket does the same if its CORS configuration says so.
func allowOrigins(header http.Header) {
	header.Set("Access-Control-Allow-Origin", "*")
	header.Set("Access-Control-Expose-Headers", "ETag, x-amz-request-id, "+encryption+", Date")
}

// preflight answers a browser's question whether a page may upload (Amazon S3 User Guide, "Using
// cross-origin resource sharing"; the texts as clients of S3 report them). It allows every header.
// The answer to the upload itself, which the page can read, says which headers are refused.
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
	header.Set("Access-Control-Max-Age", "899") // the lifetime of the URL
	header.Set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
	header.Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
}
