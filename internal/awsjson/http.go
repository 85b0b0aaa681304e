package awsjson

import (
	"net/http"
	"strconv"
)

// writeBody sends an answer whose body is whole.
func writeBody(w http.ResponseWriter, status int, body []byte) {
	header := w.Header()
	header.Set("Content-Type", ContentType)
	header.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the client may have gone; nobody is left to tell
}

// allowOrigins lets pages of every origin read the answer, as the real
// endpoint does: what protects a call is its signature or token.
func allowOrigins(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date")
}

// preflight answers a browser that asks whether it may call.
func preflight(w http.ResponseWriter, req *http.Request) {
	header := w.Header()
	header.Set("Access-Control-Allow-Methods", "OPTIONS,GET,POST")
	header.Set("Access-Control-Max-Age", "172800")
	allowed := "Authorization,Content-Type,X-Amz-Date,X-Amz-Security-Token,X-Amz-Target,X-Amz-User-Agent," +
		"X-Amz-Content-Sha256,Cache-Control,Amz-Sdk-Invocation-Id,Amz-Sdk-Request"
	header.Set("Access-Control-Allow-Headers", allowed)
	header.Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
}
