package server

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"poolhouse/internal/importjob"
	"poolhouse/internal/sigv4"
)

// TestShapeOfTooMany: a caller that calls too often gets the answers of Cognito and of IAM.
func TestShapeOfTooMany(t *testing.T) {
	cfg := settings(t.TempDir())
	cfg.RateUnsigned, cfg.RateSigned = 1, 1
	s := mustOpen(t, cfg)
	run(t, s)
	answer := func(media, target, service, body string, sign bool) *httptest.ResponseRecorder {
		for range 20 {
			r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "http://pool.example.com/", strings.NewReader(body))
			r.Header.Set("Content-Type", media)
			if target != "" {
				r.Header.Set("X-Amz-Target", target)
			}
			if sign {
				(&sigv4.Signer{AccessKey: s.Root().AccessKeyID, Secret: s.Root().Secret, Region: "us-east-1", Service: service}).Sign(r, []byte(body), time.Now())
			}
			w := httptest.NewRecorder()
			if s.http.Handler.ServeHTTP(w, r); strings.Contains(w.Body.String(), "Rate exceeded") {
				return w
			}
		}
		t.Fatalf("no call of %s%s is one too many", target, body)
		return nil
	}
	const shape = `{"__type":"TooManyRequestsException","message":"Rate exceeded"}`
	for _, w := range []*httptest.ResponseRecorder{answer(json, pools+"SignUp", "", `{}`, false), answer(json, pools+"ListUserPools", "cognito-idp", `{"MaxResults":1}`, true)} {
		if w.Code != http.StatusBadRequest || strings.TrimSpace(w.Body.String()) != shape || w.Header().Get("x-amzn-ErrorType") != "TooManyRequestsException:" || w.Header().Get("Content-Type") != json {
			t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
	}
	w := answer(form, "", "iam", "Action=ListUsers&Version=2010-05-08", true)
	if text := w.Body.String(); w.Code != http.StatusBadRequest || !strings.Contains(text, "<Code>Throttling</Code>") || !strings.Contains(text, "<Message>Rate exceeded</Message>") || !strings.Contains(text, "<Type>Sender</Type>") {
		t.Errorf("IAM: %d %s", w.Code, text)
	}
}

// TestRowsAreNoCalls: rows of an import do not count as calls, even with the lowest rate.
func TestRowsAreNoCalls(t *testing.T) {
	cfg := settings(t.TempDir())
	cfg.RateUnsigned, cfg.RateSigned, cfg.SkipLogRoleCheck = 1, 1, true
	s := mustOpen(t, cfg)
	url := uploadURL(t, s)
	run(t, s)
	var file strings.Builder
	file.WriteString("cognito:username,name,given_name,family_name,middle_name,nickname,preferred_username,profile,picture,website,email,email_verified,gender,birthdate,zoneinfo,locale,phone_number,phone_number_verified,address,updated_at,cognito:mfa_enabled\n")
	const rows = 2000
	for i := range rows {
		name := "u" + strconv.Itoa(i)
		file.WriteString(name + ",,,,,,,,,," + name + "@example.com,true,,,,,,false,,,false\n")
	}
	put, err := http.NewRequestWithContext(t.Context(), http.MethodPut, url, strings.NewReader(file.String()))
	if err != nil {
		t.Fatal(err)
	}
	put.Header.Set("X-Amz-Server-Side-Encryption", "aws:kms")
	a, err := http.DefaultClient.Do(put)
	if err != nil {
		t.Fatal(err)
	}
	if a.Body.Close(); a.StatusCode != http.StatusOK {
		t.Fatal(a.Status)
	}
	key := importKey("us-east-1_AbCdEfGhI", "import-0123456789")
	if _, err := s.store.UpdateJob(t.Context(), key, func(j *importjob.Job) error { return j.Start("", time.Now()) }); err != nil {
		t.Fatal(err)
	}
	s.engine.Wake()
	eventually(t, "the import to end", func() bool {
		j, err := s.store.Job(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		return !j.Completed.IsZero()
	})
	if j, err := s.store.Job(t.Context(), key); err != nil || j.Counts.Imported != rows {
		t.Errorf("%+v, %v", j, err)
	}
}
