package dispatch_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"poolhouse/internal/awsjson"
	"poolhouse/internal/dispatch"
)

// BenchmarkCall measures all steps of a signed call of a user, except for the connection and
// the work of the handler.
func BenchmarkCall(b *testing.B) {
	f := newFixture(b, func(o *dispatch.Options) { o.Log, o.Ended = slog.New(slog.DiscardHandler), nil })
	f.put(b, watcher)
	pools, _ := f.handlers()
	body := `{"UserPoolId":"` + pool + `","MaxResults":1}`
	signed := f.signed(b, "cognito-idp", awsjson.ContentType, "AWSCognitoIdentityProviderService.ListUserImportJobs", body)
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(body))
		r.Header = signed.Header.Clone()
		w := httptest.NewRecorder()
		if pools.ServeHTTP(w, r); w.Code != http.StatusOK {
			b.Fatal(w.Body)
		}
	}
}
