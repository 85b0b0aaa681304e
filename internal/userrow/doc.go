// Package userrow defines the stored form of a user: the values of columns that do not hold an
// attribute as it is. It owns
//
//   - the attributes as one value (see [Names]),
//   - the credential as one value ([AppendCredential]),
//   - the numbers of the statuses ([StatusNumber]),
//   - the 16 bytes of a sub ([ParseSub]), and the range of subs with a prefix ([SubRange]).
//
// Every form that was ever written can be read. A change of a form is a new version; the files in
// testdata have data of each version.
//
// # The attributes
//
// The first byte is the version, 1. The rest is one entry for each attribute, in the order of the
// attributes. An entry begins with a tag. The tag is the attribute's number (see
// [userpool.SchemaAttribute.StoredNumber]) times 8, plus the kind of value in the last three bits:
//
//	0  text: its length in bytes, then its bytes
//	1  nothing; the value is "true"
//	2  nothing; the value is "false"
//	3  a number; the value is its decimal digits
//	4  a number; the value is a plus sign and its decimal digits, as of a phone number
//	5  nothing; the value is that of the row's column for this attribute
//	6  nothing; the value is that of the column, with letters from a to z in upper case at the beginning and after each space
//
// Number 0 means that the attribute has no number in the schema. Its name follows the tag, as its
// length and its bytes. Tags, lengths and numbers are unsigned varints of at most 64 bits, as in
// [encoding/binary]: seven bits a byte, lowest first, and all bytes except the last have bit 7 set.
//
// # The credential
//
// The first byte is the version, 1. Then follow the scheme, as its length and its bytes; the expiry
// of a temporary password, in milliseconds since 1970 (0 for none); and the secret, up to the end.
// A user without a password has no value at all.
package userrow
