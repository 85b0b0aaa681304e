package platform

import (
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/windows"
)

// TestRightsOfOthers: the mode shows the rights of outsiders in an access control list.
func TestRightsOfOthers(t *testing.T) {
	for text, want := range map[string]fs.FileMode{
		"D:P(A;;FA;;;OW)(A;;FA;;;SY)(A;;FA;;;BA)": 0o700,
		"D:P(A;;FA;;;OW)(A;;FR;;;WD)":             0o744,
		"D:P(A;;FA;;;OW)(A;;FA;;;WD)":             0o766,
		"D:P(A;;FA;;;OW)(A;IOOI;FA;;;WD)":         0o700,
		"D:P(D;;FA;;;WD)(A;;FA;;;OW)":             0o700,
	} {
		security, err := windows.SecurityDescriptorFromString(text)
		if err != nil {
			t.Fatal(err)
		}
		list, _, err := security.DACL()
		if err != nil {
			t.Fatal(err)
		}
		owner, err := windows.CreateWellKnownSid(windows.WinCreatorOwnerRightsSid)
		if err != nil {
			t.Fatal(err)
		}
		system, err := windows.CreateWellKnownSid(windows.WinLocalSystemSid)
		if err != nil {
			t.Fatal(err)
		}
		admins, err := windows.CreateWellKnownSid(windows.WinBuiltinAdministratorsSid)
		if err != nil {
			t.Fatal(err)
		}
		mode := fs.FileMode(0o700)
		for i := range uint32(list.AceCount) {
			var entry *windows.ACCESS_ALLOWED_ACE
			if err := windows.GetAce(list, i, &entry); err != nil {
				t.Fatal(err)
			}
			mode |= othersRights(entry, []*windows.SID{owner, system, admins})
		}
		if mode != want {
			t.Errorf("%s gives %04o, want %04o", text, mode, want)
		}
	}
}

func TestIsDiskFull(t *testing.T) {
	if !IsDiskFull(&os.PathError{Path: filepath.Join("a", "b"), Err: windows.ERROR_DISK_FULL}) {
		t.Error("ERROR_DISK_FULL is no full disk")
	}
}
