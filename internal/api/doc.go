// Package api is the API as data: the types of requests and answers, the
// constraints on requests and the table of operations, all generated from
// models in botocore's format. Cognito's model is not part of this
// repository; poolhouse.json, the model of this server's own operations, is.
//
// Members are values, not pointers, save where absent and empty differ: an
// optional number, flag or structure is a pointer. Absent members are left
// out of answers; an empty list or map that is not nil is written.
//
//go:generate go run poolhouse/internal/api/gen -cognito $POOLHOUSE_API_MODEL -own poolhouse.json
package api
