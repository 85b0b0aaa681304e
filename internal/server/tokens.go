package server

import (
	"strings"
	"time"

	"poolhouse/internal/config"
	"poolhouse/internal/membership"
	"poolhouse/internal/token"
	"poolhouse/internal/userpool"
)

// tokenIssuer returns the issuer and verifier of users' tokens.
func (s *Server) tokenIssuer() *token.Issuer {
	return token.New(token.Config{
		Store: s.store, Issuer: s.issuerOf, URL: strings.TrimRight(s.url, "/"),
		Rotate: time.Duration(s.cfg.TokenKeysDays) * 24 * time.Hour, Log: s.log,
	})
}

// issuerOf returns the issuer's name in the tokens of a pool. It is the URL of the pool's
// documents, or AWS's name, for clients that accept no other.
func (s *Server) issuerOf(poolID string) string {
	if s.cfg.TokenIssuer == config.IssuerAWS {
		return "https://cognito-idp." + userpool.RegionOf(poolID) + ".amazonaws.com/" + poolID
	}
	return strings.TrimRight(s.url, "/") + "/" + poolID
}

// issuerSetting returns the issuer as a setting in which the servers of a database must agree:
// they refuse tokens that name another issuer. Without public-url the issuer is the server's
// own address, and warn logs a warning.
func (s *Server) issuerSetting() membership.Setting {
	value := s.cfg.TokenIssuer
	switch {
	case value == config.IssuerAWS:
	case s.cfg.PublicURL == "":
		value = "the address that a server listens on"
	default:
		value = strings.TrimRight(s.cfg.PublicURL, "/")
	}
	return membership.Setting{Name: "the issuer of tokens", Value: value,
		Advice: "Every server must accept the tokens of the others: start every server with the same --token-issuer and the same --public-url."}
}
