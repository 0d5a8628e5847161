// Package config reads Boligklar's settings from the environment. A flag of the
// command line goes before its variable.
package config

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"github.com/boligklar/boligklar/internal/apperr"
	"github.com/boligklar/boligklar/internal/i18n"
)

// Config is every setting, each with the variable that it is read from.
type Config struct {
	Data             string        `env:"BOLIGKLAR_DATA" envDefault:"boligklar-data"` // folder of the embedded store
	Store            string        `env:"BOLIGKLAR_STORE"`                            // mongodb://... where the store is no file in Data
	StoreFile        string        `env:"BOLIGKLAR_STORE_FILE,file"`                  // content of the file that holds it
	MeiliURL         string        `env:"BOLIGKLAR_MEILI_URL"`                        // Meilisearch server; the embedded index where it is ""
	MeiliKey         string        `env:"BOLIGKLAR_MEILI_KEY"`                        // its key
	MeiliKeyFile     string        `env:"BOLIGKLAR_MEILI_KEY_FILE,file"`              // content of the file that holds it
	Metrics          string        `env:"BOLIGKLAR_METRICS_ADDR"`                     // where Prometheus reads, never open to the world; "" is nowhere
	Drain            time.Duration `env:"BOLIGKLAR_DRAIN"`                            // how long to answer on after SIGTERM, not ready any more
	Municipality     string        `env:"BOLIGKLAR_MUNICIPALITY" envDefault:"1833"`   // kommunenummer
	MunicipalityName string        `env:"BOLIGKLAR_MUNICIPALITY_NAME"`                // as reports show it; Rana for 1833
	Lang             string        `env:"BOLIGKLAR_LANG" envDefault:"nb"`             // nb, nn or en
	User             string        `env:"BOLIGKLAR_USER"`                             // who works at the command line, for the trail
	Addr             string        `env:"BOLIGKLAR_ADDR" envDefault:"127.0.0.1:8080"` // where serve listens

	PublicAddr     string   `env:"BOLIGKLAR_PUBLIC_ADDR"`        // where the pages for landlords are served, where not at Addr
	URL            string   `env:"BOLIGKLAR_URL"`                // what browsers call the site: https://boligklar.example.no; https makes cookies secure
	TrustedProxies []string `env:"BOLIGKLAR_TRUSTED_PROXIES"`    // addresses and networks whose X-Forwarded-For is believed
	Breached       string   `env:"BOLIGKLAR_BREACHED_PASSWORDS"` // file of passwords that nobody may choose

	ReportTo []string `env:"BOLIGKLAR_REPORT_TO"` // e-mail addresses that are told of each month's report, with commas between

	PublicURL   string `env:"BOLIGKLAR_PUBLIC_URL"`          // where landlords reach the pages, for links in messages; that of Addr where it is ""
	Sender      string `env:"BOLIGKLAR_SENDER"`              // "Name <address>" that e-mail comes from
	SMTPURL     string `env:"BOLIGKLAR_SMTP_URL"`            // smtps://user:password@host:465; see internal/outbox/smtp
	SMTPURLFile string `env:"BOLIGKLAR_SMTP_URL_FILE,file"`  // content of the file that holds it
	SMSURL      string `env:"BOLIGKLAR_SMS_URL"`             // gateway that messages are posted to
	SMSToken    string `env:"BOLIGKLAR_SMS_TOKEN_FILE,file"` // content of the file that holds its token
	SMSSender   string `env:"BOLIGKLAR_SMS_SENDER" envDefault:"Boligklar"`
	OutboxDir   string `env:"BOLIGKLAR_OUTBOX_DIR"` // where messages go as files while no server is set; "outbox" in Data where it is ""
}

// Load reads the settings from the variables, given as KEY=VALUE. Errors:
// Invalid, naming the variable.
func Load(environ []string) (Config, error) {
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: env.ToMap(environ)}); err != nil {
		return c, apperr.Wrap(err, apperr.Invalid, "A BOLIGKLAR_ variable cannot be read.")
	}
	if c.MunicipalityName == "" && c.Municipality == "1833" {
		c.MunicipalityName = "Rana"
	}
	if c.SMTPURL == "" {
		c.SMTPURL = strings.TrimSpace(c.SMTPURLFile)
	}
	if c.Store == "" {
		c.Store = strings.TrimSpace(c.StoreFile)
	}
	if c.Store != "" && !IsMongo(c.Store) {
		return c, apperr.New(apperr.Invalid, "BOLIGKLAR_STORE must begin with mongodb:// or mongodb+srv://. Without it the store is a file in BOLIGKLAR_DATA.")
	}
	c.SMSToken = strings.TrimSpace(c.SMSToken)
	if c.PublicURL = strings.TrimRight(c.PublicURL, "/"); c.PublicURL != "" {
		if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return c, apperr.New(apperr.Invalid, "BOLIGKLAR_PUBLIC_URL must be an address such as https://bolig.example.no.")
		}
	}
	if _, err := i18n.Parse(c.Lang); err != nil {
		return c, apperr.New(apperr.Invalid, "BOLIGKLAR_LANG: %v.", err)
	}
	return c, nil
}

// IsMongo tells whether a store is named by a connection string.
func IsMongo(store string) bool {
	return strings.HasPrefix(store, "mongodb://") || strings.HasPrefix(store, "mongodb+srv://")
}

// Actor returns who works at the command line, for the trail.
func (c Config) Actor(loginName string) string {
	if c.User != "" {
		return c.User
	}
	return fmt.Sprintf("cli:%s", loginName)
}
