// Package durable makes files that are whole or not there, also after a loss of
// power: small ones of a text (WriteFile), and others as they are written (Create).
//
// It owns the order of the steps that this takes. What is in a file, and who
// may make it at the same time, is known to the caller.
package durable
