package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/sigv4"
)

// floorUser has the form of AdminGetUser's answer.
type floorUser struct {
	Username             string
	UserAttributes       []struct{ Name, Value string }
	UserCreateDate       float64
	UserLastModifiedDate float64
	Enabled              bool
	UserStatus           string
}

// floorJob has the form of DescribeUserImportJob's answer.
type floorJob struct {
	UserImportJob struct {
		JobName, JobId, UserPoolId, PreSignedUrl, Status, CloudWatchLogsRoleArn, CompletionMessage string
		CreationDate, StartDate, CompletionDate                                                    float64
		ImportedUsers, SkippedUsers, FailedUsers                                                   int64
	}
}

// floorAnswers has the answers of the bare server. They are real answers of the server that
// is compared with it.
type floorAnswers struct {
	AdminGetUser          floorUser
	DescribeUserImportJob floorJob
	ListUserPools         struct{} // the call that checks whether a server is up
}

// Floor runs the bare server on a free port. It does only what every server of the API must
// do: it reads the request, verifies its signature and writes an answer as JSON. It logs its
// address as the server does.
func Floor(ctx context.Context, accessKey, secret, answers string, log io.Writer) error {
	text, err := os.ReadFile(answers)
	if err != nil {
		return err
	}
	f := floor{verifier: sigv4.Verifier{Regions: sigv4.OneRegion(region), Service: "cognito-idp", Keys: sigv4.OneKey(accessKey, secret)}}
	if err := json.Unmarshal(text, &f.answers); err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	slog.New(slog.NewJSONHandler(log, nil)).Info("listening", "url", "http://"+listener.Addr().String())
	server := &http.Server{Handler: &f, ReadHeaderTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

type floor struct {
	verifier sigv4.Verifier
	answers  floorAnswers
}

// ServeHTTP answers one request.
func (f *floor) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if _, err := f.verifier.Verify(r, body, time.Now()); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var in struct{ UserPoolId, Username, JobId string }
	if err := json.Unmarshal(body, &in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	answer, err := json.Marshal(f.answer(strings.TrimPrefix(r.Header.Get("X-Amz-Target"), targets)))
	if err != nil {
		http.Error(w, fmt.Sprint(err), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", contentType)
	w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
	_, _ = w.Write(answer) // the client may have disconnected
}

func (f *floor) answer(operation string) any {
	switch operation {
	case "AdminGetUser":
		return &f.answers.AdminGetUser
	case "DescribeUserImportJob":
		return &f.answers.DescribeUserImportJob
	}
	return &f.answers.ListUserPools
}
