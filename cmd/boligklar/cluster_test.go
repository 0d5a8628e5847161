package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// testEnviron returns the settings for a command on a data folder. With
// BOLIGKLAR_TEST_CLUSTER each folder's store is a database of its own on the
// server of BOLIGKLAR_TEST_MONGODB_URL, so that the same tests run on it.
func testEnviron(t testing.TB, data string) []string {
	t.Helper()
	environ := []string{"BOLIGKLAR_USER=test"}
	if os.Getenv("BOLIGKLAR_TEST_CLUSTER") != "" {
		environ = append(environ, "BOLIGKLAR_STORE="+clusterStore(t, data))
	}
	return environ
}

// clusterStore returns the connection string of a folder's database.
func clusterStore(t testing.TB, data string) string {
	t.Helper()
	u, err := url.Parse(os.Getenv("BOLIGKLAR_TEST_MONGODB_URL"))
	if err != nil || u.Host == "" {
		t.Fatal("BOLIGKLAR_TEST_CLUSTER is set, but BOLIGKLAR_TEST_MONGODB_URL names no server")
	}
	q := u.Query()
	if u.User != nil && q.Get("authSource") == "" {
		q.Set("authSource", "admin")
	}
	u.RawQuery = q.Encode()
	sum := sha256.Sum256([]byte(data))
	u.Path = "/boligklar_test_" + hex.EncodeToString(sum[:6])
	clusterStores.Store(u.Path[1:], true)
	return u.String()
}

// clusterStores are the names of the databases that tests have had.
var clusterStores sync.Map

// dropClusterStores removes them when all tests are through.
func dropClusterStores() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	var client *mongo.Client
	clusterStores.Range(func(name, _ any) bool {
		var err error
		if client == nil {
			client, err = mongo.Connect(options.Client().ApplyURI(os.Getenv("BOLIGKLAR_TEST_MONGODB_URL")))
		}
		if err == nil {
			err = client.Database(name.(string)).Drop(ctx)
		}
		if err != nil {
			fmt.Println("the tests' databases stay:", err)
		}
		return err == nil
	})
	if client != nil {
		_ = client.Disconnect(ctx)
	}
}

// TestCopyEitherWay takes a municipality to a cluster and back.
func TestCopyEitherWay(t *testing.T) {
	if os.Getenv("BOLIGKLAR_TEST_MONGODB_URL") == "" {
		t.Skip("BOLIGKLAR_TEST_MONGODB_URL names no server: copying to a cluster is not tested")
	}
	if os.Getenv("BOLIGKLAR_TEST_CLUSTER") != "" {
		t.Skip("every store is on the cluster already")
	}
	dir := t.TempDir()
	here, back := filepath.Join(dir, "here"), filepath.Join(dir, "back")
	cluster := clusterStore(t, dir)
	fillDemo(t, here)
	there, _ := boligklar(t, here, exitOK, "copy", "--to", cluster)
	again, _ := boligklar(t, here, exitOK, "copy", "--to", cluster)
	home, _ := boligklar(t, here, exitOK, "copy", "--from", cluster, "--to", back)
	hashes := func(out string) string { _, rest, _ := strings.Cut(out, "\n"); return rest }
	if hashes(there) == "" || hashes(there) != hashes(home) || hashes(there) != hashes(again) {
		t.Errorf("got there\n%s\nand back\n%s", there, home)
	}
	boligklar(t, back, exitOK, "doctor")
}

// TestCopyFolders copies from one folder to another.
func TestCopyFolders(t *testing.T) {
	dir := t.TempDir()
	here, there := filepath.Join(dir, "here"), filepath.Join(dir, "there")
	fillDemo(t, here)
	out, _ := boligklar(t, here, exitOK, "copy", "--to", there, "--lang", "en")
	if !strings.Contains(out, "are the same in both stores") || !strings.Contains(out, "sha256:") {
		t.Errorf("got %s", out)
	}
	boligklar(t, here, exitUsage, "copy")
	boligklar(t, here, exitFailed, "copy", "--from", filepath.Join(dir, "nothing"), "--to", there)
}
