package dispatch_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	cognitoapi "poolhouse/internal/api/cognito"
	"poolhouse/internal/awsjson"
	"poolhouse/internal/dispatch"
)

// TestUnsignedAnswersAreSentFirst: a client without a signature gets the answer before the
// hook is called. So the response time does not reveal what is recorded.
func TestUnsignedAnswersAreSentFirst(t *testing.T) {
	answered := make(chan struct{}, 2)
	f := newFixture(t, func(o *dispatch.Options) {
		o.Ended = func(context.Context, *dispatch.Call, dispatch.End) {
			select {
			case <-answered:
			case <-time.After(time.Minute):
				t.Error("the hook was told first")
			}
		}
	})
	dispatch.HandleCall(f.dispatcher, cognitoapi.InitiateAuth, func(context.Context, *dispatch.Call, *cognitoapi.InitiateAuthRequest) (*cognitoapi.InitiateAuthResponse, error) {
		return &cognitoapi.InitiateAuthResponse{}, nil
	})
	s := httptest.NewServer(f.dispatcher.Handler(f.asJSON))
	defer s.Close()
	for _, flow := range []string{"USER_PASSWORD_AUTH", "no flow"} {
		body := `{"ClientId":"abcdefghijklmnopqrstuvwxyz","AuthFlow":"` + flow + `"}`
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL, strings.NewReader(body))
		noError(t, err)
		r.Header.Set("Content-Type", awsjson.ContentType)
		r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.InitiateAuth")
		answer, err := s.Client().Do(r)
		noError(t, err)
		answered <- struct{}{}
		if answer.ContentLength < 0 {
			t.Error("the answer has no length")
		}
		noError(t, answer.Body.Close())
	}
}
