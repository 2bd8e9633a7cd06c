package cmd

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/flowrill/flowrill/engine"
	"github.com/flowrill/flowrill/engine/msg"
	"github.com/flowrill/flowrill/flows"
	"github.com/flowrill/flowrill/web"
)

const fromNodeRED = "../examples/from-node-red/"

// TestCheckFromNodeRED compares what check tells of flows that were made with
// Node-RED with the text beside each.
func TestCheckFromNodeRED(t *testing.T) {
	files, err := filepath.Glob(fromNodeRED + "*.json")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			want, err := os.ReadFile(strings.TrimSuffix(file, ".json") + ".check")
			if err != nil {
				t.Fatal(err)
			}
			var out, errOut bytes.Buffer
			code := run(t.Context(), []string{"check", "--nodes", "--data", "/data", file}, &out, &errOut)
			if out.String() != string(want) {
				t.Errorf("got\n%s\nwant\n%s", &out, want)
			}
			if fails := code == exitUsage; fails == strings.HasSuffix(out.String(), "no errors\n") || code != exitOK && !fails {
				t.Errorf("exit code %d", code)
			}
			for _, p := range strings.Split(strings.TrimSpace(errOut.String()), "\n") {
				if p != "" && !strings.Contains(p, "node \"") {
					t.Errorf("a problem of no node: %s", p)
				}
			}
		})
	}
}

// desk is one of those flows while it runs.
type desk struct {
	t   *testing.T
	e   *engine.Engine
	url string

	mu    sync.Mutex
	shown map[string][]string // by the name of the debug node: JSON
	more  chan struct{}
}

