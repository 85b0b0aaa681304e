package sigv4_test

import (
	"bytes"
	"errors"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"time"

	"poolhouse/internal/sigv4"
)

// A client signs a request. A server that knows the secret of the access key verifies it.
func ExampleVerifier() {
	now := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	body := []byte(`{"MaxResults": 10}`)
	request := httptest.NewRequest(http.MethodPost, "http://localhost:9229/", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.ListUserPools")

	signer := sigv4.Signer{AccessKey: "AKIDEXAMPLE", Secret: "secret", Region: "us-east-1", Service: "cognito-idp"}
	signer.Sign(request, body, now)

	verifier := sigv4.Verifier{
		Regions: sigv4.OneRegion("us-east-1"), Service: "cognito-idp",
		Keys: sigv4.OneKey("AKIDEXAMPLE", "secret"),
	}
	signature, err := verifier.Verify(request, body, now)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(signature.AccessKey, "in", signature.Region)

	// The signature covers the body: another one is refused.
	_, err = verifier.Verify(request, []byte(`{"MaxResults": 60}`), now)
	refusal, refused := errors.AsType[*sigv4.Error](err)
	fmt.Println(refused, refusal.Kind == sigv4.Mismatch)

	// It covers the time, too, which must be the server's to within MaxSkew.
	_, err = verifier.Verify(request, body, now.Add(sigv4.MaxSkew+time.Second))
	fmt.Println(err)

	// Output:
	// AKIDEXAMPLE in us-east-1
	// true true
	// Signature expired: 20261121T120000Z is now earlier than 20261121T120001Z (20261121T120501Z - 5 min.)
}

// A pre-signed URL lets a client without a key make one request for some time.
func ExampleSigner_Presign() {
	now := time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC)
	signer := sigv4.Signer{AccessKey: "AKIDEXAMPLE", Secret: "secret", Region: "us-east-1", Service: "s3"}
	place, err := url.Parse("https://imports.example.com/file.csv")
	if err != nil {
		log.Fatal(err)
	}
	signed := signer.Presign(http.MethodPut, place, nil, now, 15*time.Minute)

	verifier := sigv4.Verifier{
		Regions: sigv4.OneRegion("us-east-1"), Service: "s3", Keys: sigv4.OneKey("AKIDEXAMPLE", "secret"),
	}
	request := httptest.NewRequest(http.MethodPut, signed, http.NoBody)
	_, err = verifier.VerifyPresigned(request, now.Add(14*time.Minute))
	fmt.Println("after 14 minutes:", err)
	_, err = verifier.VerifyPresigned(request, now.Add(15*time.Minute))
	fmt.Println("after 15 minutes:", err)

	// Output:
	// after 14 minutes: <nil>
	// after 15 minutes: Request has expired
}
