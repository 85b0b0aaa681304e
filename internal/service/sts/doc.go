// Package stsservice is the operations of AWS Security Token Service: who a
// caller is, and sessions of roles. What a session may do is in packages access
// and policy.
package stsservice
