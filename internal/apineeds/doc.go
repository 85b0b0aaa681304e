// Package apineeds is what operations need of IAM, as data: the action, where it is
// not the operation's own name; which resource the action is about, and which
// members of the input name it; which further actions a call needs; and where the
// tags and condition keys of a request are.
//
// The tables are generated with those of the operations, from the file
// needs.json beside the generator, which follows the Service Authorization
// Reference. What the resources and keys are worth to a policy is decided by
// package access.
package apineeds
