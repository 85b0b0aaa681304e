// Package apineeds is what operations need of IAM, as data. For each operation it has the
// action, if that is not the operation's own name; the resource of the action, and the members
// of the input that name it. It also has further actions of a call, and the members with tags
// and condition keys.
//
// The tables are generated with those of the operations. Their source is needs.json beside the
// generator, which follows the Service Authorization Reference. Package access uses the
// resources and keys to evaluate policies.
package apineeds
