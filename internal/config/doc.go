// Package config is the server's settings and its root credentials.
//
// It owns the settings' names, defaults and precedence (flag, environment,
// file), and the rules that a setting must obey. What a setting does is not
// known here.
package config
