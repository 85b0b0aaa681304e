// Package userrow is the form in which a store keeps a user: what its columns
// hold where they do not hold the value itself. It owns
//
//   - the attributes as one value (see [Names]),
//   - the credential as one value ([AppendCredential]),
//   - the numbers of the statuses ([StatusNumber]),
//   - the 16 bytes of a sub ([ParseSub]), and the range that a beginning of a sub means ([SubRange]).
//
// A form that was written once is read for good. A change of a form is another
// version; the files in testdata hold what was written by each.
//
// # The attributes
//
// The first byte is the version, 1. The rest is one entry for each attribute,
// in the order of the attributes. An entry begins with a tag. That is the
// attribute's number (see [userpool.SchemaAttribute.StoredNumber]) times 8, and
// in the last three bits what follows:
//
//	0  text: its length in bytes, then its bytes
//	1  nothing; the value is "true"
//	2  nothing; the value is "false"
//	3  a number; the value is its decimal digits
//	4  a number; the value is a plus sign and its decimal digits, as of a phone number
//	5  nothing; the value is what the row's column of this attribute holds
//	6  nothing; the value is that, with capitals at its beginning and behind each space in place of the letters from a to z
//
// Number 0 stands for an attribute that has no number in the schema: its name
// follows the tag, as its length and its bytes. Tags, lengths and numbers are
// unsigned varints of at most 64 bits (seven bits a byte, the lowest first; all
// bytes but the last have bit 7 set), which [encoding/binary] describes.
//
// # The credential
//
// The first byte is the version, 1. Then come the scheme, as its length and its
// bytes, the end of a temporary password in milliseconds since 1970 (0 for
// none), and the secret, which is all that is left. A user without a password
// has no value at all.
package userrow
