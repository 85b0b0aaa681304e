package platform

import (
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The rights to read a file or directory, and those to change it, its owner or its
// access control list.
const (
	readRights  = windows.FILE_READ_DATA | windows.GENERIC_READ | windows.GENERIC_ALL
	writeRights = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | fileDeleteChild | windows.DELETE | windows.WRITE_DAC |
		windows.WRITE_OWNER | windows.GENERIC_WRITE | windows.GENERIC_ALL
	fileDeleteChild = 0x40
)

// Permissions returns the rights to an open file or directory as a Unix mode.
// Windows has no mode; the rights come from the access control list. Accounts other
// than the owner, the account of this process, SYSTEM and Administrators are
// outsiders. A right of an outsider counts as a right of the group and of everyone.
// Entries that deny a right are ignored, so the mode may show more rights than
// outsiders have, never fewer.
func Permissions(file *os.File) (fs.FileMode, error) {
	security, err := windows.GetSecurityInfo(windows.Handle(file.Fd()), windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return 0, &fs.PathError{Op: "permissions", Path: file.Name(), Err: err}
	}
	list, _, err := security.DACL()
	if err != nil || list == nil { // without a list everyone has all rights
		return 0o777, nil
	}
	insiders, err := insidersOf(security)
	if err != nil {
		return 0, err
	}
	mode := fs.FileMode(0o700)
	for i := range uint32(list.AceCount) {
		var entry *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &entry); err != nil {
			return 0, err
		}
		mode |= othersRights(entry, insiders)
	}
	return mode, nil
}

// insidersOf returns the accounts that are not outsiders.
func insidersOf(security *windows.SECURITY_DESCRIPTOR) (insiders []*windows.SID, err error) {
	owner, _, err := security.Owner()
	if err != nil {
		return nil, err
	}
	self, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		return nil, err
	}
	insiders = append(insiders, owner, self.User.Sid)
	for _, kind := range []windows.WELL_KNOWN_SID_TYPE{windows.WinLocalSystemSid, windows.WinBuiltinAdministratorsSid,
		windows.WinCreatorOwnerSid, windows.WinCreatorOwnerRightsSid} {
		sid, err := windows.CreateWellKnownSid(kind)
		if err != nil {
			return nil, err
		}
		insiders = append(insiders, sid)
	}
	return insiders, nil
}

// othersRights returns the rights that one entry of a list gives to outsiders.
func othersRights(entry *windows.ACCESS_ALLOWED_ACE, insiders []*windows.SID) (mode fs.FileMode) {
	switch entry.Header.AceType {
	case windows.ACCESS_ALLOWED_ACE_TYPE:
	case windows.ACCESS_DENIED_ACE_TYPE:
		return 0
	default: // the account is at another place in the entry: assume an outsider
		insiders = nil
	}
	if entry.Header.AceFlags&windows.INHERIT_ONLY_ACE != 0 {
		return 0
	}
	account := (*windows.SID)(unsafe.Pointer(&entry.SidStart))
	for _, insider := range insiders {
		if account.Equals(insider) {
			return 0
		}
	}
	if entry.Mask&readRights != 0 {
		mode |= 0o044
	}
	if entry.Mask&writeRights != 0 {
		mode |= 0o022
	}
	return mode
}

// Owner returns known false: Windows has no user ids.
func Owner(fs.FileInfo) (uid int, known bool) { return 0, false }

// Group returns known false: Windows has no group ids.
func Group(fs.FileInfo) (gid int, known bool) { return 0, false }

// Restrict returns the command that takes others' rights to a file away. On Unix
// its first argument is that of chmod; Windows ignores it and takes all rights away.
func Restrict(_, path string) string {
	return `icacls "` + path + `" /inheritance:r /grant:r "%USERNAME%:F"`
}

// privateDirectory is the access control list of a private directory: full rights
// for its owner, SYSTEM and Administrators. Files in the directory inherit it.
const privateDirectory = "D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"

// Mkdir is [os.Mkdir]. A mode without rights for others is enforced on every
// system: on Windows the directory gets its own access control list instead of an
// inherited one.
func Mkdir(path string, mode fs.FileMode) error {
	if mode&0o077 != 0 {
		return os.Mkdir(path, mode)
	}
	security, err := windows.SecurityDescriptorFromString(privateDirectory)
	if err != nil {
		return err
	}
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return &fs.PathError{Op: "mkdir", Path: path, Err: err}
	}
	attributes := &windows.SecurityAttributes{SecurityDescriptor: security}
	attributes.Length = uint32(unsafe.Sizeof(*attributes))
	if err := windows.CreateDirectory(name, attributes); err != nil {
		return &fs.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return nil
}
