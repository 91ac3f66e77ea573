package main

import "net/http"

// A request as it went out, and how it was answered.
type request struct {
	Type        string `json:"type"`
	Method      string `json:"method"`
	Path        string `json:"path"`
	Query       string `json:"query,omitempty"`
	ContentType string `json:"contentType,omitempty"`
	Accept      string `json:"accept,omitempty"`
	// 0 where no answer came.
	Status       int    `json:"status"`
	AnsweredType string `json:"answeredType,omitempty"`
}

type reportingTransport struct{ next http.RoundTripper }

func reportRequests(next http.RoundTripper) http.RoundTripper {
	return reportingTransport{next}
}

func (t reportingTransport) RoundTrip(outgoing *http.Request) (*http.Response, error) {
	line := request{
		Type:        "request",
		Method:      outgoing.Method,
		Path:        outgoing.URL.Path,
		Query:       outgoing.URL.RawQuery,
		ContentType: outgoing.Header.Get("Content-Type"),
		Accept:      outgoing.Header.Get("Accept"),
	}
	response, err := t.next.RoundTrip(outgoing)
	if err == nil {
		line.Status = response.StatusCode
		line.AnsweredType = response.Header.Get("Content-Type")
	}
	print(line)
	return response, err
}
