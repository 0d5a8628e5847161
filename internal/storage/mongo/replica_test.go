package mongo_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// replicaSet is a replica set of three on this machine. Its members know each other
// by the addresses of proxies, so that one can be parted from the others while it
// runs on, with its clients or without.
type replicaSet struct {
	t       *testing.T
	mongod  string
	members []*member
}

type member struct {
	dir    string
	port   int // of its own; everyone else uses the proxy's
	proxy  *proxy
	direct *driver.Client // to the member itself, past the proxy
	cmd    *exec.Cmd
	pid    atomic.Int64
}

// startReplicaSet starts one with the server's own settings, and skips the test
// where no mongod is at hand.
func startReplicaSet(t *testing.T) *replicaSet {
	t.Helper()
	mongod := os.Getenv("BOLIGKLAR_TEST_MONGOD")
	if mongod == "" {
		t.Skip("BOLIGKLAR_TEST_MONGOD names no mongod: no replica set loses its primary here")
	}
	s := &replicaSet{t: t, mongod: mongod}
	for range 3 {
		s.members = append(s.members, &member{dir: t.TempDir(), port: freePort(t)})
	}
	config := bson.A{}
	for i, m := range s.members {
		m.proxy = newProxy(t, fmt.Sprintf("127.0.0.1:%d", m.port), s.memberAt)
		config = append(config, bson.D{{Key: "_id", Value: i}, {Key: "host", Value: m.proxy.ln.Addr().String()}})
		s.start(m)
		client, err := driver.Connect(options.Client().ApplyURI(fmt.Sprintf("mongodb://127.0.0.1:%d/?directConnection=true", m.port)).SetTimeout(10 * time.Second))
		if err != nil {
			t.Fatal(err)
		}
		m.direct = client
		t.Cleanup(func() { _ = client.Disconnect(context.Background()) })
	}
	within(t, time.Minute, "the members answer", func() bool { return s.every(func(m *member) bool { return m.ask("ping", 1) == nil }) })
	if err := s.members[0].ask("replSetInitiate", bson.D{{Key: "_id", Value: "rs0"}, {Key: "members", Value: config}}); err != nil {
		t.Fatal(err)
	}
	s.settle()
	return s
}

func freePort(t *testing.T) int {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	return ln.Addr().(*net.TCPAddr).Port
}

// start starts a member on its folder, as it was left.
func (s *replicaSet) start(m *member) {
	s.t.Helper()
	m.cmd = exec.Command(s.mongod, "--replSet", "rs0", "--bind_ip", "127.0.0.1", "--port", fmt.Sprint(m.port), "--dbpath", m.dir,
		"--logpath", filepath.Join(m.dir, "log"), "--logappend", "--oplogSize", "128", "--wiredTigerCacheSizeGB", "0.25")
	if err := m.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	cmd := m.cmd
	m.pid.Store(int64(cmd.Process.Pid))
	s.t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }) // it may have been killed before
}

// ask runs a command on one member.
func (m *member) ask(command string, value any) error {
	return m.direct.Database("admin").RunCommand(context.Background(), bson.D{{Key: command, Value: value}}).Err()
}

// state returns what a member says it is.
func (m *member) state() (out struct {
	Primary   bool `bson:"isWritablePrimary"`
	Secondary bool `bson:"secondary"`
}) {
	_ = m.direct.Database("admin").RunCommand(context.Background(), bson.D{{Key: "hello", Value: 1}}).Decode(&out) // neither, where it does not answer
	return out
}

func (s *replicaSet) every(holds func(*member) bool) bool {
	for _, m := range s.members {
		if !holds(m) {
			return false
		}
	}
	return true
}

// settle waits until one member is primary and the others follow it.
func (s *replicaSet) settle() {
	s.t.Helper()
	within(s.t, 2*time.Minute, "one primary and two secondaries", func() bool {
		primaries := 0
		return s.every(func(m *member) bool {
			state := m.state()
			if state.Primary {
				primaries++
			}
			return state.Primary || state.Secondary
		}) && primaries == 1
	})
}

