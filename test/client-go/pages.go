package main

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

type page struct {
	Type            string  `json:"type"`
	ResourceVersion string  `json:"resourceVersion"`
	Remaining       *int64  `json:"remaining,omitempty"`
	IsLast          bool    `json:"isLast"`
	Items           []shown `json:"items"`
}

// Lists all Secrets, page by page.
func listPages(ctx context.Context, told settings) error {
	client, err := newClient(told)
	if err != nil {
		return err
	}
	options := metav1.ListOptions{Limit: told.limit}
	for {
		list, err := client.CoreV1().Secrets(told.namespace).List(ctx, options)
		if err != nil {
			return err
		}
		options.Continue = list.Continue
		print(page{
			Type:            "page",
			ResourceVersion: list.ResourceVersion,
			Remaining:       list.RemainingItemCount,
			IsLast:          list.Continue == "",
			Items: showAll(list.Items, func(secret corev1.Secret) *corev1.Secret {
				return &secret
			}),
		})
		if list.Continue == "" {
			return nil
		}
	}
}
