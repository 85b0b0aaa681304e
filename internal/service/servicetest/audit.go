package servicetest

import (
	"fmt"
	"time"

	"poolhouse/internal/audit"
)

// The principals of [Fixture.WithAudit].
const (
	Ada  = "arn:aws:iam::000000000000:user/ada"
	root = "arn:aws:iam::000000000000:root"
)

// begun is the time of the first event.
var begun = time.UnixMilli(1_700_000_000_500).UTC()

// WithAudit adds 250 events, one per second. One of every five is ada's, and one of every ten
// deletes a user.
func (f *Fixture) WithAudit() {
	f.T.Helper()
	var events []audit.Event
	for i := range 250 {
		e := audit.Event{ID: fmt.Sprintf("01890000-0000-7000-8000-%012d", i), At: begun.Add(time.Duration(i) * time.Second), RequestID: fmt.Sprint("r", i),
			Region: "eu-west-1", Service: "cognito-idp", Operation: "AdminCreateUser", Principal: root, AccessKeyID: "PHIA", Address: "192.0.2.7", UserAgent: "aws-cli/2", Resource: "*"}
		if i%5 == 0 {
			e.Principal = Ada
		}
		if i%10 == 0 {
			e.Operation, e.Result = "AdminDeleteUser", "UserNotFoundException"
		}
		events = append(events, e)
	}
	if err := f.Store.Audit().Append(f.T.Context(), events); err != nil {
		f.T.Fatal(err)
	}
}
