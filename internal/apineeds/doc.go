// Package apineeds is what operations need of IAM, as data: the action is an
// operation's own name unless it is said here, and what is said here is which
// resource the action is about, which members of the input name it, which further actions a call
// needs, and where the tags and condition keys of a request are.
//
// The tables are generated with those of the operations, from the file
// needs.json beside the generator, which follows the Service Authorization
// Reference. What the resources and keys are worth to a policy is decided by
// package access.
package apineeds
