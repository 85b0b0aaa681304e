package service

import (
	"errors"

	"poolhouse/internal/apicore"
	"poolhouse/internal/userpool"
)

// exceptions maps kinds of errors to exceptions of the API. Any other kind is an
// InternalErrorException.
var exceptions = map[userpool.Kind]string{
	userpool.InvalidParameter:       "InvalidParameterException",
	userpool.ResourceNotFound:       "ResourceNotFoundException",
	userpool.UserNotFound:           "UserNotFoundException",
	userpool.UsernameExists:         "UsernameExistsException",
	userpool.AliasExists:            "AliasExistsException",
	userpool.PreconditionNotMet:     "PreconditionNotMetException",
	userpool.LimitExceeded:          "LimitExceededException",
	userpool.ImportInProgress:       "UserImportInProgressException",
	userpool.ConcurrentModification: "ConcurrentModificationException",
	userpool.InvalidPassword:        "InvalidPasswordException",
	userpool.UnsupportedUserState:   "UnsupportedUserStateException",
	userpool.CodeDeliveryFailure:    "CodeDeliveryFailureException",
	userpool.FeatureUnavailable:     "FeatureUnavailableInTierException",
	userpool.TaggingRefused:         "UserPoolTaggingException",
	userpool.ScopeUnknown:           "ScopeDoesNotExistException",
	userpool.OAuthFlowInvalid:       "InvalidOAuthFlowException",
	userpool.NotAuthorized:          "NotAuthorizedException",
	userpool.UserNotConfirmed:       "UserNotConfirmedException",
	userpool.PasswordResetRequired:  "PasswordResetRequiredException",
	userpool.CodeMismatch:           "CodeMismatchException",
	userpool.CodeExpired:            "ExpiredCodeException",
	userpool.TooManyRequests:        "TooManyRequestsException",
	userpool.PasswordUsedBefore:     "PasswordHistoryPolicyViolationException",
	userpool.SoftwareTokenRefused:   "EnableSoftwareTokenMFAException",
	userpool.SoftwareTokenNotFound:  "SoftwareTokenMFANotFoundException",
	userpool.UnsupportedToken:       "UnsupportedTokenTypeException",
	userpool.UnsupportedOperation:   "UnsupportedOperationException",
	userpool.Unauthorized:           "UnauthorizedException",
	userpool.RefreshTokenReused:     "RefreshTokenReuseException",
}

// ErrorOf returns the exception for err, nil if err is not an error of the domain. The
// dispatcher logs such an error and answers InternalErrorException.
func ErrorOf(err error) *apicore.Error {
	e, ok := errors.AsType[*userpool.Error](err)
	if !ok {
		return nil
	}
	name, ok := exceptions[e.Kind]
	if !ok {
		return nil
	}
	return &apicore.Error{Name: name, Message: e.Message, Status: 400, Detail: e.Detail}
}
