package main

import (
	"bufio"
	"context"
	"os"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/tools/cache"
)

type change struct {
	Type     string `json:"type"`
	Informer int    `json:"informer"`
	shown
}

type mirrors struct {
	Type    string    `json:"type"`
	Mirrors [][]shown `json:"mirrors"`
}

// Runs informers until told to stop. Each line `mirror` of the standard input is answered with what
// their stores hold.
func runInformers(ctx context.Context, told settings) error {
	stores := make([]cache.Store, told.informers)
	for i := range stores {
		informer, err := startInformer(ctx, told, i)
		if err != nil {
			return err
		}
		stores[i] = informer.GetStore()
	}
	go func() {
		for commands := bufio.NewScanner(os.Stdin); commands.Scan(); {
			if commands.Text() == "mirror" {
				print(mirrorsOf(stores))
			}
		}
	}()
	<-ctx.Done()
	return nil
}

func startInformer(ctx context.Context, told settings, index int) (cache.SharedInformer, error) {
	client, err := newClient(told)
	if err != nil {
		return nil, err
	}
	inNamespace := informers.WithNamespace(told.namespace)
	factory := informers.NewSharedInformerFactoryWithOptions(client, 0, inNamespace)
	informer := factory.Core().V1().Secrets().Informer()
	tell := func(what string, secret *corev1.Secret) {
		print(change{what, index, show(secret)})
	}
	registration, err := informer.AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    func(secret any) { tell("add", secret.(*corev1.Secret)) },
		UpdateFunc: func(_, secret any) { tell("update", secret.(*corev1.Secret)) },
		DeleteFunc: func(last any) {
			// Where the deletion itself was missed, what was known before stands for it.
			if missed, isMissed := last.(cache.DeletedFinalStateUnknown); isMissed {
				last = missed.Obj
			}
			tell("delete", last.(*corev1.Secret))
		},
	})
	if err != nil {
		return nil, err
	}
	factory.StartWithContext(ctx)
	go func() {
		if cache.WaitForCacheSync(ctx.Done(), registration.HasSynced) {
			print(struct {
				Type     string `json:"type"`
				Informer int    `json:"informer"`
			}{"synced", index})
		}
	}()
	return informer, nil
}

func mirrorsOf(stores []cache.Store) mirrors {
	all := make([][]shown, len(stores))
	for i, store := range stores {
		all[i] = showAll(store.List(), func(secret any) *corev1.Secret {
			return secret.(*corev1.Secret)
		})
	}
	return mirrors{"mirror", all}
}
