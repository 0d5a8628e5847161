package mongo_test

import (
	"net"
	"sync"
	"sync/atomic"
	"testing"
)

// proxy stands between the engine and its server, and cuts or holds what passes.
type proxy struct {
	ln      net.Listener
	target  string
	from    func(net.Addr) *member
	mu      sync.Mutex
	conns   map[net.Conn]*member // both sides of what passes, and who began it
	held    chan struct{}        // closed while everything passes
	refused func(from *member) bool
	losing  atomic.Int32
}

// newProxy starts a proxy; from tells who connects, and is nil where that is all one.
func newProxy(t *testing.T, target string, from func(net.Addr) *member) *proxy {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &proxy{ln: ln, target: target, from: from, conns: map[net.Conn]*member{}, held: make(chan struct{})}
	close(p.held)
	t.Cleanup(func() { _ = ln.Close(); p.cut() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go p.pass(c)
		}
	}()
	return p
}

func (p *proxy) pass(c net.Conn) {
	var from *member
	if p.from != nil {
		from = p.from(c.RemoteAddr())
	}
	s, err := net.Dial("tcp", p.target)
	if err != nil {
		_ = c.Close()
		return
	}
	p.mu.Lock()
	if p.refused != nil && p.refused(from) {
		p.mu.Unlock()
		_, _ = s.Close(), c.Close()
		return
	}
	p.conns[c], p.conns[s] = from, from
	p.mu.Unlock()
	one := func(to, from net.Conn, direction int32) {
		buf := make([]byte, 32<<10)
		for {
			n, err := from.Read(buf)
			p.mu.Lock()
			held := p.held
			p.mu.Unlock()
			<-held
			if p.losing.CompareAndSwap(direction, nothing) {
				break
			}
			if _, werr := to.Write(buf[:n]); werr != nil || err != nil {
				break
			}
		}
		_, _ = to.Close(), from.Close()
		p.mu.Lock()
		delete(p.conns, from)
		p.mu.Unlock()
	}
	go one(s, c, requests)
	one(c, s, answers)
}

// cut closes every connection, whatever is under way on it.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
	clear(p.conns)
}

// hold lets nothing pass until the function that it returns is called.
func (p *proxy) hold() (release func()) {
	ch := make(chan struct{})
	p.mu.Lock()
	p.held = ch
	p.mu.Unlock()
	return func() { close(ch) }
}

// refuse closes what passes from those that are refused, and lets nothing from them
// through, until it is called again.
func (p *proxy) refuse(refused func(from *member) bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.refused = refused
	for c, from := range p.conns {
		if refused != nil && refused(from) {
			_ = c.Close()
			delete(p.conns, c)
		}
	}
}

// Directions that a proxy can lose what passes in.
const (
	nothing = iota
	requests
	answers
)

// lose has the proxy lose what passes next in a direction, and close the connection.
func (p *proxy) lose(direction int32) { p.losing.Store(direction) }
