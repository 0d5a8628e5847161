package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/boligklar/boligklar/internal/apperr"
)

func TestLoad(t *testing.T) {
	c, err := Load(nil)
	if err != nil || c.Data != "boligklar-data" || c.Municipality != "1833" || c.MunicipalityName != "Rana" || c.Lang != "nb" || c.Addr != "127.0.0.1:8080" {
		t.Errorf("got %+v, %v", c, err)
	}
	c, err = Load([]string{"BOLIGKLAR_DATA=/data", "BOLIGKLAR_MUNICIPALITY=1804", "BOLIGKLAR_LANG=nn", "HOME=/root", "BOLIGKLAR_USER=kari"})
	if err != nil || c.Data != "/data" || c.Municipality != "1804" || c.MunicipalityName != "" || c.Lang != "nn" {
		t.Errorf("got %+v, %v", c, err)
	}
	if got := c.Actor("root"); got != "kari" {
		t.Errorf("got %q, want who the variable names", got)
	}
	if got := (Config{}).Actor("root"); got != "cli:root" {
		t.Errorf("got %q", got)
	}
	if _, err := Load([]string{"BOLIGKLAR_LANG=sv"}); apperr.CodeOf(err) != apperr.Invalid {
		t.Errorf("got %v, want invalid for a language that is not there", err)
	}
}

func TestSecretsFromFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("smtps://u:p@mail.example.no\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load([]string{"BOLIGKLAR_SMTP_URL_FILE=" + path, "BOLIGKLAR_SMS_TOKEN_FILE=" + path, "BOLIGKLAR_PUBLIC_URL=https://bolig.example.no/", "BOLIGKLAR_DATA=/data"})
	if err != nil || c.SMTPURL != "smtps://u:p@mail.example.no" || c.SMSToken != c.SMTPURL || c.PublicURL != "https://bolig.example.no" {
		t.Errorf("got %+v, %v", c, err)
	}
	for _, bad := range []string{"BOLIGKLAR_SMTP_URL_FILE=" + path + "x", "BOLIGKLAR_PUBLIC_URL=bolig.example.no", "BOLIGKLAR_PUBLIC_URL=javascript:x"} {
		if _, err := Load([]string{bad}); apperr.CodeOf(err) != apperr.Invalid {
			t.Errorf("%s: got %v, want invalid", bad, err)
		}
	}
}
