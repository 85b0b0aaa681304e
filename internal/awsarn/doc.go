// Package awsarn builds and reads Amazon Resource Names. No other package does.
//
// It owns the form, arn:partition:service:region:account:resource, and the resources that
// this program names. Package policy owns the patterns of ARNs in policies.
package awsarn
