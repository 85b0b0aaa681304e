// Package servicetest is what the services' tests share. [Fixture] has the operations with
// JSON, on a real store with uploads and an engine; [IAM] has those of IAM and STS. Tests call
// both through a dispatcher, as the server does. The dispatcher reports every error that the
// model does not name. [Meddling] changes what an operation has read before it writes.
package servicetest
