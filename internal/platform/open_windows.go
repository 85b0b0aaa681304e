package platform

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// OpenNoFollow is [os.OpenFile], except that it returns [ErrLink] where the last
// part of the path is a link: on Windows any reparse point, so also a junction
// or a mount point. A flag that truncates the file is not for this function.
func OpenNoFollow(path string, flag int, mode fs.FileMode) (*os.File, error) {
	// The flag has the link itself opened, which is then seen below.
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
