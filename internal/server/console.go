package server

import (
	"context"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/google/uuid"

	"poolhouse/internal/audit"
	"poolhouse/internal/console"
	"poolhouse/internal/console/session"
)

// openConsole makes the console, unless it is off. The console calls operations through the
// dispatcher of the API.
func (s *Server) openConsole() (err error) {
	if !s.cfg.Console {
		return nil
	}
	s.console, err = console.New(console.Options{
		Calls: s.calls, Keys: s.who,
		Sessions: &session.Keeper{Store: s.store.Sessions(), Idle: s.cfg.ConsoleIdle, MaxAge: s.cfg.ConsoleSession, Now: time.Now},
		Regions:  s.cfg.Regions, Account: s.cfg.AccountID, PublicURL: s.url, PlainHTTP: s.cfg.ConsolePlainHTTP, Proxies: s.proxies,
		Record: s.signedIn, UploadsAt: s.files.Origin(), InBucket: s.cfg.Uploads != "", Files: s.putter, MaxFile: s.cfg.ImportMaxBytes, Seals: s.pages,
		Places: s.places, Room: s.budgets.Answers.Hold, Log: s.log,
	})
	return err
}

// signedIn records a sign-in to the console, or a sign-out.
func (s *Server) signedIn(ctx context.Context, e console.SignInEvent) {
	s.audit.Record(ctx, audit.Event{
		RequestID: uuid.NewString(), Service: "console", Operation: e.Operation, Principal: e.From.ARN, AccessKeyID: e.From.AccessKeyID,
		Address: e.From.Address, UserAgent: e.From.Agent, Resource: "*",
	})
}

// ConsoleURL returns the URL of the console, "" if it is off.
func (s *Server) ConsoleURL() string {
	if s.console == nil {
		return ""
	}
	return strings.TrimSuffix(s.url, "/") + console.Root
}

// ConsoleLink returns a URL that signs root in to the console, once. It is "" if the console
// is off or if the server listens on another address than a loopback one.
func (s *Server) ConsoleLink() string {
	address, ok := s.listener.Addr().(*net.TCPAddr)
	if s.console == nil || !ok || !address.IP.IsLoopback() {
		return ""
	}
	return strings.TrimSuffix(s.url, "/") + s.console.Link()
}

// orConsole redirects browsers that open the server's root page to the console.
func (s *Server) orConsole(services http.Handler) http.Handler {
	if s.console == nil {
		return services
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if (r.Method == http.MethodGet || r.Method == http.MethodHead) && strings.Contains(r.Header.Get("Accept"), "text/html") {
			http.Redirect(w, r, console.Root, http.StatusSeeOther)
			return
		}
		services.ServeHTTP(w, r)
	})
}
