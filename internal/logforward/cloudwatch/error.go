package cloudwatch

import (
	"errors"

	"github.com/aws/smithy-go"

	"poolhouse/internal/logforward"
)

const (
	codeNotFound = "ResourceNotFoundException"
	codeExists   = "ResourceAlreadyExistsException"
)

// refusals are the errors that only a person can fix (API Reference of CloudWatch Logs,
// common errors).
var refusals = map[string]string{
	"AccessDeniedException":         "the credentials do not allow it",
	"AccessDenied":                  "the credentials do not allow it",
	"NotAuthorized":                 "the credentials do not allow it",
	"OptInRequired":                 "the account is not signed up for it",
	"UnrecognizedClientException":   "the credentials are wrong",
	"InvalidClientTokenId":          "the credentials are wrong",
	"InvalidSignatureException":     "the credentials are wrong",
	"SignatureDoesNotMatch":         "the credentials are wrong",
	"IncompleteSignature":           "the credentials are wrong",
	"MissingAuthenticationToken":    "the credentials are wrong",
	"ExpiredTokenException":         "the credentials have expired",
	"RequestExpired":                "the clock is wrong",
	"InvalidParameterException":     "it does not take these events",
	"ValidationException":           "it does not take these events",
	"ValidationError":               "it does not take these events",
	"LimitExceededException":        "a limit of the account is reached",
	"ServiceQuotaExceededException": "a limit of the account is reached",
}

// explain turns errors that only a person can fix into refusals.
func explain(err error) error {
	if reason, ok := refusals[codeOf(err)]; ok {
		return &logforward.Refusal{Reason: "CloudWatch Logs: " + reason, Err: err}
	}
	return err
}

// codeOf returns the AWS code of the error, or "".
func codeOf(err error) string {
	if named, ok := errors.AsType[smithy.APIError](err); ok {
		return named.ErrorCode()
	}
	return ""
}
