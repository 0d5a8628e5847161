package config

import (
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
