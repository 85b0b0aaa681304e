package iam

// sealMark is the first byte of a mark, as sealVersion is that of a secret.
const sealMark = 3

// Mark returns a text that only this sealer's key makes, to know it again by.
func (s *Sealer) Mark() []byte {
	return s.aead.Seal([]byte{sealMark}, nil, nil, []byte{sealMark})
}

// Made reports whether a mark was made with this sealer's key.
func (s *Sealer) Made(mark []byte) bool {
	if len(mark) == 0 || mark[0] != sealMark {
		return false
	}
	_, err := s.aead.Open(nil, nil, mark[1:], []byte{sealMark})
	return err == nil
}
