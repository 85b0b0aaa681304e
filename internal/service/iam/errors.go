package iamservice

import (
	"errors"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/iam"
)

// refusals maps kinds of refusals to errors of IAM's API, with the model's HTTP status.
// ValidationError is one of the common errors, which the model does not name. Any other kind is
// an InternalFailure.
var refusals = map[iam.Kind]apicore.ErrorInfo{
	iam.NoSuchEntity:            iamapi.NoSuchEntityException,
	iam.EntityAlreadyExists:     iamapi.EntityAlreadyExistsException,
	iam.DeleteConflict:          iamapi.DeleteConflictException,
	iam.LimitExceeded:           iamapi.LimitExceededException,
	iam.MalformedPolicyDocument: iamapi.MalformedPolicyDocumentException,
	iam.InvalidInput:            iamapi.InvalidInputException,
	iam.ValidationError:         {Code: "ValidationError", Status: 400},
}

// ErrorOf returns the API's error for err, nil if err is not a refusal of IAM. The dispatcher
// logs such an error and answers InternalFailure.
func ErrorOf(err error) *apicore.Error {
	r, ok := errors.AsType[*iam.Refusal](err)
	if !ok {
		return nil
	}
	info, ok := refusals[r.Kind]
	if !ok {
		return nil
	}
	return &apicore.Error{Name: info.Code, Message: r.Message, Status: info.Status}
}

// checkServed refuses a permissions boundary, which is not served. Accepting and ignoring it
// would allow more than the caller asked for.
func checkServed(boundary string) error {
	if boundary != "" {
		return iam.Errorf(iam.InvalidInput, "PermissionsBoundary is not served by this Poolhouse version. Leave it out.")
	}
	return nil
}
