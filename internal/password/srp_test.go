package password

import (
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"strings"
	"testing"
)

// vectors were calculated by two independent implementations of the client.
var vectors = []struct{ pool, user, password, salt, verifier string }{
	{"us-east-1_example", "janedoe", "P@ssw0rd!", "0123456789abcdef0123456789abcdef",
		"14c868bf1395db9c7b2e5ec2f885724ca3a245dce50766dee38984fc3aea37c8d111967de5717da98f1e65030d2ecf02061d2bd6280aae27d926c32e8e405852fe7ffc81f7151f60f441f389c0f605c0365d24dbd802344dce23b53ec467974bf744232eb53f4ab720d6a19fbac43e48905c430602f4b3c979a266ebfe97f06a24bceeff176365a2f280cecfaabc24c0a42bc0b690a00f5c6ec0cd1a792e7306f5cb997c83c557f8aec2ccdc1f5c387e66d8dfde2919e8c3e3982138efd96741b1f4a5cb0d6f379a80b3523257c125bf39cb3aaed79449099fc83b50dca25feded5a5faebdcc0d42dab1912febcb66dc89dd61382c1feb17d6af636d16e6151ce29879f104feb1a028bbb364f7aeaa53c25262de905366668fd1237662fdde31fa0dbb3e0a5ae8a7dafb613c1bf7f7919b83df453029d2a2722f8b4ff7bd9139acdbe133011b0058104cfd1585abda71bac179376ccc2d8304fc6a5c1ae396cec8c13a21847fb06c28358e1187bacbf72a4f0e0dcf5e22b1c04d4262a7f3335e"},
	{"eu-west-1_AbCdEfGhI", "f4f81428-30e1-70be-1234-0242ac120002", "Corr3ct-Horse", "f123456789abcdef0123456789abcdef",
		"1d1bde60c8237537fa110cdcd16e23197e695078e8f4e8d2da5fc1f0c1cfca7791c4395845fb3f68c14a20f9d5a7463a9b351b0e0f9a0088843f662e5dfc79c9b5c196785330a96a24dee0eb6f408991ad0bc379f4b6175838896da3a6a3c3ed8e67ed4b1f4050d1265e938c9ddb6bae1ace100e37d2e307a5d7b059845efca9f7e4f48aa8b9dbdd8e2e0234f352bb741fb26fe4cc9c70a36b6215a74aab4142da62390786f139cf6224b0121adb572f2c32ee7756a8d367e1167e52c293a3bdcb3bbfdb965ef66fd19d93f5da8df68cb012cff150cd06ba0975a9cc0f11bc778e9dd7c3890f8c4a2f4763f5d2a95ef49684eac868f3a11f55480c8cea7620ef23724c10ac810d173f30e796f33ebac986207de74a4f8fca7b49b18dab07cc62c71bff674bcea3520a5a24b3c43422de57dd0fa9bc76e67a80dd5ccf525bedfd92368e877f7a3166076ea1e005c0d974fb199399c8b48fcac82b0d5a88609dbafe14e5c7c94b2c0104626e9ecd47e86bc0a968365dea3fc26eeb964e6e2ac3b9"},
	{"us-west-2_aaaaaaaaa", "ユーザー", "pÄsswörd1!", "00ab456789abcdef0123456789abcde1",
		"f67d683747ee7aa4d7146a7e07857bae7fc184879b5027b9ca64415b3df6f8dc08aaffeb6d0e3f27fcc2dbc2531150a06a0be22e44105fca7f070c49a175d6d2c29789acf218936c1a3627fa4a38a7cf2d6f818b3b20731677bfb35b7347fd925b43b5513e1342a44393ac873559becd1a88f18af3f9c897a4c6d184e4cb310e53fee50e9ba96c896df3f44a9a3992e3555a78545a0853280dbcdcf688e375f7cb775fcbb3d96c1e9234c2b4301904954bf0211714c6eaf5583c4a14b81ef2da43ade68b010f48485573e6038f4911b6f136e71607a9363e8ba4269e7723123850a55ff1b00e66367ed7a08ce66fc4accb2ac09272392f90f3f236f3f2a70eeb2bcc76eaae0f9110c13a9e1769dff62d81127420321eeb36e14fa8371b1e3e9dcdd28baad3677743e5830393a7f03e3151823835b4ffb337eb628207e9e5b64962713ca2d404bd86f76f92c1e5232a532158860185fbd17803eaf18551110447d4944fa671c7b4425f033dda61f074eec88871f31137bcd3f631be7ebd883c6b"},
}

func TestVerifierVectors(t *testing.T) {
	for _, v := range vectors {
		salt, _ := new(big.Int).SetString(v.salt, 16)
		if got := verifier(v.pool, v.user, v.password, salt).Text(16); got != strings.TrimLeft(v.verifier, "0") {
			t.Errorf("%s: verifier %s, want %s", v.user, got, v.verifier)
		}
		if !Verify(v.pool, v.user, v.password, v.salt+":"+v.verifier) {
			t.Errorf("%s: the password is refused", v.user)
		}
		if Verify(v.pool, v.user, v.password+"!", v.salt+":"+v.verifier) {
			t.Errorf("%s: a wrong password is accepted", v.user)
		}
	}
}

// TestGroup checks the prime by the multiplier that the clients derive from it: k = H(pad(N) ||
// 02).
func TestGroup(t *testing.T) {
	n, _ := new(big.Int).SetString(group15, 16)
	k := sha256.Sum256(append(pad(n), 2))
	if got, want := hex.EncodeToString(k[:]), "538282c4354742d7cbbde2359fcf67f9f5b3a6b08791e5011b43b8a5b66d9ee6"; got != want {
		t.Errorf("k is %s, want %s", got, want)
	}
}

func TestNewVerifier(t *testing.T) {
	c := NewVerifier("us-east-1_abc", "jane", "P@ssw0rd!")
	if !Verify("us-east-1_abc", "jane", "P@ssw0rd!", c) {
		t.Error("the right password is refused")
	}
	for _, wrong := range [][3]string{
		{"us-east-1_abc", "jane", "P@ssw0rd"}, {"us-east-1_abc", "john", "P@ssw0rd!"}, {"us-east-1_abd", "jane", "P@ssw0rd!"},
	} {
		if Verify(wrong[0], wrong[1], wrong[2], c) {
			t.Errorf("%v is accepted", wrong)
		}
	}
	if c == NewVerifier("us-east-1_abc", "jane", "P@ssw0rd!") {
		t.Error("two credentials of one password are equal: the salt is not random")
	}
	for _, broken := range []string{"", ":", "zz:1", "12", "12:", ":12", "12:zz", c + "0"} {
		if Verify("us-east-1_abc", "jane", "P@ssw0rd!", broken) {
			t.Errorf("the credential %q is accepted", broken)
		}
	}
}
