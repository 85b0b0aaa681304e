package server

import (
	"strings"
	"time"

	"poolhouse/internal/config"
	"poolhouse/internal/membership"
	"poolhouse/internal/token"
	"poolhouse/internal/userpool"
)

// tokenIssuer returns what makes users' tokens and verifies them.
func (s *Server) tokenIssuer() *token.Issuer {
	return token.New(token.Config{
		Store: s.store, Issuer: s.issuerOf, URL: strings.TrimRight(s.url, "/"),
		Rotate: time.Duration(s.cfg.TokenKeysDays) * 24 * time.Hour, Log: s.log,
	})
}

// issuerOf returns what the issuer of a pool's tokens is called: where the documents of the pool
// are, or what AWS would call it, for clients that take no other name.
func (s *Server) issuerOf(poolID string) string {
	if s.cfg.TokenIssuer == config.IssuerAWS {
		return "https://cognito-idp." + userpool.RegionOf(poolID) + ".amazonaws.com/" + poolID
	}
	return strings.TrimRight(s.url, "/") + "/" + poolID
}

// issuerSetting is what servers that share a database must agree in: a token that names another
// issuer is taken by none of them. Without public-url the issuer is what a server listens on,
// which warn tells.
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
		Advice: "A token of one server must be taken by all: start every server with the same --token-issuer and the same --public-url."}
}
