// Package awsarn is Amazon Resource Names: the one place that builds and reads
// them.
//
// It owns the form, arn:partition:service:region:account:resource, and the
// resources that this program names. Patterns of ARNs, in policies, are package
// policy's.
package awsarn
