package cmd

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/flowrill/flowrill/flows"
)

// deploy hands flows to a server: it says what will change, and neither
// overwrites what someone else deployed meanwhile nor deploys faulty nodes,
// unless forced.
func deploy(ctx context.Context, c *invocation) error {
	if len(c.args) == 0 {
		return usageError{errors.New("which flows? name a file or a directory")}
	}
	if c.to == "" {
		return usageError{errors.New("where to? --to http://HOST:PORT/admin")}
	}
	d, err := c.readFlows(c.args)
	if err != nil {
		return err
	}
	s := &remote{url: strings.TrimRight(c.to, "/"), token: c.token, client: &http.Client{Timeout: time.Minute}}
	now, rev, err := s.flows(ctx)
	if err != nil {
		return err
	}
	if based := d.BaseRev(); based != "" && based != rev && !c.force {
		return fmt.Errorf("someone has deployed since %s was read (rev %.12s, now %.12s); get their flows first, or --force", c.args[0], based, rev)
	}
	if !c.printChanges(flows.Diff(now, d), now, d) {
		fmt.Fprintln(c.out, "nothing to deploy")
		return nil
	}
	newRev, err := s.post(ctx, d, rev, c.note, c.force)
	var refused *refusedError
	if errors.As(err, &refused) && len(refused.Problems) > 0 {
		c.printProblems(refused.Problems)
		fmt.Fprintln(c.errOut, "nothing was deployed; --force deploys what works")
		return exitError(exitUsage)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "deployed, rev %.12s\n", newRev)
	return nil
}

// printChanges tells what a deploy changes and whether that is anything.
func (c *invocation) printChanges(ch *flows.Changes, old, now *flows.Document) bool {
	list := func(sign string, d *flows.Document, ids []string) {
		for _, id := range ids {
			if o := d.Find(id); o != nil {
				fmt.Fprintf(c.out, "%s %s %q (%s)\n", sign, o.Type, o.Label(), id)
			}
		}
	}
	list("+", now, ch.Added)
	list("-", old, ch.Removed)
	list("~", now, ch.Changed)
	list("w", now, ch.Rewired)
	return !ch.Empty() || !bytes.Equal(old.JSON(), now.JSON())
}

// remote is a server's admin API.
type remote struct {
	url, token string
	client     *http.Client
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 20

// refusedError is an answer that is no success.
type refusedError struct {
	status   int
	Code     string          `json:"code"`
	Message  string          `json:"message"`
	Problems []flows.Problem `json:"problems"`
}

func (e *refusedError) Error() string {
	switch {
	case e.status == http.StatusUnauthorized:
		return "the server wants its access token as FLOWRILL_TOKEN: there is none, or it is not this server's"
	case e.status == http.StatusConflict:
		return "someone else deployed meanwhile; get their flows first, or --force"
	case e.Code != "":
		return fmt.Sprintf("the server refuses: %s: %s", e.Code, e.Message)
	}
	return fmt.Sprintf("the server answers %d; is --to the admin root (…/admin)?", e.status)
}

func (s *remote) call(ctx context.Context, method, path string, body []byte, header map[string]string) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, bytes.NewReader(body))
	if err != nil {
		return nil, usageError{err}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Node-RED-API-Version", "v2")
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	for k, v := range header {
		req.Header.Set(k, v)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return nil, err
	}
	if res.StatusCode/100 != 2 {
		e := &refusedError{status: res.StatusCode}
		_ = json.Unmarshal(text, e) // pages that are no JSON have only their status
		return nil, e
	}
	return text, nil
}

func (s *remote) flows(ctx context.Context) (*flows.Document, string, error) {
	text, err := s.call(ctx, http.MethodGet, "/flows", nil, nil)
	if err != nil {
		return nil, "", err
	}
	d, err := flows.Parse(text)
	if err != nil {
		return nil, "", fmt.Errorf("what %s answers are no flows: %w", s.url, err)
	}
	return d, d.BaseRev(), nil
}

func (s *remote) post(ctx context.Context, d *flows.Document, rev, note string, force bool) (string, error) {
	body := append([]byte(`{"flows":`), d.JSON()...)
	header := map[string]string{"Node-RED-Deployment-Type": "nodes", "Flowrill-Note": note}
	if !force {
		quoted, _ := json.Marshal(rev)
		body = append(append(body, `,"rev":`...), quoted...)
		header["Flowrill-Strict"] = "true"
	}
	text, err := s.call(ctx, http.MethodPost, "/flows", append(body, '}'), header)
	if err != nil {
		return "", err
	}
	var answer struct {
		Rev string `json:"rev"`
	}
	return answer.Rev, json.Unmarshal(text, &answer)
}
