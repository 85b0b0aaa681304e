package server

import (
	"slices"
	"strings"
	"testing"

	"poolhouse/internal/config"
	"poolhouse/internal/membership"
	"poolhouse/internal/password"
)

// TestImportDialect: the setting reaches the readers of files, and servers that share a database
// must agree in it.
func TestImportDialect(t *testing.T) {
	for dialect, want := range map[string]bool{config.DialectAny: false, config.DialectCognito: true} {
		s := &Server{cfg: config.Default(), getenv: noEnvironment}
		s.cfg.ImportDialect = dialect
		if s.engineConfig().Strict != want || strict(s.cfg) != want {
			t.Errorf("%s does not reach the engine", dialect)
		}
		settings := s.member(config.Credentials{}).Settings
		if i := slices.IndexFunc(settings, func(m membership.Setting) bool { return m.Name == "--import-dialect" }); i < 0 || settings[i].Value != dialect {
			t.Errorf("servers need not agree in import-dialect: %+v", settings)
		}
	}
}

// TestHashCeilings: each setting reaches the ceiling whose refusal names the setting.
// Servers that share a database must agree in it.
func TestHashCeilings(t *testing.T) {
	named := map[string]func(password.Ceilings) int{
		password.SettingBCryptCost:       func(c password.Ceilings) int { return c.BCryptCost },
		password.SettingSCryptN:          func(c password.Ceilings) int { return c.SCryptN },
		password.SettingSCryptR:          func(c password.Ceilings) int { return c.SCryptR },
		password.SettingSCryptP:          func(c password.Ceilings) int { return c.SCryptP },
		password.SettingArgon2idMemory:   func(c password.Ceilings) int { return c.Argon2idMemory },
		password.SettingArgon2idTime:     func(c password.Ceilings) int { return c.Argon2idTime },
		password.SettingArgon2idThreads:  func(c password.Ceilings) int { return c.Argon2idThreads },
		password.SettingPBKDF2Iterations: func(c password.Ceilings) int { return c.PBKDF2Iterations },
	}
	cfg := config.Default()
	all := cfg.HashCeilings.All()
	if len(all) != len(named) {
		t.Fatalf("%d settings for %d ceilings", len(all), len(named))
	}
	for i, setting := range all {
		value := 1000 + i // no two alike
		*setting.Value = value
		ceiling, known := named[setting.Name]
		if !known || ceiling(fileLimits(cfg).Hashes) != value {
			t.Errorf("%s does not reach its ceiling", setting.Name)
		}
	}
	s := &Server{cfg: cfg, getenv: noEnvironment}
	for _, setting := range all {
		i := slices.IndexFunc(s.member(config.Credentials{}).Settings, func(m membership.Setting) bool { return m.Name == "--"+setting.Name })
		if i < 0 {
			t.Errorf("servers need not agree in %s", setting.Name)
			continue
		}
		if m := s.member(config.Credentials{}).Settings[i]; !strings.HasPrefix(m.Value, "100") || !strings.Contains(m.Advice, m.Name) {
			t.Errorf("%+v", m)
		}
	}
}
