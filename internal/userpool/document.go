package userpool

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// form describes how one kind of thing is stored as text: as a JSON document with the
// version of its form in the member "version".
type form struct {
	thing  string // the kind of thing, for errors
	remedy string // what to do about a document without a version
	// upgrades has the steps for documents of older versions. The first one makes version 2
	// from version 1. A new entry raises the version.
	upgrades []func(document map[string]any)
}

var (
	poolForm   = form{thing: "user pool", remedy: "start with a new data directory or database, and create the user pool in it"}
	clientForm = form{thing: "app client", remedy: "delete the app client's row of the table user_pool_clients, and create the app client again"}
)

// version is the version that is written.
func (f form) version() int { return 1 + len(f.upgrades) }

// poolDocument is the document of a user pool.
type poolDocument struct {
	Version int `json:"version"`
	UserPool
}

// clientDocument is the document of an app client.
type clientDocument struct {
	Version int `json:"version"`
	Client
}

// Document returns the stored form of the pool: everything except its number of users.
func (p *UserPool) Document() (string, error) {
	text, err := json.Marshal(poolDocument{poolForm.version(), *p})
	return string(text), err
}

// ReadPool returns the pool of a document. The error names id, what was found, and what
// would be right.
func ReadPool(id, document string) (*UserPool, error) {
	doc, err := read(poolForm, id, document, func(d *poolDocument) int { return d.Version })
	if err != nil {
		return nil, err
	}
	return &doc.UserPool, nil
}

// Document returns the stored form of the app client: everything except its id and its
// pool's.
func (c *Client) Document() (string, error) {
	text, err := json.Marshal(clientDocument{clientForm.version(), *c})
	return string(text), err
}

// ReadClient returns the app client of a document.
func ReadClient(poolID, id, document string) (*Client, error) {
	doc, err := read(clientForm, id+" of user pool "+poolID, document, func(d *clientDocument) int { return d.Version })
	if err != nil {
		return nil, err
	}
	c := &doc.Client
	c.PoolID, c.ID = poolID, id
	return c, nil
}

// read parses a document of a form, in any version. An unknown member is an error:
// otherwise it would be lost with the next change.
func read[D any](f form, id, document string, version func(*D) int) (*D, error) {
	doc := new(D)
	err := strict(document, doc)
	if err == nil && version(doc) == f.version() {
		return doc, nil
	}
	var head struct{ Version int }
	if err := json.Unmarshal([]byte(document), &head); err != nil {
		return nil, fmt.Errorf("the document of %s %s is not a JSON object with a version: %w", f.thing, id, err)
	}
	switch v := head.Version; {
	case v == f.version():
		return nil, fmt.Errorf("the document of %s %s does not have the form of version %d: %w", f.thing, id, v, err)
	case v > f.version():
		return nil, fmt.Errorf("the document of %s %s has version %d; this program reads versions up to %d: run the version of Poolhouse that wrote it, or a later one", f.thing, id, v, f.version())
	case v < 1:
		return nil, fmt.Errorf("the document of %s %s has no version, so it is older than the first release of Poolhouse, and this program cannot read it: %s", f.thing, id, f.remedy)
	}
	doc = new(D)
	if err := f.upgrade(document, head.Version, doc); err != nil {
		return nil, fmt.Errorf("the document of %s %s cannot be upgraded from version %d to %d: %w", f.thing, id, head.Version, f.version(), err)
	}
	return doc, nil
}

// upgrade upgrades a document of an older version and parses it.
func (f form) upgrade(document string, version int, into any) error {
	d := json.NewDecoder(strings.NewReader(document))
	d.UseNumber()
	var members map[string]any
	if err := d.Decode(&members); err != nil {
		return err
	}
	for _, step := range f.upgrades[version-1:] {
		step(members)
	}
	members["version"] = f.version()
	text, err := json.Marshal(members)
	if err != nil {
		return err
	}
	return strict(string(text), into)
}

// strict parses one JSON value without unknown members.
func strict(text string, into any) error {
	d := json.NewDecoder(strings.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text follows the JSON value")
	}
	return nil
}
