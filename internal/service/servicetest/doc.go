// Package servicetest is what tests of the services share: [Fixture] is the
// operations that speak JSON, on a real store with uploads and an engine, [IAM]
// those of IAM and STS. Both are called as the server calls them, through a
// dispatcher that tells of every error that no model names. [Meddling] changes
// what an operation has read before it writes.
package servicetest
