package messaging

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/flowrill/flowrill/engine/node"
)

// OptOutHandler is the list of opted-out people for those who run the flows,
// to be mounted under a prefix that the caller strips:
//
//	GET    ""               all, as a JSON array; ?format=csv as a file
//	POST   ""               adds those of a JSON array of {own, peer}
//	PUT    /{own}/{peer}    adds one; own may be * for all numbers
//	DELETE /{own}/{peer}    takes one out
//
// It does not ask who calls.
func OptOutHandler(keep node.Keep) http.Handler {
	o := optOuts{keep}
	mux := http.NewServeMux()
	list := func(w http.ResponseWriter, r *http.Request) {
		all, err := o.all()
		switch {
		case err != nil:
			storeFailed(w, err)
		case r.URL.Query().Get("format") == "csv":
			writeCSV(w, all)
		default:
			writeList(w, all)
		}
	}
	add := func(w http.ResponseWriter, r *http.Request) {
		var some []OptOut
		if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, 16<<20)).Decode(&some); err != nil {
			complain(w, http.StatusBadRequest, "body", err.Error())
			return
		}
		for i, e := range some {
			if e.Own == "" || e.Peer == "" {
				complain(w, http.StatusBadRequest, "body", fmt.Sprintf("entry %d has no own or no peer; nothing was added", i+1))
				return
			}
		}
		for _, e := range some {
			if _, err := o.add(e.Own, e.Peer, "list"); err != nil {
				storeFailed(w, err)
				return
			}
		}
		w.WriteHeader(http.StatusNoContent)
	}
	mux.HandleFunc("GET /{$}", list)
	mux.HandleFunc("POST /{$}", add)
	mux.HandleFunc("PUT /{own}/{peer}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := o.add(r.PathValue("own"), r.PathValue("peer"), "list"); err != nil {
			storeFailed(w, err)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("DELETE /{own}/{peer}", func(w http.ResponseWriter, r *http.Request) {
		was, err := o.remove(r.PathValue("own"), r.PathValue("peer"))
		switch {
		case err != nil:
			storeFailed(w, err)
		case !was:
			complain(w, http.StatusNotFound, "not_found", "nobody with these numbers has opted out")
		default:
			w.WriteHeader(http.StatusNoContent)
		}
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if r.URL.Path == "" { // the prefix itself
			r = r.Clone(r.Context())
			r.URL.Path = "/"
		}
		mux.ServeHTTP(w, r)
	})
}

func writeList(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // a client that went away is no trouble
}

func writeCSV(w http.ResponseWriter, all []OptOut) {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="opt-outs.csv"`)
	c := csv.NewWriter(w)
	_ = c.Write([]string{"own", "peer", "at", "by"})
	for _, e := range all {
		at := ""
		if !e.At.IsZero() {
			at = e.At.Format(time.RFC3339)
		}
		_ = c.Write([]string{e.Own, e.Peer, at, e.By})
	}
	c.Flush()
}

func storeFailed(w http.ResponseWriter, err error) {
	complain(w, http.StatusInternalServerError, "store", err.Error())
}

func complain(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"code": code, "message": message})
}
