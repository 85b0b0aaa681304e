// Package stsservice has the operations of AWS Security Token Service: the caller's identity,
// and sessions of roles. Packages access and policy decide what a session may do.
package stsservice
