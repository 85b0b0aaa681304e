package awsjson

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"

	"poolhouse/internal/apicore"
	"poolhouse/internal/exchange"
)

// encode writes JSON as Java does, without escapes for HTML.
func encode(v any) ([]byte, error) {
	var buffer bytes.Buffer
	e := json.NewEncoder(&buffer)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(buffer.Bytes(), []byte("\n")), nil
}

// allowOrigins lets pages of every origin read the answer, as the real endpoint does.
// Calls are protected by their signature or token.
func allowOrigins(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date,"+exchange.DetailHeader)
}

// allowedHeaders are the headers that SDKs in a browser send. A wildcard is not enough:
// it does not include Authorization.
var allowedHeaders = strings.Join([]string{
	"Authorization", "Content-Type", "Cache-Control",
	"X-Amz-Content-Sha256", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Target", "X-Amz-User-Agent",
	"Amz-Sdk-Invocation-Id", "Amz-Sdk-Request",
}, ",")

// preflight answers the preflight request of a browser.
func preflight(w http.ResponseWriter) {
	header := w.Header()
	header.Set("Access-Control-Allow-Methods", "OPTIONS,POST")
	header.Set("Access-Control-Max-Age", "172800")
	header.Set("Access-Control-Allow-Headers", allowedHeaders)
	header.Set("Content-Length", "0")
	w.WriteHeader(http.StatusOK)
}

// maxShown bounds the bytes of a client's text that a message repeats.
const maxShown = 1024

func clip(s string) string { return apicore.Clip(s, maxShown) }