// newDesk runs a flow of examples/from-node-red. What does not run of it is
// left out, as when it is deployed in the editor. edits are old and new texts
// in the file: ports and places that must be free on this machine.
func newDesk(t *testing.T, name string, env map[string]string, edits ...string) *desk {
	t.Helper()
	text, err := os.ReadFile(fromNodeRED + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := flows.Parse([]byte(strings.NewReplacer(edits...).Replace(string(text))))
	if err != nil {
		t.Fatal(err)
	}
	doc, credentials := inline(doc)
	k := &desk{t: t, shown: map[string][]string{}, more: make(chan struct{}, 1)}
	log := slog.New(slog.DiscardHandler)
	router := web.NewRouter(log)
	server := httptest.NewServer(router)
	k.url = server.URL
	k.e = engine.New(engine.Config{
		Log: log, Routes: router, Observe: k.observe, DataDir: t.TempDir(),
		Environ: func(name string) (string, bool) { v, ok := env[name]; return v, ok },
	})
	if _, err := k.e.Deploy(t.Context(), doc, engine.Deploy{Type: "full", Credentials: credentials}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := k.e.Close(ctx); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return k
}

func (k *desk) observe(ev *engine.Event) {
	if ev.Kind != engine.EventDebug {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.shown[ev.Node.Name] = append(k.shown[ev.Node.Name], string(msg.Encode(ev.Debug.Value)))
	select {
	case k.more <- struct{}{}:
	default:
	}
}

// wants waits until the debug node of that name has shown these values, and
// no more.
func (k *desk) wants(name string, values ...string) {
	k.t.Helper()
	if got := k.await(name, len(values)); fmt.Sprint(got) != fmt.Sprint(values) {
		k.t.Errorf("%s shows %s, want %s", name, got, values)
	}
}

// await returns what the debug node of that name shows once it is n values.
func (k *desk) await(name string, n int) []string {
	limit := time.After(patience)
	for {
		k.mu.Lock()
		got := append([]string(nil), k.shown[name]...)
		k.mu.Unlock()
		if len(got) >= n {
			return got
		}
		select {
		case <-k.more:
		case <-limit:
			return got
		}
	}
}

// press presses the button of the inject node of that name.
func (k *desk) press(name string) {
	k.t.Helper()
	for _, o := range k.e.Document().Objects() {
		if o.Type == "inject" && o.Name == name {
			if err := k.e.Control(k.t.Context(), o.ID, "inject", nil); err != nil {
				k.t.Fatal(err)
			}
			return
		}
	}
	k.t.Fatalf("no inject node %q", name)
}

// asks makes a request of the flow and compares status and body.
func (k *desk) asks(method, path, body, want string) {
	k.t.Helper()
	req, err := http.NewRequest(method, k.url+path, strings.NewReader(body))
	if err != nil {
		k.t.Fatal(err)
	}
	switch {
	case strings.HasPrefix(body, "{"):
		req.Header.Set("Content-Type", "application/json")
	case body != "":
		req.Header.Set("Content-Type", "text/plain")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		k.t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		k.t.Fatal(err)
	}
	if text := fmt.Sprintf("%d %s", res.StatusCode, got); strings.TrimSpace(text) != want {
		k.t.Errorf("%s %s answers %s, want %s", method, path, text, want)
	}
}

// peer is a server on the loopback that the flow calls.
func peer(t *testing.T, serve http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(serve)
	t.Cleanup(s.Close)
	return s.URL
}

func unusedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return port
}

// connectTo connects as soon as something listens.
func connectTo(t *testing.T, port string) net.Conn {
	t.Helper()
	for end := time.Now().Add(patience); ; {
		conn, err := net.Dial("tcp", "127.0.0.1:"+port)
		if err == nil {
			return conn
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

func TestWeatherAlertFromNodeRED(t *testing.T) {
	texts := make(chan string, 1)
	weather := peer(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `{"city":%q,"temp":-4}`, r.URL.Query().Get("city"))
	})
	gateway := peer(t, func(w http.ResponseWriter, r *http.Request) {
		user, password, _ := r.BasicAuth()
		body, _ := io.ReadAll(r.Body)
		texts <- fmt.Sprintf("%s %s:%s %s", r.Method, user, password, body)
		fmt.Fprint(w, `{"id":1}`)
	})
	k := newDesk(t, "weather-alert", map[string]string{
		"WEATHER_URL": weather, "SMS_URL": gateway, "SMS_USER": "desk", "SMS_PASSWORD": "s3cret", "GARDENER": "447700900000",
	})
	k.press("every hour")
	k.wants("sent", `{"id":1}`)
	if got, want := <-texts, `POST desk:s3cret {"to":"447700900000","text":"Frost in Lisbon: -4 °C"}`; got != want {
		t.Errorf("the gateway got %s, want %s", got, want)
	}
}

func TestColdRoomFromNodeRED(t *testing.T) {
	mosquitto, err := exec.LookPath("mosquitto")
	if err != nil {
		mosquitto = "/usr/sbin/mosquitto"
	}
	if _, err := os.Stat(mosquitto); err != nil {
		t.Skip("needs mosquitto: ", err)
	}
	port := unusedPort(t)
	broker := exec.Command(mosquitto, "-p", port)
	if err := broker.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = broker.Process.Kill(), broker.Wait() })
	connectTo(t, port).Close()
	k := newDesk(t, "cold-room", map[string]string{"MQTT_HOST": "127.0.0.1"}, `"1883"`, `"`+port+`"`)
	for k.press("11"); k.showsNothing("alert", 50*time.Millisecond); { // until it has subscribed
		k.press("11")
	}
	k.press("8")   // neither warm nor cold: no change
	k.press("6.5") // cold again
	k.press("8")
	k.press("11")
	k.wants("alert", `{"room":"milk","state":"alarm"}`, `{"room":"milk","state":"clear"}`, `{"room":"milk","state":"alarm"}`)
}

// showsNothing tells whether a debug node has shown nothing by then.
func (k *desk) showsNothing(name string, by time.Duration) bool {
	k.t.Helper()
	select {
	case <-k.more:
	case <-time.After(by):
	case <-k.t.Context().Done():
		k.t.Fatal("nothing came")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.shown[name]) == 0
}

func TestContactImportFromNodeRED(t *testing.T) {
	k := newDesk(t, "contact-import", nil)
	k.asks("POST", "/import", "name,phone,day\r\nAnn,+447700900001,Monday\r\nBob,020 7946 0000,Tuesday\r\n\"Chen, Li\",447700900002,Friday\r\nDee,447700900003,Friday\r\nEve,447700900004,Sunday\r\n",
		`202 {"rows":5}`)
	k.wants("no mobile", `"Bob"`)
	k.wants("batch",
		`[{"to":"447700900001","text":"Hi Ann, your visit is on Monday."},{"to":"447700900002","text":"Hi Chen, Li, your visit is on Friday."}]`,
		`[{"to":"447700900003","text":"Hi Dee, your visit is on Friday."},{"to":"447700900004","text":"Hi Eve, your visit is on Sunday."}]`)
}

func TestItemsAPIFromNodeRED(t *testing.T) {
	k := newDesk(t, "items-api", nil)
	k.asks("GET", "/items", "", `200 []`)
	k.asks("POST", "/items", `{"name":"lamp"}`, `201 {"id":"n1"}`)
	k.asks("POST", "/items", `{"name":"desk"}`, `201 {"id":"n2"}`)
	k.asks("GET", "/items/n1", "", `200 {"name":"lamp"}`)
	k.asks("PUT", "/items/n1", `{"name":"lamp","on":true}`, `200 {"name":"lamp","on":true}`)
	k.asks("GET", "/items", "", `200 [{"id":"n1","name":"lamp","on":true},{"id":"n2","name":"desk"}]`)
	k.asks("DELETE", "/items/n1", "", `204`)
	k.asks("GET", "/items/n1", "", `404 {"error":"no item n1"}`)
	k.asks("GET", "/items", "", `200 [{"id":"n2","name":"desk"}]`)
}

func TestLinkLibraryFromNodeRED(t *testing.T) {
	k := newDesk(t, "link-library", nil)
	k.asks("GET", "/greet/ada-king", "", `200 Hello, Ada-King! Bye, ada-king.`)
}

func TestDailyReportFromNodeRED(t *testing.T) {
	k := newDesk(t, "daily-report", nil)
	k.press("working days at six")
	k.wants("report", `"Sold today\nSüd & West: 340\nNorth: 120\nEast: 75.5\n"`)
	k.wants("total", `{"total":535.5,"shops":3}`)
	k.wants("room", `"free\n"`)
}

func TestTCPBridgeFromNodeRED(t *testing.T) {
	port := unusedPort(t)
	newDesk(t, "tcp-bridge", nil, "7070", port)
	conn := connectTo(t, port)
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(patience))
	if _, err := io.WriteString(conn, "SET colour dark blue\r\nget colour\r\nGET size\nHELP\nQUIT\n"); err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(conn) // until QUIT has closed it
	if want := "OK\ndark blue\n(nil)\nERR HELP\n"; err != nil || string(got) != want {
		t.Errorf("%q %v, want %q", got, err, want)
	}
}

