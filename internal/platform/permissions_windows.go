package platform

import (
	"io/fs"
	"os"
	"unsafe"

	"golang.org/x/sys/windows"
)

// The rights that let a user read what a file or directory has, and those that
// let a user change it or who may.
const (
	readRights  = windows.FILE_READ_DATA | windows.GENERIC_READ | windows.GENERIC_ALL
	writeRights = windows.FILE_WRITE_DATA | windows.FILE_APPEND_DATA | fileDeleteChild | windows.DELETE | windows.WRITE_DAC |
		windows.WRITE_OWNER | windows.GENERIC_WRITE | windows.GENERIC_ALL
	fileDeleteChild = 0x40
)

// Permissions returns who may read and write an open file or directory, as the
// mode that Unix would have. Windows has no mode: the access control list says
// it. A right that it gives to any account besides the owner, the account of this
// process, SYSTEM and Administrators counts as one of the group and of everyone.
// An entry that denies a right is not looked at, so the mode may say more than
// others can do, never less.
func Permissions(file *os.File) (fs.FileMode, error) {
	security, err := windows.GetSecurityInfo(windows.Handle(file.Fd()), windows.SE_FILE_OBJECT,
		windows.DACL_SECURITY_INFORMATION|windows.OWNER_SECURITY_INFORMATION)
	if err != nil {
		return 0, &fs.PathError{Op: "permissions", Path: file.Name(), Err: err}
	}
	list, _, err := security.DACL()
	if err != nil || list == nil { // without a list everyone may do everything
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

// insidersOf returns the accounts whose rights are no rights of others.
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

// othersRights returns what one entry of a list lets others do.
func othersRights(entry *windows.ACCESS_ALLOWED_ACE, insiders []*windows.SID) (mode fs.FileMode) {
	switch entry.Header.AceType {
	case windows.ACCESS_ALLOWED_ACE_TYPE:
	case windows.ACCESS_DENIED_ACE_TYPE:
		return 0
	default: // its account is elsewhere in the entry: take it for another's
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

// Owner returns the number of the user who owns a file, where users have one.
// On Windows they have none.
func Owner(fs.FileInfo) (uid int, known bool) { return 0, false }

// Group returns the number of the group of a file, where groups have one. On
// Windows they have none.
func Group(fs.FileInfo) (gid int, known bool) { return 0, false }

// Restrict returns the command that takes others' rights to a file away. change
// is what chmod is told on Unix; on Windows all rights are taken.
func Restrict(_, path string) string {
	return `icacls "` + path + `" /inheritance:r /grant:r "%USERNAME%:F"`
}

// privateDirectory is the access control list of a directory for its owner,
// SYSTEM and Administrators. What is made in the directory inherits it.
const privateDirectory = "D:P(A;OICI;FA;;;OW)(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)"

// Mkdir is [os.Mkdir]. A mode without rights for others holds on every system:
// on Windows the directory gets an access control list of its own instead of the
// one that it would inherit.
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
