// Command client-go reads and changes Secrets with Kubernetes' own client library, as controllers
// do, and prints one JSON object a line about what it sees. Values are never printed, hashes are.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

// What a run is told on its command line.
type settings struct {
	kubeconfig, namespace, contentType, accept string
	informers                                  int
	limit                                      int64
}

func main() {
	var told settings
	flag.StringVar(&told.kubeconfig, "kubeconfig", "", "file that says where the cluster is")
	flag.StringVar(&told.namespace, "namespace", "", "where the Secrets are")
	flag.StringVar(&told.contentType, "content-type", "", "of request bodies")
	flag.StringVar(&told.accept, "accept", "", "content types of answers")
	flag.IntVar(&told.informers, "informers", 1, "how many informers run beside each other")
	flag.Int64Var(&told.limit, "limit", 100, "Secrets of one page")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, flag.Arg(0), told); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context, mode string, told settings) error {
	switch mode {
	case "informer":
		return runInformers(ctx, told)
	case "pages":
		return listPages(ctx, told)
	case "lifecycle":
		return runLifecycle(ctx, told)
	}
	return errors.New("the mode is informer, pages or lifecycle")
}

// A client of its own, with its own rate limit, that reports every request.
func newClient(told settings) (*kubernetes.Clientset, error) {
	config, err := clientcmd.BuildConfigFromFlags("", told.kubeconfig)
	if err != nil {
		return nil, err
	}
	config.ContentType = told.contentType
	config.AcceptContentTypes = told.accept
	config.Wrap(reportRequests)
	return kubernetes.NewForConfig(config)
}

var output sync.Mutex

func print(line any) {
	output.Lock()
	defer output.Unlock()
	if err := json.NewEncoder(os.Stdout).Encode(line); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