func TestFileLogFromNodeRED(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "desk.log")
	k := newDesk(t, "file-log", map[string]string{"LOG_FILE": log}, "/var/log/desk", dir)
	k.asks("POST", "/log", `{"level":"info","text":"<open>"}`, "204")
	k.asks("POST", "/log", `{"level":"warn","text":"late"}`, "204")
	written := func() string { b, _ := os.ReadFile(log); return string(b) }
	const want = "info <open>\nwarn late\n"
	for limit := time.Now().Add(patience); written() != want; {
		if time.Now().After(limit) {
			t.Fatalf("the log is %q", written())
		}
	}
	for seen := 1; ; seen++ { // the watch tells of both or of each
		lines := k.await("line", seen)
		if len(lines) < seen {
			t.Fatalf("the watch shows %s", lines)
		}
		if lines[len(lines)-1] == `""` || lines[len(lines)-1] == `"warn late"` {
			break
		}
	}
	k.press("rotate")
	k.wants("rotated", `"rotate"`)
	old, err := os.ReadFile(log + ".1")
	if err != nil || string(old) != want {
		t.Errorf("yesterday's log: %q %v", old, err)
	}
	if _, err := os.Stat(log); !os.IsNotExist(err) {
		t.Errorf("today's log is still there: %v", err)
	}
}

func TestBusyFunctionsFromNodeRED(t *testing.T) {
	k := newDesk(t, "busy-functions", nil)
	for _, page := range []string{"prices", "home", "prices", "prices", "home", "help"} {
		k.asks("GET", "/hit/"+page, "", "204")
	}
	k.wants("page", `"prices: 3"`, `"home: 2"`, `"help: 1"`)
	k.wants("pages", `3`)
}

func TestNewsWatchFromNodeRED(t *testing.T) {
	site := peer(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/feed.xml" {
			fmt.Fprint(w, `<?xml version="1.0"?><rss version="2.0"><channel><title>N</title>`+
				`<item><title>One &amp; only</title><link>http://n/1</link><author name="A"/></item>`+
				`<item><title><![CDATA[<Two>]]></title><link>http://n/2</link><author name="B"/></item></channel></rss>`)
			return
		}
		if r.UserAgent() != "news-watch" {
			t.Errorf("User-Agent %q", r.UserAgent())
		}
		fmt.Fprint(w, `<!doctype html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head>`+
			`<h2><a>Flowrill elsewhere</a></h2><article><h2><a href="1">Rain again</a></h2></article><article><h2><a href="2">All about <b>Flowrill</b></a></h2></article>`)
	})
	k := newDesk(t, "news-watch", map[string]string{"NEWS_URL": site})
	k.press("look")
	k.wants("item", `{"title":"One & only","link":"http://n/1","by":"A"}`, `{"title":"<Two>","link":"http://n/2","by":"B"}`)
	k.wants("headline", `"All about Flowrill"`)
}

func TestChatFromNodeRED(t *testing.T) {
	k := newDesk(t, "chat", nil)
	join := func() *websocket.Conn {
		c, _, err := websocket.DefaultDialer.Dial(strings.Replace(k.url, "http", "ws", 1)+"/chat", nil)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		_ = c.SetReadDeadline(time.Now().Add(patience))
		return c
	}
	hears := func(c *websocket.Conn, want string) {
		t.Helper()
		if _, got, err := c.ReadMessage(); err != nil || string(got) != want {
			t.Errorf("heard %s %v, want %s", got, err, want)
		}
	}
	says := func(c *websocket.Conn, text string) {
		t.Helper()
		if err := c.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	ann, bob := join(), join()
	for _, n := range []string{"1", "2", "3", "4"} {
		says(ann, `{"do":"say","who":"Ann","text":"`+n+`"}`)
		hears(ann, `{"who":"Ann","text":"`+n+`"}`)
		hears(bob, `{"who":"Ann","text":"`+n+`"}`)
	}
	says(bob, `{"do":"history"}`)
	hears(bob, `[{"who":"Ann","text":"2"},{"who":"Ann","text":"3"},{"who":"Ann","text":"4"}]`)
	says(bob, `what?`)
	hears(bob, `{"error":"say it in JSON"}`)
	says(bob, `{"do":"say","who":"Bob","text":"bye"}`)
	hears(ann, `{"who":"Bob","text":"bye"}`) // and nothing before it: the rest was Bob's alone
}
