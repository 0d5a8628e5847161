package main

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progressBar shows how far long work has come, on a terminal only.
type progressBar struct {
	bar    *progressbar.ProgressBar
	file   *os.File
	silent bool
}

func (a *app) progress() *progressBar {
	f, ok := a.stderr.(*os.File)
	return &progressBar{file: f, silent: !ok || !term.IsTerminal(int(f.Fd()))}
}

func (p *progressBar) update(done, total int) {
	if p.silent {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(p.file), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionShowCount())
	}
	_ = p.bar.Set(done) // a bar that cannot be drawn stops nobody
}

func (p *progressBar) finish() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