// primary returns the member that is primary.
func (s *replicaSet) primary() *member {
	s.t.Helper()
	var found *member
	within(s.t, time.Minute, "a primary", func() bool {
		return !s.every(func(m *member) bool {
			if m.state().Primary {
				found = m
			}
			return found == nil
		})
	})
	return found
}

// uri returns how clients reach the set.
func (s *replicaSet) uri(database string) string {
	var hosts []string
	for _, m := range s.members {
		hosts = append(hosts, m.proxy.ln.Addr().String())
	}
	return "mongodb://" + strings.Join(hosts, ",") + "/" + database + "?replicaSet=rs0"
}

// memberAt returns whose the connection from an address is; nil for a client.
func (s *replicaSet) memberAt(addr net.Addr) *member {
	from := addr.(*net.TCPAddr)
	for _, m := range s.members {
		if pid := m.pid.Load(); pid != 0 && ownsPort(pid, from.Port) {
			return m
		}
	}
	return nil
}

// ownsPort tells whether a process has a connection from a local port.
func ownsPort(pid int64, port int) bool {
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return false
	}
	local := fmt.Sprintf("0100007F:%04X", port)
	for line := range strings.Lines(string(table)) {
		fields := strings.Fields(line)
		if len(fields) < 10 || fields[1] != local {
			continue
		}
		socket := "socket:[" + fields[9] + "]"
		open, err := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", pid))
		if err != nil {
			return false
		}
		for _, fd := range open {
			if target, err := os.Readlink(fd); err == nil && target == socket {
				return true
			}
		}
	}
	return false
}

// part parts a member from the others, and from the clients where they are named,
// until the function that it returns is called.
func (s *replicaSet) part(m *member, clients bool) (heal func()) {
	for _, other := range s.members {
		other.proxy.refuse(func(from *member) bool {
			return from != other && (from == m || other == m && (from != nil || clients))
		})
	}
	return func() {
		for _, other := range s.members {
			other.proxy.refuse(nil)
		}
	}
}

// The faults that a replica set outlives. Each returns what makes it good again.
var replicaFaults = []struct {
	name string
	do   func(s *replicaSet, primary *member) (heal func())
}{
	{"killed", func(s *replicaSet, m *member) func() {
		_ = m.cmd.Process.Kill()
		_ = m.cmd.Wait() // it was killed
		return func() { s.start(m) }
	}},
	{"stepped down", func(s *replicaSet, m *member) func() {
		if err := m.ask("replSetStepDown", 20); err != nil {
			s.t.Log("step down:", err) // the load may keep it from doing so in time
		}
		return func() {}
	}},
	{"parted from the members, not from clients", func(s *replicaSet, m *member) func() { return s.part(m, false) }},
	{"parted from everyone", func(s *replicaSet, m *member) func() { return s.part(m, true) }},
	{"frozen", func(s *replicaSet, m *member) func() {
		if err := m.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			s.t.Error(err)
		}
		return func() {
			if err := m.cmd.Process.Signal(syscall.SIGCONT); err != nil {
				s.t.Error(err)
			}
		}
	}},
}

// TestReplicaSetFaults takes the primary of a replica set of three away in every
// way there is, while workers write through the members' proxies. What was
// acknowledged is there, once; what was not is there wholly or not at all.
func TestReplicaSetFaults(t *testing.T) {
	s := startReplicaSet(t)
	faulted(t, s.uri("boligklar"), s.uri("boligklar"), len(replicaFaults), func(round int) func() {
		s.settle()
		heal := replicaFaults[round%len(replicaFaults)].do(s, s.primary())
		return func() {
			heal()
			s.settle()
		}
	})
}

// within waits for a condition.
func within(t *testing.T, d time.Duration, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(d); !holds(); pause(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: not after %v", what, d)
		}
	}
}
