package platform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// OpenNoFollow is [os.OpenFile], except that it returns [ErrLink] if the last part
// of the path is a link. On Windows a link is any reparse point, also a junction or
// a mount point. The flag must not truncate the file.
func OpenNoFollow(path string, flag int, mode fs.FileMode) (*os.File, error) {
	// The flag opens the link itself, which the attributes below show.
	file, err := os.OpenFile(path, flag|windows.FILE_FLAG_OPEN_REPARSE_POINT, mode)
	if err != nil {
		return nil, err
	}
	var info windows.ByHandleFileInformation
	err = windows.GetFileInformationByHandle(windows.Handle(file.Fd()), &info)
	if err == nil && info.FileAttributes&windows.FILE_ATTRIBUTE_REPARSE_POINT != 0 {
		err = fmt.Errorf("%s %w", path, ErrLink)
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}
