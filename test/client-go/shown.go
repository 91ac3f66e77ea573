package main

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// A Secret without its values.
type shown struct {
	Name            string `json:"name"`
	ResourceVersion string `json:"resourceVersion"`
	Hash            string `json:"hash"`
}

func show(secret *corev1.Secret) shown {
	return shown{secret.Name, secret.ResourceVersion, hash(secret.Data)}
}

func showAll[Secret any](secrets []Secret, of func(Secret) *corev1.Secret) []shown {
	all := make([]shown, 0, len(secrets))
	for _, secret := range secrets {
		all = append(all, show(of(secret)))
	}
	slices.SortFunc(all, func(a, b shown) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// Of the JSON of the data, whose keys Go sorts.
func hash(data map[string][]byte) string {
	if data == nil {
		data = map[string][]byte{}
	}
	// A map of bytes always has JSON.
	text, _ := json.Marshal(data)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}
