// Package iamapi is the part of the API of AWS Identity and Access Management that manages
// users, their access keys, roles and policies, as data: types, constraints, errors and the
// table of operations. Package api describes how it is generated.
package iamapi
