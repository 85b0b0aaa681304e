package iamservice

import (
	"errors"

	iamapi "poolhouse/internal/api/iam"
	"poolhouse/internal/apicore"
	"poolhouse/internal/iam"
)

// refusals says which error of IAM's API tells of which kind of refusal, with
// the HTTP status of the model. ValidationError is one of the common errors,
// which the model does not name. A kind that is not here is an InternalFailure.
var refusals = map[iam.Kind]apicore.ErrorInfo{
	iam.NoSuchEntity:            iamapi.NoSuchEntityException,
	iam.EntityAlreadyExists:     iamapi.EntityAlreadyExistsException,
	iam.DeleteConflict:          iamapi.DeleteConflictException,
	iam.LimitExceeded:           iamapi.LimitExceededException,
	iam.MalformedPolicyDocument: iamapi.MalformedPolicyDocumentException,
	iam.InvalidInput:            iamapi.InvalidInputException,
	iam.ValidationError:         {Code: "ValidationError", Status: 400},
}

// ErrorOf returns the error of the API that tells of err, nil when err is no
// refusal of IAM's: then the dispatcher logs it and answers InternalFailure.
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

// checkServed refuses the parameter that is not served: to take a permissions
// boundary and not to keep to it would allow more than was asked for.
func checkServed(boundary string) error {
	if boundary != "" {
		return iam.Refusef(iam.InvalidInput, "PermissionsBoundary is not served by this Poolhouse version. Leave it out.")
	}
	return nil
}
