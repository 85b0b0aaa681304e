// Package iamapi is the API of AWS Identity and Access Management as data, as
// far as users, their access keys, roles and policies are managed by it: types,
// constraints, errors and the table of operations, generated as package
// api says.
package iamapi
