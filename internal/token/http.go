package token

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"poolhouse/internal/userpool"
)

// Documents returns a handler for the documents of pools, /<pool>/.well-known/jwks.json and
// /<pool>/.well-known/openid-configuration. It passes every other request to next. The paths of the
// console and of uploads are never pool ids.
func (i *Issuer) Documents(pools Pools, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id, name, ok := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), wellKnown)
		if !ok || !isPoolID(id) {
			next.ServeHTTP(w, r)
			return
		}
		// The documents are public, so pages of every origin may read them.
		w.Header().Set("Access-Control-Allow-Origin", "*")
		switch r.Method {
		case http.MethodGet, http.MethodHead:
			i.answer(w, r, pools, id, name)
		case http.MethodOptions:
			w.Header().Set("Access-Control-Allow-Methods", allowed)
			w.Header().Set("Access-Control-Allow-Headers", "*")
			w.WriteHeader(http.StatusNoContent)
		default:
			w.Header().Set("Allow", allowed)
			refuse(w, http.StatusMethodNotAllowed, fmt.Sprintf("The method is %s; it must be GET or HEAD.", r.Method))
		}
	})
}

const allowed = "GET, HEAD, OPTIONS"

// answer sends a document. net/http omits the body for HEAD.
func (i *Issuer) answer(w http.ResponseWriter, r *http.Request, pools Pools, id, name string) {
	document, err := i.document(r.Context(), pools, id, name)
	switch e, known := errors.AsType[*userpool.Error](err); {
	case err == nil:
		w.Header().Set("Cache-Control", fmt.Sprintf("public, max-age=%d", documentLife/time.Second))
		send(w, http.StatusOK, document)
	case known && e.Kind == userpool.ResourceNotFound:
		refuse(w, http.StatusNotFound, e.Message)
	case known:
		refuse(w, http.StatusServiceUnavailable, e.Message)
	case r.Context().Err() != nil: // the client has disconnected
		refuse(w, http.StatusServiceUnavailable, "The request was cancelled.")
	default:
		i.cfg.Log.Error("document for verifying tokens not served", "pool", id, "document", name, "error", err)
		refuse(w, http.StatusInternalServerError, "Internal error.")
	}
}

// document returns a document of a pool.
func (i *Issuer) document(ctx context.Context, pools Pools, id, name string) ([]byte, error) {
	if name != jwksName && name != discoveryName {
		return nil, userpool.Errorf(userpool.ResourceNotFound, "There is no such document; there are %s%s and %s%s.", wellKnown, jwksName, wellKnown, discoveryName)
	}
	p, err := pools.Pool(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case name == discoveryName:
		return i.Discovery(p)
	}
	return i.JWKS(ctx, p)
}

// refuse answers with a message.
func refuse(w http.ResponseWriter, status int, message string) {
	text, _ := json.Marshal(map[string]string{"message": message}) // strings can always be encoded
	w.Header().Set("Cache-Control", "no-store")
	send(w, status, text)
}

func send(w http.ResponseWriter, status int, document []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(document)))
	w.WriteHeader(status)
	_, _ = w.Write(document) // the client may have disconnected
}
